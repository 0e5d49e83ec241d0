import type { PbxEventOf } from '../protocol/events.js'
import type { Leg } from './call.js'
import { answer, type Draft, endLegs, isOver, type Journey, lastLeg, prove } from './journey.js'
import type { Ledger } from './ledger.js'
import { hasEnded, remember } from './orphans.js'
import { heard, publish, takeOut } from './records.js'

// What a `call.pickup` and a `call.end` mean: a person, or only a queue; the caller's own channel, or only a leg.

export function pickup(ledger: Ledger, event: PbxEventOf<'call.pickup'>): void {
  const { unique_id: id } = event
  const found = ledger.byId.get(id)
  const journey = found ?? ledger.abbreviations.find(id)
  if (!journey) return remember(ledger, id, { pickup: event })
  const draft = heard(ledger, journey)
  const over = isOver(draft)
  const isOwn = !found || draft.uniqueIds.includes(id)
  const leg = lastLeg(draft, ({ uniqueId, kind, answeredAt, endedAt, status }) => {
    if (answeredAt !== undefined) return false
    return isOwn
      ? draft.phase !== 'queued' && kind !== 'agent' && (endedAt === undefined || over)
      : uniqueId === id && (endedAt === undefined || status === 'answer')
  })
  // whom the caller's own channel rings now only a begin since the gap could tell
  if (leg && !ledger.rooms.has(leg.callee)) return take(ledger, journey, draft, isOwn && draft.stale ? undefined : leg, event)
  // without any offer only the caller's own channel can tell, as the document has it
  if (leg || !isOwn || over || draft.phase === 'answered' || draft.legs.some(({ kind }) => kind === 'agent')) return
  journey.doubted = journey.place
  take(ledger, journey, draft, undefined, event)
}

function take(ledger: Ledger, journey: Journey, draft: Draft, leg: Leg | undefined, event: PbxEventOf<'call.pickup'>): void {
  takeOut(ledger, journey)
  prove(draft, event, leg)
  publish(ledger, journey, draft, event, isOver(draft) ? 'update' : 'answer', answer(draft, leg, event.meta.receivedAt))
}

export function end(ledger: Ledger, event: PbxEventOf<'call.end'>): void {
  const { unique_id: id, status, meta } = event
  const found = ledger.byId.get(id)
  const journey = found ?? ledger.abbreviations.find(id)
  if (!journey) {
    if (hasEnded(ledger, id)) return
    remember(ledger, id, { end: event })
    return ledger.tell({ kind: 'unseen-end', event })
  }
  const draft: Draft = { ...journey.call }
  if (found && id !== draft.uniqueId) {
    // of a leg, or of an id that another has replaced: it proves nothing of the caller's own channel
    const isIts = ({ uniqueId }: Leg) => uniqueId === id
    endLegs(draft, meta.receivedAt, isIts, status)
    return publish(ledger, journey, draft, event, 'update', lastLeg(draft, isIts))
  }
  if (draft.phase === 'ended') return
  // only an open call is found by an abbreviation: told again, this is no news
  if (!found) remember(ledger, id, { over: true })
  // agents' legs may still ring until their own end
  endLegs(draft, meta.receivedAt, ({ kind }) => kind !== 'agent', status)
  // of a stale call the pickup may have been missed, and the status is all that tells
  draft.missed = draft.answeredAt === undefined && !(draft.stale && status === 'answer')
  draft.endedAt = meta.receivedAt
  draft.status = status
  const kind = isOver(draft) ? 'update' : 'end'
  draft.phase = 'ended'
  publish(ledger, journey, draft, event, kind)
}

/** What came of an id before it was known. */
export function replay(ledger: Ledger, id: string): void {
  const orphan = ledger.orphans.get(id)
  ledger.orphans.delete(id)
  if (orphan?.pickup) pickup(ledger, orphan.pickup)
  if (orphan?.end) end(ledger, orphan.end)
}
