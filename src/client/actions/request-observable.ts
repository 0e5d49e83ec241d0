import { Observable, ReplaySubject } from 'rxjs'
import { systemClock } from '../../shared/clock.js'

/**
 * One object is one request: it starts with its first subscriber, all others share it and get what was told so far. When its last subscriber leaves
 * and it can still be withdrawn, it has never been, and the next subscriber starts it afresh; later, leaving only stops watching.
 *
 * A settled request tells later subscribers in a task of their own: a bare `retry()` or `repeat()` must neither overflow the stack nor starve the rest.
 *
 * @param start begins it; gives what withdraws it, which says false when it is too late. What it throws is the request's error. `finish` ends it, with an
 * error if there is one
 */
export function request<T>(
  start: (tell: (value: T) => void, finish: (error?: unknown) => void) => () => boolean,
): Observable<T> {
  let told = new ReplaySubject<T>()
  let withdraw: (() => boolean) | undefined
  let settled = false
  let watchers = 0

  const finish = (error?: unknown) => {
    settled = true
    if (error) told.error(error)
    else told.complete()
  }

  return new Observable<T>(subscriber => {
    // forkJoin and its like subscribe the rest of their sources though one has failed already, and have left before they came
    if (subscriber.closed) return
    if (settled) return systemClock.after(0, () => told.subscribe(subscriber))
    watchers += 1
    told.subscribe(subscriber)
    if (!withdraw) {
      // whoever is told while it starts must not start it again
      withdraw = () => false
      try {
        withdraw = start(value => told.next(value), finish)
      } catch (error) {
        finish(error)
      }
    }
    return () => {
      watchers -= 1
      if (watchers > 0 || settled || !withdraw) return
      const [its, takeBack] = [told, withdraw]
      // whoever is told as it is withdrawn may ask for it again
      told = new ReplaySubject()
      withdraw = undefined
      if (takeBack()) return
      told = its
      withdraw = takeBack
    }
  })
}
