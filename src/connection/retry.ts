import type { ReconnectPolicy } from '../options.js'
import { meaningOf } from '../protocol/responses.js'
import type { ConnectionLoss } from './loss.js'

/** The longest wait after an announced restart, ms: a thousand clients must not come back in one instant. */
const RESTART_SPREAD = 5_000

interface Answer {
  readonly code: number
  readonly message: string
}

/** The kinds of loss that responses explain: by the code where it says enough, by the meaning where a code has several. */
const EXPLAINED: { readonly [codeOrMeaning: string]: ConnectionLoss['kind'] } = {
  401: 'credentials',
  408: 'login-timeout',
  504: 'server-error',
  'pbx-unreachable': 'server-error',
  'server-error': 'server-error',
  restarting: 'restart',
}

/** The kind of loss that a response explains when the connection ends right after it; undefined for one that explains nothing. */
export function lossKind(response: Answer): ConnectionLoss['kind'] | undefined {
  return EXPLAINED[response.code] ?? EXPLAINED[meaningOf(response)]
}

/**
 * What a response means for the connection it came on.
 * - `fatal`: the login was refused; the same login again would hammer the account
 * - `lost`: the server is about to close, or has said that this session is over
 * - undefined: none of the connection's business
 */
export function classify(response: Answer, loggedIn: boolean): 'fatal' | 'lost' | undefined {
  const { code } = response
  if (code === 401) return loggedIn ? 'lost' : 'fatal'
  const kind = lossKind(response)
  return code === 110 || (code === 408 && !loggedIn) || (code === 500 && kind) || kind === 'restart' ? 'lost' : undefined
}

/**
 * ms to wait after the `failures`-th failure in a row.
 * @param random from 0 to 1
 */
export function backoff(failures: number, policy: ReconnectPolicy, random: number): number {
  // factor ** failures overflows to Infinity after long outages; min() brings it back
  const delay = Math.min(policy.maxDelay, policy.initialDelay * policy.factor ** (failures - 1))
  return delay * (1 - policy.jitter * random)
}

/**
 * ms to wait before coming back from a loss: spread evenly after a restart, backed off otherwise.
 *
 * @param failures in a row since the last login, the loss of its session counting as the first
 * @param barren see {@link barrenAfter}: each but the first counts as one failure more, so that logins which lead to nothing do not keep the waits short
 */
export function delayAfter(loss: ConnectionLoss, failures: number, barren: number, policy: ReconnectPolicy, random: number): number {
  return loss.kind === 'restart' ? Math.min(RESTART_SPREAD, policy.maxDelay) * random : backoff(failures + (barren && barren - 1), policy, random)
}

/**
 * How many sessions in a row the server soon ended with an error and without any event: 202 followed by 503, which a PBX out of reach gives at every login,
 * or by 401.
 *
 * @param barren how many they were before this session
 * @param lasted ms
 */
export function barrenAfter(loss: ConnectionLoss, barren: number, eventful: boolean, lasted: number, policy: ReconnectPolicy): number {
  return (loss.kind === 'server-error' || loss.kind === 'credentials') && !eventful && lasted < policy.maxDelay ? barren + 1 : 0
}
