import { type Abbreviations, createAbbreviations } from '../../protocol/unique-id.js'
import type { Clock } from '../../shared/clock.js'
import type { Call, CallChange } from './call.js'
import { file, publish, remove } from './call-index.js'
import type { Journey, Place } from './call-state.js'
import { type Orphan, remember } from './early-events.js'
import { createLane, type Lane } from './expiry-queue.js'
import { dropOut } from './queue-entries.js'
import type { ResolvedTrackerOptions } from './tracker-options.js'

/** Which journeys there are and where they wait, what is due, and who is told: what all rules stand on. */
export interface Ledger {
  readonly options: ResolvedTrackerOptions
  /** Some call is not what it was, whether a change tells so or not. */
  tell(change?: CallChange): void
  /** Who waits in this queue, or where, or how sure that is. */
  touch(queue: string): void
  /** By `Call.id`; the same map for its life. */
  readonly current: Map<string, Call>
  /** By any id that a call has or had, its legs' included. */
  readonly byId: Map<string, Journey>
  readonly byRandomId: Map<string | undefined, Journey>
  /** Of open API-created calls, by their newest id. */
  readonly abbreviations: Abbreviations<Journey>
  /** By queue; of each queue that was ever named. */
  readonly rooms: Map<string, Set<Place>>
  /** How many joins and leavings there were. */
  moves: number
  readonly orphans: Map<string, Orphan>
  /** All that are not over. */
  readonly silent: Lane<Journey>
  readonly stale: Lane<Journey>
  readonly over: Lane<Journey>
  /** Those who have left their queue, perhaps for another. */
  readonly grace: Lane<Place>
  readonly memory: Lane<string>
}

/** ms that an id is remembered of which only a pickup or an end was heard: its beginning may come after it. */
const MEMORY = 10_000

export function createLedger(
  options: ResolvedTrackerOptions,
  clock: Clock,
  tell: Ledger['tell'],
  touch: Ledger['touch'] = () => {},
): Ledger {
  const giveUp = (journey: Journey) => publish(ledger, journey, { ...journey.call, phase: 'lost' }, undefined, 'end')
  const ledger: Ledger = {
    options,
    tell,
    touch,
    current: new Map(),
    byId: new Map(),
    byRandomId: new Map(),
    abbreviations: createAbbreviations(),
    rooms: new Map(),
    moves: 0,
    orphans: new Map(),
    silent: createLane(clock, options.expireAfter, giveUp),
    stale: createLane(clock, options.staleAfter, giveUp),
    over: createLane(clock, options.keepEnded, journey => {
      remove(ledger, journey)
      if (options.keepEnded < MEMORY) for (const id of journey.ids) remember(ledger, id, { over: true })
    }),
    grace: createLane(clock, options.hopGrace, place => dropOut(ledger, place.journey)),
    memory: createLane(clock, MEMORY, id => ledger.orphans.delete(id)),
  }
  return ledger
}

/** The session has ended: whatever was known may have changed since. */
export function lose(ledger: Ledger): void {
  for (const [journey] of ledger.silent.ends)
    file(ledger, journey, { ...journey.call, stale: true, controllable: false })
}
