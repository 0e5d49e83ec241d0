import { createCallStore, markStale } from '../../../src/client/live/call-store.js'
import type { CallChange, CallState, CallStore, QueueEntry } from '../../../src/client/live/model.js'
import { entriesOf } from '../../../src/client/live/queue-entries.js'
import { reduceEvent } from '../../../src/client/live/reducers/index.js'
import { seedCalls } from '../../../src/client/live/reducers/seed-calls.js'
import { resolveTrackerOptions, type TrackerOptions } from '../../../src/client/live/tracker-options.js'
import type { Call, CallSeed, PbxEvent } from '../../../src/index.js'
import { decodeFrame } from '../../../src/index.js'
import { createClock, type HeldClock } from '../../support/clock.js'

/** The calls of a PBX, as its events show them. */
export interface Calls {
  readonly current: ReadonlyMap<string, Call>
  find(uniqueId: string): CallState | undefined
  findByRandomId(callRandomId: string): CallState | undefined
  /** The waiting list of a queue, in order. */
  waiting(queue: string): readonly QueueEntry[]
  /** The session has ended. */
  lost(): void
  /** Entries of all internal maps: nothing is left when all calls have been forgotten. */
  readonly size: number
}

/** A call store under a clock that only moves when a spec moves it. */
export interface Stage {
  readonly clock: HeldClock
  readonly store: CallStore
  readonly calls: Calls
  /** Every change, oldest first. */
  readonly changes: CallChange[]
  /** An event as the wire has it comes now. */
  receive(...frames: object[]): void
  absorb(event: PbxEvent): void
  /** The call that has or had this id. */
  call(uniqueId: string): Call
  /** The changes since the last reading: `begin C`, `offer C > A1`. */
  news(): string[]
  seed(...calls: CallSeed[]): void
}

export function stage(options: TrackerOptions = {}): Stage {
  const clock = createClock()
  const changes: CallChange[] = []
  let seq = 0
  let read = 0
  const store = createCallStore(resolveTrackerOptions(options), clock, {
    isWatched: true,
    callChanged: change => changes.push(change),
    callsTouched: () => {},
    queueTouched: () => {},
  })
  const calls: Calls = {
    current: store.current,
    find: id => store.byId.get(id),
    findByRandomId: id => store.byRandomId.get(id),
    waiting: queue => entriesOf(store, queue),
    lost: () => markStale(store),
    get size() {
      const { current, byId, byRandomId, earlyEvents, queues } = store
      const { earlyIds, forgottenIds, silent, stale, ended, leaving } = store
      const expiring = [earlyIds, forgottenIds, silent, stale, ended, leaving].map(({ ends }) => ends.size)
      const waiting = [...queues.values()].map(({ length }) => length)
      const maps = [current, byId, byRandomId, earlyEvents].map(({ size }) => size)
      return [...maps, ...waiting, ...expiring].reduce((sum, size) => sum + size, 0)
    },
  }
  return {
    clock,
    store,
    calls,
    changes,
    receive: (...frames) => {
      for (const frame of frames) {
        seq += 1
        reduceEvent(store, eventOf(frame, { receivedAt: clock.now(), seq, session: 1 }))
      }
    },
    absorb: event => reduceEvent(store, event),
    call: uniqueId => {
      const found = calls.find(uniqueId)?.call
      if (found === undefined) throw new Error(`There is no call ${uniqueId}`)
      return found
    },
    news: () => {
      const news = changes.slice(read).map(wordsOf)
      read = changes.length
      return news
    },
    seed: (...seeds) => seedCalls(store, seeds, clock.now()),
  }
}

export function eventOf(frame: object, meta: PbxEvent['meta']): PbxEvent {
  const decoded = decodeFrame(JSON.stringify(frame))
  if (decoded.kind !== 'event') throw new Error(`No event: ${JSON.stringify(frame)}`)
  return { ...decoded.event, meta }
}

function wordsOf({ kind, call, into, leg, event }: CallChange): string {
  const id = call?.id ?? (event as { unique_id?: string } | undefined)?.unique_id
  return [kind, id, into && `into ${into.id}`, leg && `> ${leg.callee}`].filter(Boolean).join(' ')
}
