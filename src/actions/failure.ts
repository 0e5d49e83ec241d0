import { ActionRejectedError, DeliveryUncertainError, NotSentError } from '../errors.js'
import type { Failure, Ticket } from './ticket.js'

/** The error that a caller gets, saying in plain words what happened and what may be done. */
export function toError(failure: Failure, { action, callRandomId, sentAt }: Pick<Ticket, 'action' | 'callRandomId' | 'sentAt'>): Error {
  const details = { action, callRandomId, sentAt }
  switch (failure.kind) {
    case 'not-sent':
      return new NotSentError(`${action} was not sent: ${trimmed(failure.why)}. It may safely be asked for again.`, {
        ...details,
        cause: failure.cause,
      })
    case 'uncertain':
      return new DeliveryUncertainError(`What came of ${action} is not known: ${trimmed(failure.why)}. Look whether it was done before you repeat it.`, {
        ...details,
        cause: failure.cause,
      })
    case 'rejected': {
      const { code, message, errors, attribution } = failure
      const advice =
        attribution === 'certain'
          ? 'Nothing was done.'
          : 'The answer may have been for another action of the same moment; look whether it was done before you repeat it.'
      return new ActionRejectedError(`The PBX rejected ${action}: ${trimmed(message)} (${code}). ${advice}`, { ...details, code, errors, attribution })
    }
  }
}

function trimmed(text: string): string {
  return text.replace(/\.\s*$/, '')
}
