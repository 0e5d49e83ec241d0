import { DeliveryUncertainError, NotSentError } from '../errors.js'
import type { Ticket } from './pending-action.js'

/** What to do with what may have been done. */
export const LOOK = 'Look whether it was done before you repeat it.'

/** What its errors tell of an action, whatever happened. */
export function detailsOf({ action, callRandomId, sentAt }: Ticket) {
  return { action, callRandomId, sentAt }
}

/** The error that a caller gets for an action without an outcome, saying in plain words what happened and what may be done. @param why what is an error is the cause, too */
export function failure(ticket: Ticket, why: unknown): NotSentError | DeliveryUncertainError {
  const { action, sentAt } = ticket
  const cause = why instanceof Error ? why : undefined
  const because = String(cause?.message ?? why).replace(/\.?\s*$/, '.')
  const details = { ...detailsOf(ticket), ...(cause && { cause }) }
  return sentAt === undefined
    ? new NotSentError(`${action} was not sent: ${because} It is safe to repeat.`, details)
    : new DeliveryUncertainError(`What came of ${action} is not known: ${because} ${LOOK}`, details)
}
