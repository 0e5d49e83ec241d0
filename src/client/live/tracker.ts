import { Observable, Subject, type Subscriber } from 'rxjs'
import { backgroundClock, type Cancel } from '../../shared/clock.js'
import type { ClientInternals } from '../client-internals.js'

type Connection = ClientInternals['connection']

/**
 * The streams of one tracker: `list$` with the present of a map, `change$` with what happened to its entries.
 *
 * A change waits while an event is on its way through the client, and is emitted once every tracker has absorbed the
 * event. Outside of an event a change is emitted at once. Changes that a subscriber brings about come after the one
 * that it is just receiving.
 */
export class TrackerStreams<T, C> {
  readonly list$: Observable<readonly T[]>
  readonly change$: Observable<C>
  /** ms since the epoch, as the tracker shows it. */
  since: number | undefined
  readonly #connection: Connection
  readonly #current: ReadonlyMap<string, T>
  readonly #listInterval: number
  readonly #lists = new Subject<void>()
  readonly #changes = new Subject<C>()
  /** The list as emitted last; undefined once the map has changed. */
  #list: readonly T[] | undefined
  /** Set while an emission of `list$` is due. */
  #cancelList: Cancel | undefined
  #pending: C[] = []
  #isHolding = false

  constructor(connection: Connection, current: ReadonlyMap<string, T>, listInterval: number) {
    this.#connection = connection
    this.#current = current
    this.#listInterval = listInterval
    // created under way, a tracker knows nothing from before
    this.since = connection.isLoggedIn ? backgroundClock.now() : undefined
    this.list$ = this.#whileHoldingConnection(subscriber => this.#showLists(subscriber))
    this.change$ = this.#whileHoldingConnection(subscriber => subscriber.add(this.#changes.subscribe(subscriber)))
  }

  /** True while `change$` has a subscriber. */
  get isWatched(): boolean {
    return this.#changes.observed
  }

  /** Notes that the map has changed: the next emission of `list$` is due in `listInterval`. */
  markListChanged(): void {
    this.#list = undefined
    if (this.#cancelList || !this.#lists.observed) return
    this.#cancelList = backgroundClock.after(this.#listInterval, () => {
      this.#cancelList = undefined
      this.#lists.next()
    })
  }

  /** Queues a change for the next flush. */
  push(change: C): void {
    if (this.#changes.observed) this.#pending.push(change)
  }

  /** From now until the next flush changes wait, since an event is on its way through the client. */
  holdChanges(): void {
    this.#isHolding = true
  }

  /** Emits the changes that wait, and those that are pushed meanwhile. */
  flush(): void {
    this.#isHolding = true
    for (let change = this.#pending.shift(); change !== undefined; change = this.#pending.shift())
      this.#changes.next(change)
    this.#isHolding = false
  }

  /** Emits the changes that wait, unless an event is on its way or a flush under way emits them anyway. */
  emitChanges(): void {
    if (!this.#isHolding && this.#pending.length > 0) this.flush()
  }

  complete(): void {
    this.#cancelList?.()
    this.#cancelList = undefined
    this.since = undefined
    this.#lists.complete()
    this.#changes.complete()
  }

  #present(): readonly T[] {
    this.#list ??= [...this.#current.values()]
    return this.#list
  }

  #showLists(subscriber: Subscriber<readonly T[]>): void {
    let shown: readonly T[] | undefined
    // a subscriber who joins between two emissions has the present already
    const show = () => {
      if (shown === this.#present()) return
      shown = this.#present()
      subscriber.next(shown)
    }
    show()
    subscriber.add(this.#lists.subscribe({ next: show, complete: () => subscriber.complete() }))
  }

  /**
   * A stream whose subscribers hold the connection. The hold is taken a microtask later: whoever leaves within the same
   * call has only looked at the present, as a store does that is read without listeners, and opens no connection.
   */
  #whileHoldingConnection<V>(feed: (subscriber: Subscriber<V>) => void): Observable<V> {
    const hold = (subscriber: Subscriber<V>) => {
      if (subscriber.closed) return
      const error = (cause: unknown) => {
        // the last known state comes before the error
        this.#lists.next()
        subscriber.error(cause)
      }
      subscriber.add(this.#connection.holding$.subscribe({ error }))
    }
    return new Observable<V>(subscriber => {
      feed(subscriber)
      if (!subscriber.closed) void Promise.resolve(subscriber).then(hold)
    })
  }
}
