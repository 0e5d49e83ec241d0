import { type ClientInternals, internalsOf, type TrackableClient } from '../client-internals.js'
import { findOrCreateLiveStore, type LiveStore, type StoreView } from './live-store.js'
import type { Call, CallChange, CallState, CallTracker } from './model.js'
import { seedCalls } from './reducers/seed-calls.js'
import { TrackerStreams } from './tracker.js'
import { resolveTrackerOptions, type TrackerOptions } from './tracker-options.js'
import { validateCallSeeds } from './validate-seed.js'

function copyCalls(states: ReadonlyMap<string, Pick<CallState, 'call'>>): ReadonlyMap<string, Pick<CallState, 'call'>> {
  return new Map([...states].map(([id, { call }]) => [id, { call }]))
}

/** The calls of a live store, as they are: the store's own map. */
class CallView implements StoreView {
  readonly kind = 'calls'
  readonly current: ReadonlyMap<string, Call>
  readonly streams: TrackerStreams<Call, CallChange>
  readonly #store: LiveStore
  #byId: ReadonlyMap<string, Pick<CallState, 'call'>>
  #byRandomId: ReadonlyMap<string, Pick<CallState, 'call'>>

  constructor(store: LiveStore, connection: ClientInternals['connection'], listInterval: number) {
    this.#store = store
    this.current = store.calls.current
    this.#byId = store.calls.byId
    this.#byRandomId = store.calls.byRandomId
    this.streams = new TrackerStreams(connection, this.current, listInterval)
  }

  find(uniqueId: string): Call | undefined {
    return this.#byId.get(uniqueId)?.call
  }

  findByRandomId(callRandomId: string): Call | undefined {
    return this.#byRandomId.get(callRandomId)?.call
  }

  callChanged(change: CallChange): void {
    this.streams.push(change)
  }

  callsTouched(): void {
    this.streams.markListChanged()
  }

  detach(isLast: boolean): void {
    // the store goes on for the other view, so this tracker keeps what it has shown
    if (!isLast) {
      this.#store.calls.current = new Map(this.current)
      this.#byId = copyCalls(this.#byId)
      this.#byRandomId = copyCalls(this.#byRandomId)
    }
    this.streams.complete()
  }
}

/**
 * Follows all calls of a PBX: one `Call` is one caller's whole journey. Opens nothing; listens whenever the client is
 * connected. A subscriber of `list$` or `change$` holds the connection. Throws `InvalidOptionsError` for options it
 * cannot work with.
 *
 * ```ts
 * const calls = trackCalls(pbx)
 * calls.list$.subscribe(list => render(list))
 * ```
 */
export function trackCalls(pbx: TrackableClient, options?: TrackerOptions): CallTracker {
  const resolved = resolveTrackerOptions(options)
  const internals = internalsOf(pbx)
  const store = findOrCreateLiveStore(internals, 'calls', resolved)
  const view = new CallView(store, internals.connection, resolved.listInterval)
  store.attach(view)
  return {
    current: view.current,
    list$: view.streams.list$,
    change$: view.streams.change$,
    get since() {
      return view.streams.since
    },
    find: uniqueId => view.find(uniqueId),
    findByRandomId: callRandomId => view.findByRandomId(callRandomId),
    seed: seeds => {
      validateCallSeeds(seeds)
      store.seed(view, at => seedCalls(store.calls, seeds, at))
    },
    close: () => store.detach(view),
  }
}
