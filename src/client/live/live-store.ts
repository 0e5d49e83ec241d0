import type { PbxEvent } from '../../protocol/events.js'
import { backgroundClock, type Cancel } from '../../shared/clock.js'
import type { ClientInternals } from '../client-internals.js'
import type { SessionObserver } from '../session-observer.js'
import { createCallStore, markStale } from './call-store.js'
import type { CallChange, CallStore, CallStoreObserver } from './model.js'
import { reduceEvent } from './reducers/index.js'
import type { TrackerStreams } from './tracker.js'
import { areSameForCalls, type ResolvedTrackerOptions } from './tracker-options.js'

/** The part of a live store that one tracker shows. The optional methods are those that only one kind needs. */
export interface StoreView {
  readonly kind: 'calls' | 'queues'
  readonly streams: Pick<
    TrackerStreams<unknown, unknown>,
    'since' | 'isWatched' | 'holdChanges' | 'flush' | 'emitChanges'
  >
  /** Called with each change of a call. */
  callChanged?(change: CallChange): void
  /** Called when some call has another snapshot. */
  callsTouched?(): void
  /** Called when a waiting list may differ. */
  queueTouched?(queue: string): void
  /** Called with an event that the store absorbs next. */
  eventComes?(event: PbxEvent): void
  /** Called when the store has absorbed an event, or a seed or the end of a time limit. Nothing is emitted yet. */
  absorbed?(event: PbxEvent | undefined): void
  /** Called at the end of a session: everything known may have changed since. */
  markStale?(): void
  /** Stops following the store. */
  detach(isLast: boolean): void
}

/**
 * One call store under the lifecycle of a client, and the views that show it: at most one of calls and one of queues.
 * An event is reduced once for both.
 */
export class LiveStore implements SessionObserver, CallStoreObserver {
  readonly calls: CallStore
  readonly #internals: ClientInternals
  readonly #timers = new Set<Cancel>()
  #views: readonly StoreView[] = []
  /** True until the first event or seed: a tracker that is created later must not know what came before it. */
  #isEmpty = true
  /** True from the end of a session to the beginning of the next. */
  #isBetweenSessions = false
  /** True for seeds given between two sessions: they may be outdated at the login. */
  #hasDoubtfulSeeds = false

  constructor(internals: ClientInternals, options: ResolvedTrackerOptions) {
    this.#internals = internals
    const { elapsed } = backgroundClock
    this.calls = createCallStore(options, { elapsed, after: (ms, run) => this.#after(ms, run) }, this)
    internals.trackers.add(this)
  }

  /** True if a view of this kind and with these options sees the same here as in a store of its own. */
  suits(kind: StoreView['kind'], options: ResolvedTrackerOptions): boolean {
    return (
      this.#isEmpty && areSameForCalls(this.calls.options, options) && this.#views.every(view => view.kind !== kind)
    )
  }

  attach(view: StoreView): void {
    this.#views = [...this.#views, view]
    if (this.#internals.connection.status.state === 'closed') this.closed()
  }

  /** Stops showing the store in this view. The store ends with its last view. */
  detach(view: StoreView): void {
    if (!this.#views.includes(view)) return
    this.#views = this.#views.filter(one => one !== view)
    const isLast = this.#views.length === 0
    if (isLast) this.#end()
    view.detach(isLast)
  }

  /**
   * Merges a snapshot that was given to a view; a detached view gives nothing any more. Before the first snapshot of a
   * session, what was seeded between the sessions is marked as stale.
   *
   * @param merge gets the time, in ms since the epoch
   */
  seed(view: StoreView, merge: (at: number) => void): void {
    if (!this.#views.includes(view)) return
    if (this.#internals.connection.isLoggedIn) this.#settleDoubt()
    else this.#hasDoubtfulSeeds = this.#isBetweenSessions
    this.#absorb(() => merge(backgroundClock.now()))
  }

  // CallStoreObserver

  get isWatched(): boolean {
    return this.#views.some(view => view.callChanged && view.streams.isWatched)
  }

  callChanged(change: CallChange): void {
    for (const view of this.#views) view.callChanged?.(change)
  }

  callsTouched(): void {
    for (const view of this.#views) view.callsTouched?.()
  }

  queueTouched(queue: string): void {
    for (const view of this.#views) view.queueTouched?.(queue)
  }

  // SessionObserver

  sessionStarted(at: number): void {
    for (const view of this.#views) view.streams.since = at
    this.#settleDoubt()
    this.#isBetweenSessions = false
  }

  event(event: PbxEvent): void {
    this.#isEmpty = false
    for (const view of this.#views) {
      view.streams.holdChanges()
      view.eventComes?.(event)
    }
    reduceEvent(this.calls, event)
    for (const view of this.#views) view.absorbed?.(event)
  }

  eventDispatched(): void {
    for (const view of this.#views) view.streams.flush()
  }

  response(): void {}

  sessionEnded(): void {
    for (const view of this.#views) view.streams.since = undefined
    this.#isBetweenSessions = true
    this.#markStale()
  }

  connectionFailed(): void {}

  closed(): void {
    const views = this.#views
    this.#views = []
    this.#end()
    for (const view of views) view.detach(true)
  }

  #end(): void {
    this.#internals.trackers.delete(this)
    for (const cancel of this.#timers) cancel()
  }

  /** Lets the store change outside of an event, and the views emit what came of it. */
  #absorb(change: () => void): void {
    this.#isEmpty = false
    change()
    for (const view of this.#views) view.absorbed?.(undefined)
    for (const view of this.#views) view.streams.emitChanges()
  }

  #settleDoubt(): void {
    if (this.#hasDoubtfulSeeds) this.#markStale()
    this.#hasDoubtfulSeeds = false
  }

  #markStale(): void {
    markStale(this.calls)
    for (const view of this.#views) view.markStale?.()
  }

  /** A timer that keeps no process alive and ends with the store. */
  #after(ms: number, run: () => void): Cancel {
    const unset = backgroundClock.after(ms, () => {
      this.#timers.delete(cancel)
      this.#absorb(run)
    })
    const cancel = () => {
      unset()
      this.#timers.delete(cancel)
    }
    this.#timers.add(cancel)
    return cancel
  }
}

/**
 * The store for a new tracker: one that the client has already if the tracker sees the same in it, else a store of its
 * own.
 */
export function findOrCreateLiveStore(
  internals: ClientInternals,
  kind: StoreView['kind'],
  options: ResolvedTrackerOptions,
): LiveStore {
  for (const observer of internals.trackers)
    if (observer instanceof LiveStore && observer.suits(kind, options)) return observer
  return new LiveStore(internals, options)
}
