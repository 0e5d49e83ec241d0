import type { CallChange } from '../../../src/client/live/call.js'
import type { Journey, Place } from '../../../src/client/live/call-state.js'
import { createLedger, type Ledger, lose } from '../../../src/client/live/call-store.js'
import { placesOf } from '../../../src/client/live/queue-entries.js'
import { follow } from '../../../src/client/live/reducers/index.js'
import { seedCalls } from '../../../src/client/live/reducers/seed-calls.js'
import { resolveTrackerOptions, type TrackerOptions } from '../../../src/client/live/tracker-options.js'
import type { Call, CallSeed, PbxEvent } from '../../../src/index.js'
import { decodeFrame } from '../../../src/index.js'
import { createClock, type HeldClock } from '../../support/clock.js'

/** All journeys of a PBX, as its events tell them. */
export interface Journeys {
  readonly current: ReadonlyMap<string, Call>
  find(uniqueId: string): Journey | undefined
  findByRandomId(callRandomId: string): Journey | undefined
  /** Who waits in a queue, in order. */
  waiting(queue: string): readonly Place[]
  /** The session has ended. */
  lost(): void
  /** Entries of all internal maps: nothing is left when all calls have been forgotten. */
  readonly size: number
}

/** Journeys under a clock that only moves when told to. */
export interface Stage {
  readonly clock: HeldClock
  readonly ledger: Ledger
  readonly journeys: Journeys
  /** Everything that was told, oldest first. */
  readonly changes: CallChange[]
  /** An event as the wire has it comes now. */
  tell(...frames: object[]): void
  /** The call that has or had this id. */
  call(uniqueId: string): Call
  /** What was told since it was asked last: `begin C`, `offer C > A1`. */
  news(): string[]
  seed(...calls: CallSeed[]): void
}

export function stage(options: TrackerOptions = {}): Stage {
  const clock = createClock()
  const changes: CallChange[] = []
  let seq = 0
  let heard = 0
  const ledger = createLedger(resolveTrackerOptions(options), clock, change => change && changes.push(change))
  const journeys: Journeys = {
    current: ledger.current,
    find: id => ledger.byId.get(id),
    findByRandomId: id => ledger.byRandomId.get(id),
    waiting: queue => placesOf(ledger, queue),
    lost: () => lose(ledger),
    get size() {
      const { current, byId, byRandomId, orphans, rooms, silent, stale, over, grace, memory } = ledger
      const lanes = [silent, stale, over, grace, memory].map(({ ends }) => ends)
      return [current, byId, byRandomId, orphans, ...rooms.values(), ...lanes].reduce((sum, { size }) => sum + size, 0)
    },
  }
  return {
    clock,
    ledger,
    journeys,
    changes,
    tell: (...frames) => {
      for (const frame of frames) {
        seq += 1
        follow(ledger, eventOf(frame, { receivedAt: clock.now(), seq, session: 1 }))
      }
    },
    call: uniqueId => {
      const found = journeys.find(uniqueId)?.call
      if (found === undefined) throw new Error(`There is no call ${uniqueId}`)
      return found
    },
    news: () => {
      const news = changes.slice(heard).map(wordsOf)
      heard = changes.length
      return news
    },
    seed: (...calls) => seedCalls(ledger, calls, clock.now()),
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
