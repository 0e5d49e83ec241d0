import { meaningOf } from '../../protocol/responses.js'
import type { ReconnectPolicy } from '../options.js'
import type { ConnectionLoss } from './connection-loss.js'

/** Longest wait after an announced restart, ms: a thousand clients must not come back in one instant. */
const RESTART_SPREAD = 5_000

interface ServerResponse {
  readonly code: number
  readonly message: string
}

/**
 * The kind of loss that a response explains when the connection ends right after it; undefined for a response that
 * explains nothing. Judged by the code where the code says enough, by the meaning where a code has several.
 */
export function lossKind(response: ServerResponse): ConnectionLoss['kind'] | undefined {
  switch (response.code) {
    case 401:
      return 'credentials'
    case 408:
      return 'login-timeout'
    case 504:
      return 'server-error'
  }
  switch (meaningOf(response)) {
    case 'pbx-unreachable':
    case 'server-error':
      return 'server-error'
    case 'restarting':
      return 'restart'
    default:
      return undefined
  }
}

/** Whether the server is about to close after a response, or has said with it that this session is over. */
export function isEnd(response: ServerResponse, isLoggedIn: boolean): boolean {
  switch (response.code) {
    case 110:
    case 401:
      return true
    case 408:
      return !isLoggedIn
    case 500:
      return lossKind(response) !== undefined
    default:
      return lossKind(response) === 'restart'
  }
}

/** Failures in a row, for the backoff. */
export interface Failures {
  /** Since the last login, the loss of its session counting as the first. */
  readonly failures: number
  /** See {@link emptySessionsAfter}. */
  readonly emptySessions: number
}

/**
 * ms to wait before coming back from a loss: spread evenly after a restart, backed off otherwise. Each empty session
 * but the first counts as one failure more: a login resets `failures`, so 202 followed by 503 would otherwise be
 * repeated at the initial delay for ever.
 *
 * @param random from 0 to 1
 */
export function delayAfter(
  loss: ConnectionLoss,
  { failures, emptySessions }: Failures,
  policy: ReconnectPolicy,
  random: number,
): number {
  const { initialDelay, maxDelay, factor, jitter } = policy
  if (loss.kind === 'restart') return Math.min(RESTART_SPREAD, maxDelay) * random
  const growth = failures - 1 + Math.max(0, emptySessions - 1)
  // the power overflows to Infinity after long outages; min() brings it back
  return Math.min(maxDelay, initialDelay * factor ** growth) * (1 - jitter * random)
}

/** A session that has ended. */
export interface EndedSession {
  readonly loss: ConnectionLoss
  /** Whether an event came in it. */
  readonly isEventful: boolean
  /** ms from its login to its end. */
  readonly lasted: number
}

/**
 * Empty sessions in a row: the server ended each soon, with an error and before any event. Examples are 202
 * followed by 503, which a PBX out of reach gives at every login, and 202 followed by 401.
 *
 * @param emptySessions how many there were before this session
 */
export function emptySessionsAfter(session: EndedSession, emptySessions: number, policy: ReconnectPolicy): number {
  const { loss, isEventful, lasted } = session
  const isServersError = loss.kind === 'server-error' || loss.kind === 'credentials'
  return isServersError && !isEventful && lasted < policy.maxDelay ? emptySessions + 1 : 0
}
