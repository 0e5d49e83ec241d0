import { Observable, type Subscriber } from 'rxjs'
import { systemClock } from '../../shared/clock.js'

/** Where the snapshots and the end of a running request go. */
export interface RequestSink<T> {
  emit(value: T): void
  complete(): void
  fail(error: unknown): void
}

/**
 * Takes a running request back, if nothing was written yet. A request that was taken back gets nothing any more.
 *
 * @param answer called once, at once or soon: whether the request was taken back
 */
export type Withdraw = (answer: (isWithdrawn: boolean) => void) => void

/** Snapshots of one phase replace each other in what later subscribers get. */
function phaseOf(value: object): unknown {
  return 'phase' in value ? value.phase : undefined
}

function finish<T>(subscriber: Subscriber<T>, end: { readonly error?: unknown }): void {
  if ('error' in end) subscriber.error(end.error)
  else subscriber.complete()
}

class Request<T extends object> implements RequestSink<T> {
  readonly #start: (sink: RequestSink<T>) => Withdraw
  /** The latest snapshot of each phase, in order. */
  readonly #history: T[] = []
  #subscribers: readonly Subscriber<T>[] = []
  #isStarted = false
  #withdraw: Withdraw | undefined
  #end: { readonly error?: unknown } | undefined

  constructor(start: (sink: RequestSink<T>) => Withdraw) {
    this.#start = start
  }

  subscribe(subscriber: Subscriber<T>): (() => void) | undefined {
    // forkJoin and its like subscribe to all their sources though one has failed already, and have left by then
    if (subscriber.closed) return undefined
    if (this.#end) return systemClock.after(0, () => this.#replay(subscriber))
    this.#replay(subscriber)
    if (this.#end) return undefined
    this.#subscribers = [...this.#subscribers, subscriber]
    if (!this.#isStarted) this.#begin()
    return () => this.#leave(subscriber)
  }

  emit(value: T): void {
    const history = this.#history
    const last = history.at(-1)
    if (last !== undefined && phaseOf(last) === phaseOf(value)) history.pop()
    history.push(value)
    for (const subscriber of this.#subscribers) subscriber.next(value)
  }

  complete(): void {
    this.#settle({})
  }

  fail(error: unknown): void {
    this.#settle({ error })
  }

  /**
   * Notifies one subscriber of everything so far. A snapshot that is replaced meanwhile is followed by its successor.
   */
  #replay(subscriber: Subscriber<T>): void {
    const history = this.#history
    for (let index = 0; index < history.length && !subscriber.closed; ) {
      const value = history[index]
      if (value) subscriber.next(value)
      if (history[index] === value) index += 1
    }
    if (this.#end) finish(subscriber, this.#end)
  }

  #begin(): void {
    this.#isStarted = true
    try {
      this.#withdraw = this.#start(this)
    } catch (error) {
      this.fail(error)
    }
  }

  #leave(subscriber: Subscriber<T>): void {
    this.#subscribers = this.#subscribers.filter(one => one !== subscriber)
    if (this.#subscribers.length > 0 || this.#end) return
    const withdraw = this.#withdraw
    withdraw?.(isWithdrawn => {
      // of two answers about one start only the first counts
      if (!isWithdrawn || this.#withdraw !== withdraw) return
      this.#isStarted = false
      this.#withdraw = undefined
      // a subscriber who came meanwhile has got nothing yet, and starts the request afresh
      if (this.#subscribers.length > 0) this.#begin()
    })
  }

  #settle(end: { readonly error?: unknown }): void {
    this.#end = end
    const subscribers = this.#subscribers
    this.#subscribers = []
    for (const subscriber of subscribers) finish(subscriber, end)
  }
}

/**
 * One object is one request. Its first subscriber starts it. Later subscribers share it, and get the latest snapshot
 * of each phase again. When the last subscriber leaves before the write, the request has never been, and the next
 * subscriber starts it afresh; after the write, leaving only stops watching.
 *
 * A settled request notifies a later subscriber in a task of its own: a bare `retry()` or `repeat()` must neither
 * overflow the stack nor starve others.
 *
 * @param start starts the request; an error that it throws is the request's error
 */
export function createRequest<T extends object>(start: (sink: RequestSink<T>) => Withdraw): Observable<T> {
  const request = new Request(start)
  return new Observable<T>(subscriber => request.subscribe(subscriber))
}
