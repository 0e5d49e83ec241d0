import type { PbxEvent } from '../../protocol/events.js'
import { type ClientInternals, internalsOf, type TrackableClient } from '../client-internals.js'
import { findOrCreateLiveStore, type LiveStore, type StoreView } from './live-store.js'
import type { Queue, QueueChange, QueueEntry, QueueSeed, QueueTracker, WaitingCaller } from './model.js'
import { entriesOf, rowOf } from './queue-entries.js'
import { reduceMemberEvent, seedMembers } from './reducers/queue-members.js'
import { seedQueues } from './reducers/seed-queues.js'
import { TrackerStreams } from './tracker.js'
import { resolveTrackerOptions, type TrackerOptions } from './tracker-options.js'
import { validateQueueSeeds } from './validate-seed.js'

/** The rows of a waiting list; the list shown before if all rows are the same objects. */
function rowsOf(entries: readonly QueueEntry[], before: readonly WaitingCaller[]): readonly WaitingCaller[] {
  const rows = entries.map(rowOf)
  return rows.length === before.length && rows.every((row, index) => row === before[index]) ? before : rows
}

const NOBODY: readonly WaitingCaller[] = []

function isSameQueue(a: Queue, b: Queue): boolean {
  return a.members === b.members && a.waiting === b.waiting && a.complete === b.complete && a.stale === b.stale
}

const NO_MEMBERS: Queue['members'] = []

/** The queues of a live store: its waiting lists, and the members, which only a queue tracker needs. */
class QueueView implements StoreView {
  readonly kind = 'queues'
  readonly current = new Map<string, Queue>()
  readonly streams: TrackerStreams<Queue, QueueChange>
  readonly #store: LiveStore
  /** Agents of whom an event of this session has come, be it that they are gone; by queue. */
  readonly #provenMembers = new Map<string, Set<string>>()
  /** Queues that may differ from what is shown, as they become. */
  readonly #drafts = new Map<string, Queue>()

  constructor(store: LiveStore, connection: ClientInternals['connection'], listInterval: number) {
    this.#store = store
    this.streams = new TrackerStreams(connection, this.current, listInterval)
  }

  /** Takes the members of a snapshot, which makes its queues complete. */
  seedMembers(seeds: readonly QueueSeed[], at: number): void {
    for (const { queue, members } of seeds) {
      const draft = this.#draftOf(queue)
      draft.complete = true
      seedMembers(draft, this.#provenMembersOf(queue), members, at)
    }
  }

  queueTouched(queue: string): void {
    this.#draftOf(queue)
  }

  eventComes(event: PbxEvent): void {
    switch (event.event) {
      case 'queue.add':
      case 'queue.remove':
      case 'queue.pause':
      case 'queue.unpause':
        reduceMemberEvent(this.#draftOf(event.queue), this.#provenMembersOf(event.queue), event)
    }
  }

  absorbed(event: PbxEvent | undefined): void {
    for (const [queue, draft] of this.#drafts) {
      this.#drafts.delete(queue)
      this.#publish(queue, draft, event)
    }
  }

  markStale(): void {
    this.#drafts.clear()
    this.#provenMembers.clear()
    for (const [name, queue] of this.current) {
      if (queue.stale && !queue.complete) continue
      this.current.set(name, { ...queue, complete: false, stale: true })
      this.streams.markListChanged()
    }
  }

  detach(): void {
    this.streams.complete()
  }

  /** Shows a queue as it has become, and pushes a change for each part that differs. */
  #publish(name: string, draft: Queue, event: PbxEvent | undefined): void {
    const known = this.current.get(name)
    const entries = entriesOf(this.#store.calls, name)
    draft.waiting = rowsOf(entries, known?.waiting ?? NOBODY)
    if (draft.stale && (draft.complete || this.#isProven(draft, entries))) draft.stale = false
    if (known && isSameQueue(known, draft)) return
    this.current.set(name, draft)
    this.streams.markListChanged()
    const hasNewMembers = draft.members !== (known?.members ?? NO_MEMBERS)
    const hasNewWaiting = draft.waiting !== (known?.waiting ?? NOBODY)
    if (hasNewMembers) this.#push('member', draft, event)
    // that a queue has become fresh is a change, too
    if (hasNewWaiting || (known && !hasNewMembers)) this.#push('waiting', draft, event)
  }

  #push(kind: QueueChange['kind'], queue: Queue, event: PbxEvent | undefined): void {
    if (this.streams.isWatched) this.streams.push(event ? { kind, queue, event } : { kind, queue })
  }

  /** True once everything in the queue has been seen in this session. */
  #isProven({ queue, members }: Queue, entries: readonly QueueEntry[]): boolean {
    const proven = this.#provenMembersOf(queue)
    return members.every(({ member }) => proven.has(member)) && entries.every(entry => !entry.isStale)
  }

  #draftOf(queue: string): Queue {
    const known = this.#drafts.get(queue)
    if (known) return known
    const shown = this.current.get(queue)
    const draft: Queue = {
      queue,
      members: shown?.members ?? NO_MEMBERS,
      waiting: shown?.waiting ?? NOBODY,
      complete: shown?.complete ?? false,
      stale: shown?.stale ?? false,
    }
    this.#drafts.set(queue, draft)
    return draft
  }

  #provenMembersOf(queue: string): Set<string> {
    const known = this.#provenMembers.get(queue)
    if (known) return known
    const proven = new Set<string>()
    this.#provenMembers.set(queue, proven)
    return proven
  }
}

/**
 * Follows the queues of a PBX: their members, and who waits in which order since when. Opens nothing; listens whenever
 * the client is connected. A subscriber of `list$` or `change$` holds the connection. Throws `InvalidOptionsError` for
 * options it cannot work with.
 *
 * ```ts
 * const queues = trackQueues(pbx)
 * queues.list$.subscribe(list => render(list))
 * ```
 */
export function trackQueues(pbx: TrackableClient, options?: TrackerOptions): QueueTracker {
  const resolved = resolveTrackerOptions(options)
  const internals = internalsOf(pbx)
  const store = findOrCreateLiveStore(internals, 'queues', resolved)
  const view = new QueueView(store, internals.connection, resolved.listInterval)
  store.attach(view)
  return {
    current: view.current,
    list$: view.streams.list$,
    change$: view.streams.change$,
    get since() {
      return view.streams.since
    },
    seed: seeds => {
      validateQueueSeeds(seeds)
      store.seed(view, at => {
        view.seedMembers(seeds, at)
        seedQueues(store.calls, seeds, at)
      })
    },
    close: () => store.detach(view),
  }
}
