import { distinctUntilChanged, Observable, Subject, type Subscriber } from 'rxjs'
import type { Tap } from '../tap.js'

/** The present as a list, told no more often than somebody can look. */
export interface Present<T> {
  readonly list$: Observable<readonly T[]>
  /** The list is not what it was. */
  altered(): void
  complete(): void
}

/** While somebody looks without staying: the lists that were shown. */
let glanced: unknown[] | undefined

/** Runs something whose subscriptions end within it: they see the present, and hold no connection. Gives the lists that they saw. */
export function glance(look: () => void): readonly unknown[] {
  const outer = glanced
  const seen: unknown[] = []
  glanced = seen
  try {
    look()
  } finally {
    glanced = outer
  }
  return seen
}

/** @param interval ms between emissions */
export function createPresent<T>({
  read,
  interval,
  after,
  tap,
}: {
  read: () => readonly T[]
  interval: number
  after: (ms: number, run: () => void) => () => void
  tap: Tap
}): Present<T> {
  const emissions = new Subject<readonly T[]>()
  let list: readonly T[] | undefined
  let cancel: (() => void) | undefined
  let complete = false

  const now = (): readonly T[] => {
    list ??= read()
    return list
  }
  const list$ = new Observable<readonly T[]>(subscriber => {
    const first = now()
    glanced?.push(first)
    subscriber.next(first)
    if (complete) return subscriber.complete()
    subscriber.add(emissions.subscribe(subscriber))
    hold(subscriber, tap, () => subscriber.next(now()))
  })
  return {
    // one who joins between two emissions has seen the present already
    list$: list$.pipe(distinctUntilChanged()),
    altered: () => {
      list = undefined
      if (cancel !== undefined || complete || !emissions.observed) return
      cancel = after(interval, () => {
        cancel = undefined
        if (emissions.observed) emissions.next(now())
      })
    },
    complete: () => {
      complete = true
      cancel?.()
      emissions.complete()
    },
  }
}

/** The same, holding the connection while subscribed, with its terminal errors. */
export function held<T>(source$: Observable<T>, tap: Tap): Observable<T> {
  return new Observable<T>(subscriber => {
    subscriber.add(source$.subscribe(subscriber))
    hold(subscriber, tap)
  })
}

/** @param last what a subscriber is to be told before the error */
function hold(subscriber: Subscriber<unknown>, tap: Tap, last = () => {}): void {
  if (subscriber.closed || glanced !== undefined) return
  subscriber.add(
    tap.held$.subscribe({
      error: error => {
        last()
        subscriber.error(error)
      },
      complete: () => subscriber.complete(),
    }),
  )
}
