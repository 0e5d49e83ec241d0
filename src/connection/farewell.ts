import {
  catchError,
  connect,
  defer,
  EMPTY,
  filter,
  type MonoTypeOperatorFunction,
  merge,
  type Observable,
  of,
  switchMap,
  take,
  takeUntil,
  throwError,
  timer,
} from 'rxjs'
import type { Signal } from './signal.js'

/** ms that the server has to answer `user.logout` with 110. */
const PATIENCE = 2_000

/**
 * Ends an attempt in good order: when `leave$` emits, `logout` is asked to write `user.logout`, and the stream completes at 110, at the end of the
 * connection, or after two seconds, whatever comes first. Frames that come meanwhile still pass.
 *
 * @param logout false when there was nothing to log out of; the stream then completes at once
 */
export function farewell(leave$: Observable<unknown>, logout: () => boolean): MonoTypeOperatorFunction<Signal> {
  return source =>
    defer(() => {
      let leaving = false
      const quietly = catchError<Signal, Observable<Signal>>(error => (leaving ? EMPTY : throwError(() => error)))
      const left = (signals$: Observable<Signal>) =>
        leave$.pipe(
          take(1),
          switchMap(() => {
            leaving = true
            const bye$ = signals$.pipe(filter(signal => signal.kind === 'response' && signal.response.code === 110))
            return logout() ? merge(bye$, timer(PATIENCE)) : of(undefined)
          }),
        )
      return source.pipe(
        connect(signals$ => signals$.pipe(takeUntil(left(signals$)))),
        quietly,
      )
    })
}
