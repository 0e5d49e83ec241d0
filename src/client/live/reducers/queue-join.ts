import type { PbxEventOf } from '../../../protocol/events.js'
import { heard, meet, nameQueue, publish, shift } from '../call-index.js'
import { type Draft, endLegs, isOver, type Journey, know, lastLeg, ownLeg, prove, removeLeg } from '../call-state.js'
import type { Ledger } from '../call-store.js'
import { isForgotten } from '../early-events.js'
import { leave, wait } from '../queue-entries.js'

// What a `queue.join` and a `queue.left` mean for who waits.

export function join(ledger: Ledger, event: PbxEventOf<'queue.join'>, at: number, id: string): void {
  const { queue, caller, caller_name: callerName, position } = event
  nameQueue(ledger, queue)
  const identity = { caller, callerName }
  const journey = meet(ledger, id, at, identity, 'ringing', event)
  if (!journey || isOver(journey.call) || !journey.call.uniqueIds.includes(id)) return
  const { place, call } = journey
  const draft = heard(ledger, journey)
  know(ledger, draft, identity)
  // nothing is told again in another session
  if (place?.seat.queue === queue && !place.left && !call.stale) {
    if (position >= 1 && position !== place.seat.position) place.seat = { ...place.seat, position }
    return publish(ledger, journey, draft, event)
  }
  journey.doubted = undefined
  arrive(ledger, draft, at)
  if (call.stale) draft.answeredBy = undefined
  prove(draft, at)
  wait(ledger, journey, draft, { queue, position, joinedAt: at, waitingSince: place?.seat.waitingSince ?? at })
  publish(ledger, journey, draft, event, 'queue')
}

/** Who was dialled on the way to a queue was the queue, or is rung no more. */
function arrive({ rooms, options }: Ledger, draft: Draft, at: number): void {
  const leg = ownLeg(draft)
  if (!leg) return
  if (!rooms.has(leg.callee) && options.isExtension(leg.callee)) return endLegs(draft, at, one => one === leg)
  removeLeg(draft, leg)
  if (leg.answeredAt === undefined) return
  // it was the queue that picked up, and whoever had before is still the person who did
  const person = lastLeg(draft, leg => leg.answeredAt !== undefined)
  draft.answeredBy = person?.callee
  if (!person && leg.answeredAt === draft.answeredAt) draft.answeredAt = undefined
}

export function left(
  ledger: Ledger,
  event: PbxEventOf<'queue.left'>,
  _at: number,
  id: string,
  journey?: Journey,
): void {
  const { queue } = event
  nameQueue(ledger, queue)
  const place = journey?.place
  if (journey ? !journey.placed : !isForgotten(ledger, id)) {
    // whom we never saw joining stood before all whom we did
    if (journey) journey.placed = true
    return shift(ledger, queue, 1, -1)
  }
  if (!journey || place?.seat.queue !== queue || place.left) return
  leave(ledger, place)
  publish(ledger, journey, { ...journey.call }, event, 'queue')
}
