import { file, heard, meet, nameQueue } from '../call-index.js'
import { isOver, type Journey, know } from '../call-state.js'
import type { Ledger } from '../call-store.js'
import type { QueueSeed } from '../queue.js'
import { arrange, dropOut, placesOf, wait } from '../queue-entries.js'

/**
 * Merges snapshots of waiting lists. Who is fresh and waits elsewhere, or not at all, is not put back; whose place is stale and not in the snapshot has lost it.
 *
 * @param at ms since the epoch
 */
export function seedWaiting(ledger: Ledger, seeds: readonly Pick<QueueSeed, 'queue' | 'waiting'>[], at: number): void {
  const orders = seeds.map(({ queue, waiting }) => {
    const ordered: Journey[] = []
    nameQueue(ledger, queue)
    for (const { uniqueId, caller, callerName, waitingSince = at } of waiting) {
      const identity = { caller, callerName }
      const journey = meet(ledger, uniqueId, waitingSince, identity, 'queued')
      if (!journey) continue
      const { call, place } = journey
      const isHere = place?.seat.queue === queue
      // of who is offered to agents nothing may have told where they wait
      if (isOver(call) || !(call.stale || isHere || (!place && call.phase === 'queued'))) continue
      const draft = heard(ledger, journey)
      draft.stale = false
      know(ledger, draft, identity)
      if (!isHere || place.left)
        wait(ledger, journey, draft, { queue, position: ordered.length + 1, joinedAt: at, waitingSince })
      file(ledger, journey, draft)
      ordered.push(journey)
    }
    return { queue, ordered }
  })
  // whoever is in it is fresh by now, in whichever queue
  for (const { queue, ordered } of orders) {
    for (const place of placesOf(ledger, queue)) {
      if (place.journey.call.stale) dropOut(ledger, place.journey)
    }
    arrange(ledger, queue, ordered)
  }
}
