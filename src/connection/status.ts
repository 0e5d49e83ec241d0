import { type Observable, ReplaySubject } from 'rxjs'
import type { PbxError } from '../errors.js'
import type { Log } from '../logger.js'
import type { ConnectionLoss } from './loss.js'

/** What is known of the exchange behind the server: any event proves it `reachable`, 504 says `retrying`, 503 'Unable to connect to PBX' says `unreachable`. */
export type PbxReach = 'unknown' | 'reachable' | 'retrying' | 'unreachable'

/**
 * Where the connection stands.
 *
 * ```
 *            first user                 opened                    202
 *   idle ───────────────▶ connecting ──────────▶ authenticating ───────▶ online
 *    ▲                     ▲  │ loss                  │ loss               │ loss
 *    │                time │  ▼                       ▼                    │
 *    ├── last user left ── waiting ◀──────────────────┴────────────────────┘
 *    │   + linger             ▲ │
 *    │          first user    │ │  401, or maxAttempts failures in a row
 *    │          + backoff     │ ▼
 *    └─────────────────────  failed
 *
 *   close() leads from every state to closed, and nothing leads out of it.
 * ```
 * `connecting`, `authenticating` and `online` go back to `idle` too when the last user has left and `linger` has passed.
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

/** What can happen to a connection, as its status sees it. */
export type Happening =
  | { type: 'attempt'; attempt: number }
  | { type: 'opened' }
  | { type: 'logged-in'; at: number; session: number }
  | { type: 'pbx'; pbx: PbxReach }
  | { type: 'wait'; attempt: number; retryAt: number; reason: ConnectionLoss }
  | { type: 'failed'; error: PbxError }
  | { type: 'left' }
  | { type: 'closed' }

/** The status after a happening; the same object when the happening changes nothing, or comes too late to matter. */
export function transition(status: ConnectionStatus, happening: Happening): ConnectionStatus {
  if (status.state === 'closed') return status
  switch (happening.type) {
    case 'attempt':
      return { state: 'connecting', attempt: happening.attempt }
    case 'opened':
      return status.state === 'connecting' ? { state: 'authenticating', attempt: status.attempt } : status
    case 'logged-in':
      return { state: 'online', since: happening.at, session: happening.session, pbx: 'unknown' }
    case 'pbx':
      return status.state === 'online' && status.pbx !== happening.pbx ? { ...status, pbx: happening.pbx } : status
    case 'wait':
      return { state: 'waiting', attempt: happening.attempt, retryAt: happening.retryAt, reason: happening.reason }
    case 'failed':
      return { state: 'failed', error: happening.error }
    case 'left':
      return { state: 'idle' }
    case 'closed':
      return { state: 'closed' }
  }
}

/** The status of a connection over its life. */
export interface StatusStream {
  readonly now: ConnectionStatus
  /** Starts with the present status. */
  readonly status$: Observable<ConnectionStatus>
  tell(happening: Happening): void
  complete(): void
}

export function createStatus(log: Log): StatusStream {
  let now: ConnectionStatus = { state: 'idle' }
  const statuses = new ReplaySubject<ConnectionStatus>(1)
  statuses.next(now)
  // who is told of a status may cause the next one; all shall hear of them in order
  const untold: ConnectionStatus[] = []
  let telling = false

  return {
    get now() {
      return now
    },
    status$: statuses.asObservable(),
    tell: happening => {
      const next = transition(now, happening)
      if (next === now) return
      now = next
      log.info(`status: ${next.state}`, next)
      untold.push(next)
      if (telling) return
      telling = true
      for (let status = untold.shift(); status !== undefined; status = untold.shift()) statuses.next(status)
      telling = false
    },
    complete: () => statuses.complete(),
  }
}
