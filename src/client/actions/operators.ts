import { filter, type MonoTypeOperatorFunction, map, type OperatorFunction, retry, take, timer } from 'rxjs'
import { LONGEST_DELAY } from '../../shared/clock.js'
import { quoteForeign } from '../../shared/foreign-text.js'
import { isObject } from '../../shared/is-object.js'
import { CallEndedError, ClientClosedError, InvalidOptionsError } from '../errors.js'
import type { OutboundCall } from './call-follower.js'
import { rankOf } from './call-phase.js'

function endedBefore({ callRandomId, phase, status }: OutboundCall, wanted: string): CallEndedError {
  const how =
    phase === 'lost' ? 'The call was lost sight of' : `The call ended (${quoteForeign(status ?? 'without a status')})`
  return new CallEndedError(`${how} before it was ${wanted}.`, { callRandomId, status })
}

/**
 * Waits until a call has come so far: emits the first snapshot at or past that phase, and completes. Errors with
 * {@link CallEndedError} if the call ends or is lost before; with the source's error otherwise.
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
        if (rankOf(call.phase) === rankOf('ended') && call.phase !== phase) throw endedBefore(call, phase)
        return call
      }),
      take(1),
    )
}

function isSafeToRepeat(error: unknown): boolean {
  if (!isObject(error) || error['safeToRepeat'] !== true) return false
  // a closed client sends nothing any more
  return !(error['cause'] instanceof ClientClosedError)
}

/**
 * Repeats a request that is safe to repeat: one that was not sent, or certainly rejected. Every other error passes at
 * once. The request must be made anew each time, since one object is one request:
 *
 * ```ts
 * defer(() => pbx.createCall({ from: '12', to: '0220282028' })).pipe(retryUnsent({ attempts: 3, delay: 1_000 }))
 * ```
 *
 * @param options.attempts how many attempts there are in all, the first one included
 * @param options.delay ms between two attempts
 */
export function retryUnsent<T>({ attempts, delay }: { attempts: number; delay: number }): MonoTypeOperatorFunction<T> {
  if (!(Number.isInteger(attempts) || attempts === Number.POSITIVE_INFINITY) || attempts < 1)
    throw new InvalidOptionsError(`'attempts' must be a whole number from 1, not ${String(attempts)}.`)
  // timers take a longer delay for none at all
  if (!(delay >= 0 && delay <= LONGEST_DELAY))
    throw new InvalidOptionsError(
      `'delay' must be a number of milliseconds from 0 to ${LONGEST_DELAY}, not ${String(delay)}.`,
    )
  return retry({
    delay: (error: unknown, failures) => {
      if (isSafeToRepeat(error) && failures < attempts) return timer(delay)
      throw error
    },
  })
}
