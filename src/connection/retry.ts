import type { ReconnectPolicy } from '../options.js'
import type { ResponseMeaning } from '../protocol/responses.js'
import type { ConnectionLoss } from './loss.js'

/** The longest wait after an announced restart, ms: a thousand clients must not come back in one instant. */
const RESTART_SPREAD = 5_000

/**
 * What a response means for the connection it came on.
 * - `fatal`: the login was refused; the same login again would hammer the account
 * - `lost`: the server is about to close, or has said that this session is over
 * - `stay`: none of the connection's business
 */
export function classify(meaning: ResponseMeaning, loggedIn: boolean): 'fatal' | 'lost' | 'stay' {
  switch (meaning) {
    case 'user-not-activated':
    case 'wrong-credentials':
    case 'login-required':
      return loggedIn ? 'lost' : 'fatal'
    case 'login-timeout':
      return loggedIn ? 'stay' : 'lost'
    case 'server-error':
    case 'restarting':
    case 'bye':
    case 'closing':
      return 'lost'
    default:
      return 'stay'
  }
}

/** The kind of loss that a response explains when the connection ends right after it; undefined for one that explains nothing. */
export function lossKind(meaning: ResponseMeaning): ConnectionLoss['kind'] | undefined {
  switch (meaning) {
    case 'user-not-activated':
    case 'wrong-credentials':
    case 'login-required':
      return 'credentials'
    case 'login-timeout':
      return 'login-timeout'
    case 'restarting':
      return 'restart'
    case 'server-error':
    case 'pbx-unreachable':
    case 'pbx-retrying':
      return 'server-error'
    default:
      return undefined
  }
}

/**
 * ms to wait after the `failures`-th failure in a row.
 * @param random from 0 to 1
 */
export function backoff(failures: number, policy: ReconnectPolicy, random: number): number {
  // factor ** failures overflows to Infinity after long outages; min() brings it back
  const delay = Math.min(policy.maxDelay, policy.initialDelay * policy.factor ** Math.max(0, failures - 1))
  return delay * (1 - policy.jitter * random)
}

/** ms to wait before coming back from a loss: spread evenly after a restart, backed off otherwise. */
export function delayAfter(loss: ConnectionLoss, failures: number, policy: ReconnectPolicy, random: number): number {
  return loss.kind === 'restart' ? Math.min(RESTART_SPREAD, policy.maxDelay) * random : backoff(failures, policy, random)
}

/** What the backoff has to know of the past. */
export interface Tally {
  /** Failures in a row since the last login, the loss of its session counting as the first. */
  readonly failures: number
  /** Sessions in a row that the server soon ended with an error and without any event: 202 followed by 503, which a PBX out of reach gives at every login. */
  readonly barren: number
}

export const NO_FAILURES: Tally = { failures: 0, barren: 0 }

export function failedToLogIn({ failures, barren }: Tally): Tally {
  return { failures: failures + 1, barren }
}

/** Each login starts the count of failures afresh. Whether its session is worth anything shows at its end. */
export function loggedIn({ barren }: Tally): Tally {
  return { failures: 0, barren }
}

/** @param session.lasted ms */
export function lostSession(
  { failures, barren }: Tally,
  loss: ConnectionLoss,
  session: { eventful: boolean; lasted: number },
  { maxDelay }: ReconnectPolicy,
): Tally {
  const isBarren = loss.kind === 'server-error' && !session.eventful && session.lasted < maxDelay
  return { failures: failures + 1, barren: isBarren ? barren + 1 : 0 }
}

/** The failures that the backoff counts: each barren session but the first adds one, so that logins which lead to nothing do not keep the waits short. */
export function strikes({ failures, barren }: Tally): number {
  return failures + Math.max(0, barren - 1)
}
