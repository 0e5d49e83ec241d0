import type { PbxEvent } from '../protocol/events.js'
import type { PbxResponse } from '../protocol/responses.js'
import type { ConnectionLoss } from './connection/connection-loss.js'
import type { PbxError } from './errors.js'

/**
 * A part of the client that follows its sessions: trackers and actions. One lifecycle, one set of names.
 *
 * ```
 * sessionStarted ─▶ (event ─▶ eventDispatched | response)* ─▶ sessionEnded ─▶ sessionStarted …
 *                                                                   └─▶ connectionFailed
 * closed comes last, from any of these.
 * ```
 */
export interface SessionObserver {
  /**
   * A login has succeeded. Comes after `status$` and `gap$` have emitted, before the first event of the session.
   *
   * @param at ms since the epoch: the 202
   */
  sessionStarted(at: number): void
  /** An event has come. Every observer absorbs it before anybody outside hears of it. */
  event(event: PbxEvent): void
  /** Every observer has absorbed the event. Subscribers of this observer are notified now. */
  eventDispatched(): void
  /** A response has come in a session, that is after its 202. */
  response(response: PbxResponse): void
  /** The session is over: the known state may have changed since. */
  sessionEnded(loss: ConnectionLoss): void
  /** No session will come until somebody takes hold of the connection again. */
  connectionFailed(error: PbxError): void
  /** The client is closed: nothing comes any more. */
  closed(): void
}
