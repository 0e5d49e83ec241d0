import { filter, type MonoTypeOperatorFunction, map, type OperatorFunction, retry, take, timer } from 'rxjs'
import { CallEndedError, ClientClosedError, InvalidOptionsError } from '../errors.js'
import { LONGEST } from '../options.js'
import { OVER, rankOf } from './call-phase.js'
import type { OutboundCall } from './outbound-call.js'

/**
 * Tells when a call has come so far: emits the first snapshot at or past that phase, and completes. Errors with {@link CallEndedError} if the call ends
 * or is lost before; with the source's error otherwise.
 *
 * ```ts
 * clicks$.pipe(exhaustMap(() => pbx.createCall(request).pipe(reached('created'))))
 * ```
 */
export function reached(phase: Exclude<OutboundCall['phase'], 'lost'>): OperatorFunction<OutboundCall, OutboundCall> {
  const wanted = rankOf(phase)
  return source =>
    source.pipe(
      filter(call => rankOf(call.phase) >= wanted),
      map(call => {
        if (rankOf(call.phase) === OVER && call.phase !== phase) throw endedBefore(call, phase)
        return call
      }),
      take(1),
    )
}

function endedBefore({ callRandomId, phase, status }: OutboundCall, wanted: string): CallEndedError {
  const how = phase === 'lost' ? 'The call was lost sight of' : `The call ended (${status ?? 'without a status'})`
  return new CallEndedError(`${how} before it was ${wanted}.`, { callRandomId, status })
}

/**
 * Repeats what is safe to repeat: what was not sent, and what was certainly rejected. Every other error passes at once. The request must be made anew each
 * time, since one object is one request:
 *
 * ```ts
 * defer(() => pbx.createCall({ from: '12', to: '0220282028' })).pipe(retryUnsent({ attempts: 3, delay: 1_000 }))
 * ```
 *
 * @param options.attempts how often it is tried in all, the first time included
 * @param options.delay ms between two
 */
export function retryUnsent<T>({ attempts, delay }: { attempts: number; delay: number }): MonoTypeOperatorFunction<T> {
  if (!(Number.isInteger(attempts) || attempts === Number.POSITIVE_INFINITY) || attempts < 1)
    throw new InvalidOptionsError(`'attempts' must be a whole number from 1, not ${String(attempts)}.`)
  // a longer one would be no delay at all
  if (!(delay >= 0 && delay <= LONGEST))
    throw new InvalidOptionsError(
      `'delay' must be a number of milliseconds from 0 to ${LONGEST}, not ${String(delay)}.`,
    )
  return retry({
    delay: (error: unknown, failures) => {
      if (isSafeToRepeat(error) && failures < attempts) return timer(delay)
      throw error
    },
  })
}

function isSafeToRepeat(error: unknown): boolean {
  const { safeToRepeat, cause } = (error ?? {}) as { safeToRepeat?: unknown; cause?: unknown }
  // only a new client could send it
  return safeToRepeat === true && !(cause instanceof ClientClosedError)
}
