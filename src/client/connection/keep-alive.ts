import { type MonoTypeOperatorFunction, Observable } from 'rxjs'
import type { Cancel, Clock } from '../../shared/clock.js'
import type { KeepAlive } from '../options.js'
import type { Signal } from './attempt-signal.js'
import { ConnectionLostError } from './connection-loss.js'

/** Parts of its connection that {@link keepAlive} uses. */
export interface KeepAliveParts {
  readonly clock: Clock
  /** Asks the peer for a sign of life; false where the runtime has no way to ask: then nothing is watched. */
  readonly ask: () => boolean
  /** How many events of this attempt went past the operators. */
  readonly countEvents: () => number
}

/**
 * Finds out a peer that ends without a word: from the login on asks every `interval` ms for a sign of life, and errors
 * with a loss of kind 'silent' when none came within `timeout` ms. Any frame is a sign, as a pong is: whether the
 * server answers pings is undocumented.
 *
 * @param policy undefined: nothing is watched
 */
export function keepAlive(
  policy: KeepAlive | undefined,
  { clock, ask, countEvents }: KeepAliveParts,
): MonoTypeOperatorFunction<Signal> {
  if (policy === undefined) return source => source
  const { interval, timeout } = policy
  return source =>
    new Observable(subscriber => {
      /** Ends the wait for an answer, while a question is unanswered. */
      let stopWaiting: Cancel | undefined
      let countWhenAsked = 0

      const markAnswered = () => {
        stopWaiting?.()
        stopWaiting = undefined
      }
      const judge = () => {
        if (countEvents() !== countWhenAsked) return markAnswered()
        const message = `The PBX did not answer within ${timeout} ms`
        subscriber.error(new ConnectionLostError({ kind: 'silent', message }))
      }
      const question = () => {
        if (countEvents() !== countWhenAsked) markAnswered()
        if (stopWaiting) return
        countWhenAsked = countEvents()
        if (ask()) stopWaiting = clock.after(timeout, judge)
      }

      subscriber.add(markAnswered)
      subscriber.add(
        source.subscribe({
          next: signal => {
            markAnswered()
            if (signal.kind === 'online') subscriber.add(clock.every(interval, question))
            subscriber.next(signal)
          },
          error: error => subscriber.error(error),
        }),
      )
    })
}
