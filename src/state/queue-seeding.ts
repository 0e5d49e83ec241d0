import { isOver, type Journey, know } from './journey.js'
import type { Ledger } from './ledger.js'
import type { QueueSeed } from './queue.js'
import { file, heard, meet, nameQueue } from './records.js'
import { arrange, dropOut, placesOf, wait } from './waiting-room.js'

/**
 * Merges snapshots of waiting lists. Who is fresh and waits elsewhere, or not at all, is not put back; whose place is stale and not in the snapshot has lost it.
 *
 * @param at ms since the epoch
 */
export function seedWaiting(ledger: Ledger, seeds: readonly Pick<QueueSeed, 'queue' | 'waiting'>[], at: number): void {
  const listed = new Set(seeds.flatMap(({ waiting }) => waiting.map(({ uniqueId }) => uniqueId)))
  for (const { queue, waiting } of seeds) {
    const ordered: Journey[] = []
    nameQueue(ledger, queue)
    for (const { uniqueId, caller, callerName, waitingSince = at } of waiting) {
      const journey = meet(ledger, uniqueId, waitingSince, draft => {
        draft.phase = 'queued'
      })
      if (!journey) continue
      const { call, place } = journey
      const isHere = place?.seat.queue === queue
      // of who is offered to agents nothing may have told where they wait
      if (isOver(call) || !(call.stale || isHere || (!place && call.phase === 'queued'))) continue
      const draft = heard(ledger, journey)
      draft.stale = false
      know(ledger, draft, { caller, callerName })
      if (!isHere || place.left) wait(ledger, journey, draft, { queue, position: ordered.length + 1, joinedAt: at, waitingSince })
      file(ledger, journey, draft)
      ordered.push(journey)
    }
    for (const { journey } of placesOf(ledger, queue)) {
      if (journey.call.stale && !journey.call.uniqueIds.some(id => listed.has(id))) dropOut(ledger, journey)
    }
    arrange(ledger, queue, ordered)
  }
}
