import type { PbxEventOf } from '../../../protocol/events.js'
import type { Leg } from '../call.js'
import { heard, publish, takeOut } from '../call-index.js'
import { answer, type Draft, endLegs, isOver, type Journey, lastLeg, prove } from '../call-state.js'
import type { Ledger } from '../call-store.js'
import { hasEnded, remember } from '../early-events.js'

// What a `call.pickup` and a `call.end` mean: a person, or only a queue; the caller's own channel, or only a leg.

export function pickup(
  ledger: Ledger,
  event: PbxEventOf<'call.pickup'>,
  at: number,
  id: string,
  found?: Journey,
): void {
  const journey = found ?? ledger.abbreviations.find(id)
  if (!journey) return remember(ledger, id, { pickup: event })
  const draft = heard(ledger, journey)
  const over = isOver(draft)
  const isOwn = !found || draft.uniqueIds.includes(id)
  const leg = lastLeg(
    draft,
    leg =>
      leg.answeredAt === undefined &&
      (isOwn
        ? draft.phase !== 'queued' && leg.kind !== 'agent' && (leg.endedAt === undefined || over)
        : leg.uniqueId === id && (leg.endedAt === undefined || leg.status === 'answer')),
  )
  if (!leg || ledger.rooms.has(leg.callee)) {
    // without any offer only the caller's own channel can tell, as the document has it
    if (leg || !isOwn || over || draft.phase === 'answered' || draft.legs.some(one => one.kind === 'agent')) return
    journey.doubted = journey.place
  }
  // whom the caller's own channel rings now only a begin since the gap could tell
  const taken = isOwn && draft.stale ? undefined : leg
  takeOut(ledger, journey)
  prove(draft, at, taken)
  publish(ledger, journey, draft, event, over ? 'update' : 'answer', answer(draft, taken, at))
}

export function end(ledger: Ledger, event: PbxEventOf<'call.end'>, at: number, id: string, found?: Journey): void {
  const { status } = event
  const journey = found ?? ledger.abbreviations.find(id)
  if (!journey) {
    if (hasEnded(ledger, id)) return
    remember(ledger, id, { end: event })
    return ledger.tell({ kind: 'unseen-end', event })
  }
  const draft: Draft = { ...journey.call }
  if (found && id !== draft.uniqueId) {
    // of a leg, or of an id that another has replaced: it proves nothing of the caller's own channel
    const isIts = (leg: Leg) => leg.uniqueId === id
    endLegs(draft, at, isIts, { status })
    return publish(ledger, journey, draft, event, 'update', lastLeg(draft, isIts))
  }
  if (draft.phase === 'ended') return
  // only an open call is found by an abbreviation: told again, this is no news
  if (!found) remember(ledger, id, { over: true })
  // agents' legs may still ring until their own end
  endLegs(draft, at, leg => leg.kind !== 'agent', { status })
  // of a stale call the pickup may have been missed, and the status is all that tells
  draft.missed = draft.answeredAt === undefined && !(draft.stale && status === 'answer')
  draft.endedAt = at
  draft.status = status
  const kind = isOver(draft) ? 'update' : 'end'
  draft.phase = 'ended'
  publish(ledger, journey, draft, event, kind)
}

/** What came of an id before it was known. */
export function replay(ledger: Ledger, id: string): void {
  const { pickup: picked, end: ended } = ledger.orphans.get(id) ?? {}
  ledger.orphans.delete(id)
  if (picked) pickup(ledger, picked, picked.meta.receivedAt, id, ledger.byId.get(id))
  if (ended) end(ledger, ended, ended.meta.receivedAt, id, ledger.byId.get(id))
}
