import {
  ActionRejectedError,
  CallEndedError,
  ClientClosedError,
  ConnectionFailedError,
  DeliveryUncertainError,
  InsecureUrlError,
  InvalidOptionsError,
  InvalidRequestError,
  LoginRejectedError,
  NotSentError,
} from '../index.js'
import { InvalidRecordingError, ListenError } from '../simulator/index.js'

/** Exit codes of the process. */
export const EXIT = { done: 0, refused: 1, usage: 2, noConnection: 3, uncertain: 4 } as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** The command was called wrongly; the message is one line that says what would be right. */
export class UsageError extends Error {
  override name = 'UsageError'
}

const CODES: readonly (readonly [new (...args: never[]) => Error, ExitCode])[] = [
  [UsageError, EXIT.usage],
  [InvalidOptionsError, EXIT.usage],
  [InvalidRequestError, EXIT.usage],
  [InvalidRecordingError, EXIT.usage],
  [InsecureUrlError, EXIT.usage],
  [LoginRejectedError, EXIT.refused],
  [ActionRejectedError, EXIT.refused],
  [CallEndedError, EXIT.refused],
  [DeliveryUncertainError, EXIT.uncertain],
  [NotSentError, EXIT.noConnection],
  [ConnectionFailedError, EXIT.noConnection],
  [ListenError, EXIT.noConnection],
  [ClientClosedError, EXIT.noConnection],
]

/** The exit code for an error that a command expects; undefined for any other. */
export function exitCodeOf(error: unknown): ExitCode | undefined {
  // a refused login is the reason why nothing was sent
  if (error instanceof NotSentError && error.cause instanceof LoginRejectedError) return EXIT.refused
  return CODES.find(([kind]) => error instanceof kind)?.[1]
}
