import type { Call } from './call.js'
import { move, publish, roomOf, shift, takeOut } from './call-index.js'
import type { Draft, Journey, Place } from './call-state.js'
import type { Ledger } from './call-store.js'

/** Who waits, in order: by position, and who was first to join comes first. */
export function placesOf({ rooms }: Ledger, queue: string): Place[] {
  return [...(rooms.get(queue) ?? [])].sort((a, b) => a.seat.position - b.seat.position || a.joined - b.joined)
}

/** Joins a queue, at the end where no position was told. */
export function wait(ledger: Ledger, journey: Journey, draft: Draft, seat: NonNullable<Call['queue']>): void {
  takeOut(ledger, journey)
  const room = roomOf(ledger, seat.queue)
  const place: Place = { journey, seat, joined: ++ledger.moves }
  if (!(seat.position >= 1)) place.seat = { ...seat, position: [...room].filter(one => !one.left).length + 1 }
  room.add(place)
  sit(journey, draft, place)
}

/** It has the place again that it was taken out of: who had it was never gone. */
export function giveBack(ledger: Ledger, journey: Journey, draft: Draft, place: Place): void {
  const { queue, position } = place.seat
  takeOut(ledger, journey)
  shift(ledger, queue, position, 1, place.left)
  roomOf(ledger, queue).add(place)
  if (place.left) ledger.grace.put(place)
  sit(journey, draft, place)
}

/** The place is its own, be it that it was another's. */
export function sit(journey: Journey, draft: Draft, place: Place): void {
  place.journey = journey
  journey.place = place
  journey.placed = true
  draft.phase = 'queued'
}

/** Left, perhaps for another queue: keeps the place until taken out. */
export function leave(ledger: Ledger, place: Place): void {
  place.left = ++ledger.moves
  ledger.grace.put(place)
}

/** Waits no more, and was not taken. */
export function dropOut(ledger: Ledger, journey: Journey): void {
  takeOut(ledger, journey)
  publish(ledger, journey, { ...journey.call, phase: 'ringing' })
}

/** These come first, in this order; who joined later follows, and who has left stays where they were. */
export function arrange(ledger: Ledger, queue: string, first: readonly Journey[]): void {
  let position = 0
  for (const place of new Set([...first.map(one => one.place), ...placesOf(ledger, queue)])) {
    if (place && !place.left) move(ledger, place, ++position)
  }
}
