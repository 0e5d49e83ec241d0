import type { Call, CallSeed, PbxEvent } from '../../src/index.js'
import { decodeFrame } from '../../src/index.js'
import type { CallChange } from '../../src/state/call.js'
import { createJourneys, type Journeys } from '../../src/state/journeys.js'
import { resolveTrackerOptions, type TrackerOptions } from '../../src/state/options.js'
import { seedCalls } from '../../src/state/seeding.js'
import { type Clock, createClock } from '../actions/stage.js'

/** Journeys under a clock that only moves when told to. */
export interface Stage {
  readonly clock: Clock
  readonly journeys: Journeys
  /** Everything that was told, oldest first. */
  readonly changes: CallChange[]
  /** Each queue whose waiting was touched. */
  readonly touched: string[]
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
  const touched: string[] = []
  let seq = 0
  let heard = 0
  const journeys = createJourneys({
    options: resolveTrackerOptions(options),
    clock,
    audience: { change: change => changes.push(change), altered: () => {}, waiting: queue => touched.push(queue) },
  })
  return {
    clock,
    journeys,
    changes,
    touched,
    tell: (...frames) => {
      for (const frame of frames) {
        seq += 1
        journeys.event(eventOf(frame, { receivedAt: clock.now(), seq, session: 1 }))
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
    seed: (...calls) => seedCalls(journeys.ledger, calls, clock.now()),
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
