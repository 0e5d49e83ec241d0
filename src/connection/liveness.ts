import {
  connect,
  EMPTY,
  exhaustMap,
  filter,
  first,
  ignoreElements,
  interval,
  type MonoTypeOperatorFunction,
  merge,
  type SchedulerLike,
  switchMap,
  take,
  throwError,
  timeout,
} from 'rxjs'
import type { KeepAlive } from '../options.js'
import { Lost } from './loss.js'

/**
 * Asks the peer for a sign of life every `interval` ms and fails with a loss of kind 'silent' when none came within `timeout` ms. Anything that
 * passes counts as a sign: nobody knows whether the server answers pings, and frames prove life as well as a pong does.
 *
 * The source must end by an error, as a socket does; after a completion the asking would go on.
 *
 * @param options.from the item from which on to ask
 * @param options.ask false where the runtime has no way to ask: then nothing is watched
 */
export function liveness<T>(
  policy: KeepAlive | undefined,
  { from, ask, scheduler }: { from: (item: T) => boolean; ask: () => boolean; scheduler?: SchedulerLike },
): MonoTypeOperatorFunction<T> {
  if (policy === undefined) return source => source
  const silent = () =>
    throwError(() => new Lost({ kind: 'silent', message: `The PBX did not answer within ${policy.timeout} ms; the connection was given up` }))
  const answer = { first: policy.timeout, with: silent, ...(scheduler && { scheduler }) }
  return connect(items =>
    merge(
      items,
      items.pipe(
        filter(from),
        take(1),
        switchMap(() => interval(policy.interval, scheduler)),
        exhaustMap(() => (ask() ? items.pipe(first(), timeout(answer), ignoreElements()) : EMPTY)),
      ),
    ),
  )
}
