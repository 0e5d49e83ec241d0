import type { PbxError } from '../errors.js'
import type { ConnectionLoss } from './connection-loss.js'

/** What is known of the exchange behind the server: any event proves it `reachable`, 504 says `retrying`, 503 'Unable to connect to PBX' says `unreachable`. */
export type PbxReach = 'unknown' | 'reachable' | 'retrying' | 'unreachable'

/**
 * Where the connection stands.
 *
 * ```
 *            first user                 opened                    202
 *   idle ───────────────▶ connecting ──────────▶ authenticating ───────▶ online
 *    ▲ │                   ▲ │ loss                  │ loss                │ loss
 *    │ │ first user        │ ├───────────────────────┴─────────────────────┘
 *    │ │ while a wait      │ │
 *    │ │ is due       time │ ├──▶ failed   by 401, or as the last of maxAttempts
 *    │ └──────────────┐    │ │      │
 *    │ last user left │    │ ▼      │ first user, while its wait is due
 *    │ + linger       └▶ waiting ◀──┘
 *    └───────────────────  │
 *
 *   close() leads from every state to closed, and nothing leads out of it.
 * ```
 * `connecting`, `authenticating` and `online` go back to `idle` too when the last user has left and `linger` has passed. From `failed` the first user whose wait
 * is over connects at once.
 */
export type ConnectionStatus =
  /** Nobody uses the connection. */
  | { state: 'idle' }
  /** A socket is being opened; `attempt`: the n-th try since the last login. */
  | { state: 'connecting'; attempt: number }
  /** The socket is open, 202 has not come yet. */
  | { state: 'authenticating'; attempt: number }
  /** Logged in. `since`: ms since the epoch; `session`: the n-th login of this client. */
  | { state: 'online'; since: number; session: number; pbx: PbxReach }
  /** Between two tries. `attempt`: how many have failed, the loss of a session counting as the first; `retryAt`: ms since the epoch. */
  | { state: 'waiting'; attempt: number; retryAt: number; reason: ConnectionLoss }
  /** Given up until somebody subscribes again. */
  | { state: 'failed'; error: PbxError }
  /** Closed for good by `close()`. */
  | { state: 'closed' }

/** The status after a step, or after something became known of the PBX; the same object when that changes nothing, or comes too late to matter. */
export function transition(status: ConnectionStatus, happening: ConnectionStatus | PbxReach): ConnectionStatus {
  if (status.state === 'closed') return status
  if (typeof happening !== 'string') return happening
  return status.state === 'online' && status.pbx !== happening ? { ...status, pbx: happening } : status
}
