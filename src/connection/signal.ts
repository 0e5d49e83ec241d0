import type { LoginRejectedError } from '../errors.js'
import type { Lost } from './loss.js'
import type { Received } from './reader.js'

/** What passes through the operator chain of one attempt, in order. */
export type Signal =
  /** The socket is open. */
  | { kind: 'open' }
  /** A pong. */
  | { kind: 'pong' }
  /** 202 came: what follows belongs to the session. */
  | { kind: 'logged-in' }
  /** The server has said that it will end this; frames may still come, nothing may be written any more. */
  | { kind: 'ending'; error: Lost | LoginRejectedError }
  | Received
