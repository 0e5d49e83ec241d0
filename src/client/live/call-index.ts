import type { PbxEvent } from '../../protocol/events.js'
import type { Call, CallChange, Leg } from './call.js'
import { type Draft, isOver, type Journey, know, newCall, type Place, same, type Told } from './call-state.js'
import type { Ledger } from './call-store.js'
import { hasEnded } from './early-events.js'

/** A call that nobody has told of before. */
export function open(ledger: Ledger, draft: Draft, event?: PbxEvent): Journey {
  // nothing of it is known yet: all that the draft says is news
  const journey: Journey = { call: {} as Call, ids: [] }
  own(ledger, journey, draft.id)
  ledger.silent.put(journey)
  publish(ledger, journey, draft, event, 'begin')
  return journey
}

/** Whose id this is: a call that nobody has told of before, if need be, told at that time and like this; none if it is known to be over. */
export function meet(
  ledger: Ledger,
  id: string,
  at: number,
  told: Told,
  phase: Call['phase'],
  event?: PbxEvent,
): Journey | undefined {
  const known = ledger.byId.get(id)
  if (known || hasEnded(ledger, id)) return known
  const draft = newCall(id, at)
  know(ledger, draft, told)
  draft.phase = phase
  return open(ledger, draft, event)
}

/** An id leads to a call, unless it leads to another already. */
export function own(ledger: Ledger, journey: Journey, id: string): void {
  if (ledger.byId.has(id)) return
  ledger.byId.set(id, journey)
  journey.ids.push(id)
}

/** It is nobody's any more, or another's. */
export function remove(ledger: Ledger, journey: Journey): void {
  const { id, uniqueId, callRandomId } = journey.call
  takeOut(ledger, journey)
  for (const lane of [ledger.silent, ledger.stale, ledger.over]) lane.remove(journey)
  ledger.current.delete(id)
  for (const one of journey.ids) ledger.byId.delete(one)
  if (ledger.byRandomId.get(callRandomId) === journey) ledger.byRandomId.delete(callRandomId)
  ledger.abbreviations.remove(uniqueId, journey)
  ledger.tell()
}

/** It lives. Gives what to change of it. */
export function heard(ledger: Ledger, journey: Journey): Draft {
  if (!isOver(journey.call)) ledger.silent.put(journey)
  return { ...journey.call }
}

/** The call is this from now on, whether anybody is told or not. False if that is nothing new. */
export function file(ledger: Ledger, journey: Journey, draft: Draft): boolean {
  const { call: before } = journey
  const over = isOver(draft)
  if (over) {
    takeOut(ledger, journey)
    draft.controllable = false
    draft.stale &&= draft.phase === 'lost'
  }
  draft.queue = journey.place?.seat
  const call = Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined)) as unknown as Call
  if (same(call, before)) return false
  journey.call = call
  const { uniqueId, callRandomId } = call
  ledger.current.set(call.id, call)
  ledger.abbreviations.remove(before.uniqueId, journey)
  if (callRandomId) {
    if (!over) ledger.abbreviations.put(uniqueId, journey)
    if (callRandomId !== before.callRandomId) ledger.byRandomId.set(callRandomId, journey)
  }
  if (over) {
    ledger.silent.remove(journey)
    if (call.phase !== before.phase) ledger.over.put(journey)
  }
  if (over || !call.stale) ledger.stale.remove(journey)
  else if (!before.stale) ledger.stale.put(journey)
  if (call.queue) ledger.touch(call.queue.queue)
  ledger.tell()
  return true
}

/**
 * The call is this from now on, and so its audience is told; of an update only if it is one.
 *
 * @param part what turned out to be part of it
 */
export function publish(
  ledger: Ledger,
  journey: Journey,
  draft: Draft,
  event?: PbxEvent,
  kind: CallChange['kind'] = 'update',
  leg?: Leg,
  part?: Journey,
): void {
  if (part) {
    remove(ledger, part)
    for (const id of part.ids) own(ledger, journey, id)
  }
  if (file(ledger, journey, draft) || kind !== 'update') {
    ledger.tell({
      kind,
      call: (part ?? journey).call,
      ...(part && { into: journey.call }),
      ...(leg && { leg }),
      ...(event && { event }),
    })
  }
}

/** Who waits in a queue. */
export function roomOf({ rooms }: Ledger, queue: string): Set<Place> {
  return setOf(rooms, queue)
}

/** The set under a key, which there is from now on. */
export function setOf<T>(sets: Map<string, Set<T>>, key: string): Set<T> {
  const set = sets.get(key) ?? new Set()
  sets.set(key, set)
  return set
}

/** It is known by its name from now on: that it picks up is no answer. */
export function nameQueue(ledger: Ledger, queue: string): void {
  roomOf(ledger, queue)
  ledger.touch(queue)
}

/** Waits no more: those behind move up. */
export function takeOut(ledger: Ledger, journey: Journey): void {
  const { place } = journey
  if (!place) return
  const { queue, position } = place.seat
  journey.place = undefined
  ledger.grace.remove(place)
  roomOf(ledger, queue).delete(place)
  shift(ledger, queue, position, -1, place.left)
  ledger.touch(queue)
}

/**
 * Those behind a position move.
 *
 * @param left who joined after that was never behind
 */
export function shift(ledger: Ledger, queue: string, from: number, by: 1 | -1, left?: number): void {
  for (const place of roomOf(ledger, queue)) {
    const { position } = place.seat
    if (!(left && place.joined > left) && (position > from || (position === from && by > 0)))
      move(ledger, place, position + by)
  }
}

export function move(ledger: Ledger, place: Place, position: number): void {
  if (position === place.seat.position) return
  place.seat = { ...place.seat, position }
  file(ledger, place.journey, { ...place.journey.call })
}
