import type { ConnectionLoss } from './connection-loss.js'

/**
 * A stretch of time in which events may have been lost. Emitted at every login but the client's first, before that
 * session's first event.
 */
export interface Gap {
  /** ms since the epoch: the last frame or pong of the old session. */
  from: number
  /** ms since the epoch: the 202 of the new session. */
  to: number
  /** The new session. */
  session: number
  /** The loss that ended the old session. */
  reason: ConnectionLoss
}
