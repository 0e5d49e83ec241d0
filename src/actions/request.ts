import { asyncScheduler, Observable, ReplaySubject } from 'rxjs'

/** How a request tells its subscribers. After an end they are told nothing more. */
export interface Teller<T> {
  next(value: T): void
  complete(): void
  error(error: unknown): void
}

/**
 * One object is one request: it starts with its first subscriber, all others share it and get what was told so far. When its last subscriber leaves
 * and it can still be withdrawn, it has never been, and the next subscriber starts it afresh; later, leaving only stops watching.
 *
 * A settled request tells later subscribers in a task of their own: a bare `retry()` or `repeat()` must neither overflow the stack nor starve the rest.
 *
 * @param start begins it; gives what withdraws it, which says false when it is too late. What it throws is the request's error
 */
export function request<T>(start: (tell: Teller<T>) => () => boolean): Observable<T> {
  let told = new ReplaySubject<T>()
  let withdraw: (() => boolean) | undefined
  let settled = false
  let watchers = 0

  const begin = () => {
    const mine = told
    const tell: Teller<T> = {
      next: value => mine.next(value),
      complete: () => {
        settled = true
        mine.complete()
      },
      error: error => {
        settled = true
        mine.error(error)
      },
    }
    // whoever is told while it starts must not start it again
    withdraw = () => false
    try {
      withdraw = start(tell)
    } catch (error) {
      tell.error(error)
    }
  }

  return new Observable<T>(subscriber => {
    if (settled) return asyncScheduler.schedule(() => subscriber.add(told.subscribe(subscriber)))
    watchers += 1
    subscriber.add(told.subscribe(subscriber))
    if (withdraw === undefined) begin()
    return () => {
      watchers -= 1
      if (watchers > 0 || settled || withdraw?.() !== true) return
      withdraw = undefined
      told = new ReplaySubject()
    }
  })
}
