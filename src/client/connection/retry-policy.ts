import { meaningOf } from '../../protocol/responses.js'
import type { ReconnectPolicy } from '../options.js'
import type { ConnectionLoss } from './connection-loss.js'

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

/** Whether the server is about to close after a response, or has said with it that this session is over. */
export function isEnd(response: Answer, loggedIn: boolean): boolean {
  const { code } = response
  const kind = lossKind(response)
  return (
    code === 110 ||
    code === 401 ||
    (code === 408 && !loggedIn) ||
    (code === 500 && kind !== undefined) ||
    kind === 'restart'
  )
}

/**
 * ms to wait before coming back from a loss: spread evenly after a restart, backed off otherwise.
 *
 * @param failures in a row since the last login, the loss of its session counting as the first
 * @param barren see {@link barrenAfter}: each but the first counts as one failure more, so that logins which lead to nothing do not keep the waits short
 * @param random from 0 to 1
 */
export function delayAfter(
  loss: ConnectionLoss,
  failures: number,
  barren: number,
  policy: ReconnectPolicy,
  random: number,
): number {
  const { initialDelay, maxDelay, factor, jitter } = policy
  if (loss.kind === 'restart') return Math.min(RESTART_SPREAD, maxDelay) * random
  // factor ** … overflows to Infinity after long outages; min() brings it back
  return Math.min(maxDelay, initialDelay * factor ** (failures - 1 + (barren && barren - 1))) * (1 - jitter * random)
}

/**
 * How many sessions in a row the server soon ended with an error and without any event: 202 followed by 503, which a PBX out of reach gives at every login,
 * or by 401.
 *
 * @param barren how many they were before this session
 * @param lasted ms
 */
export function barrenAfter(
  loss: ConnectionLoss,
  barren: number,
  eventful: boolean,
  lasted: number,
  policy: ReconnectPolicy,
): number {
  return (loss.kind === 'server-error' || loss.kind === 'credentials') && !eventful && lasted < policy.maxDelay
    ? barren + 1
    : 0
}
