import type { PbxResponse } from '../../protocol/responses.js'
import { quoteForeign } from '../../shared/foreign-text.js'
import { ActionRejectedError, DeliveryUncertainError, NotSentError } from '../errors.js'
import type { PendingAction } from './pending-action.js'

/** The advice for an action that may have been carried out. */
const LOOK = 'Look whether it was done before you repeat it.'

/** The fields that all errors of an action have. */
function detailsOf({ action, callRandomId, sentAt }: PendingAction) {
  return { action, callRandomId, sentAt }
}

/** Foreign words as a sentence of ours, with one full stop. */
function sentence(words: string): string {
  const quoted = quoteForeign(words)
  return /[.…]$/.test(quoted) ? quoted : `${quoted}.`
}

/** Error responses in the words of our messages. */
export function wordsOf({ message, code }: PbxResponse): string {
  return `${quoteForeign(message)} (${code})`
}

/**
 * The error of an action without an outcome: what happened, and what may be done about it.
 *
 * @param why an error, which is then the `cause`, or words
 */
export function outcomeError(action: PendingAction, why: unknown): NotSentError | DeliveryUncertainError {
  const cause = why instanceof Error ? why : undefined
  const details = { ...detailsOf(action), ...(cause && { cause }) }
  const because = sentence(String(cause?.message ?? why))
  return action.sentAt === undefined
    ? new NotSentError(`${action.action} was not sent: ${because} The request is safe to repeat.`, details)
    : new DeliveryUncertainError(`The outcome of ${action.action} is not known: ${because} ${LOOK}`, details)
}

/** @param isCertain no other action can have earned the response */
export function rejection(action: PendingAction, response: PbxResponse, isCertain: boolean): ActionRejectedError {
  const advice = isCertain ? 'Nothing was done.' : `This may be another action's answer. ${LOOK}`
  return new ActionRejectedError(`The PBX rejected ${action.action}: ${wordsOf(response)}. ${advice}`, {
    ...detailsOf(action),
    code: response.code,
    errors: response.errors,
    attribution: isCertain ? 'certain' : 'probable',
  })
}
