import type { CallSeed } from '../call.js'
import { heard, open, own, publish, takeOut } from '../call-index.js'
import { addLeg, answer, endLegs, isOver, know, newCall, ownLeg } from '../call-state.js'
import type { Ledger } from '../call-store.js'
import { hasEnded } from '../early-events.js'

/**
 * Merges a snapshot of all running calls. What this session's events have told is newer than any snapshot, so of what is fresh only blanks are filled; what is
 * stale is settled; what is stale and not in the snapshot is over.
 *
 * @param at ms since the epoch
 */
export function seedCalls(ledger: Ledger, seeds: readonly CallSeed[], at: number): void {
  const listed = new Set(seeds.map(({ uniqueId }) => uniqueId))
  /** By the call that they are about, or its id where it is not known. */
  const groups = new Map<string, CallSeed[]>()
  for (const seed of seeds) {
    const id = callerOf(seed)
    const key = ledger.byId.get(id)?.call.id ?? id
    groups.set(key, [...(groups.get(key) ?? []), seed])
  }

  for (const [id, group] of groups) {
    const journey = ledger.byId.get(id)
    if (journey ? isOver(journey.call) : hasEnded(ledger, id)) continue
    const ids = journey?.call.uniqueIds ?? [id]
    const legs = group.filter(seed => callerOf(seed) !== seed.uniqueId)
    const [first] = legs
    // a caller of whom only a leg is listed waits; a leg that the snapshot does not tell from a call has only been heard of
    const seed =
      group.find(one => ids.includes(one.uniqueId)) ??
      (first && { ...first, uniqueId: id, callee: '', calleeName: '', phase: 'queued' })
    const draft = journey ? heard(ledger, journey) : newCall(id, seed?.startedAt ?? at)
    const isNews = !journey || draft.stale
    draft.stale = false
    if (seed) know(ledger, draft, seed)
    if (seed && isNews) {
      const { callee = '', phase, answeredAt = at } = seed
      // who has left a queue, and waits, waits in another
      if (journey && (phase !== 'queued' || journey.place?.left || legs.some(leg => leg.phase === 'answered')))
        takeOut(ledger, journey)
      // who is rung or talks on the caller's own channel, if no agent's leg tells
      const isOwn = phase !== 'queued' && !first
      endLegs(draft, at, leg =>
        leg.kind === 'agent'
          ? !listed.has(leg.uniqueId)
          : !isOwn ||
            (phase === 'ringing' && leg.answeredAt !== undefined) ||
            (callee && callee !== leg.callee) ||
            ledger.rooms.has(leg.callee),
      )
      const isTold = isOwn && callee && !ledger.rooms.has(callee)
      draft.phase = phase
      // who answered before may have been followed by others
      if (phase !== 'answered') draft.answeredBy = undefined
      else draft.answeredAt ??= answeredAt
      for (const { uniqueId, callee = '', calleeName = '', phase, startedAt = at, answeredAt = at } of isTold
        ? [seed]
        : legs) {
        const known = isTold ? ownLeg(draft) : draft.legs.find(leg => leg.uniqueId === uniqueId)
        const leg = known ?? { uniqueId, callee, calleeName, kind: isTold ? 'direct' : 'agent', beganAt: startedAt }
        if (!known) addLeg(draft, leg)
        if (phase === 'answered') answer(draft, leg, answeredAt)
      }
    }
    const filed = journey ?? open(ledger, draft)
    if (isNews) for (const { uniqueId } of group) own(ledger, filed, uniqueId)
    publish(ledger, filed, draft)
  }
  for (const [journey] of ledger.stale.ends)
    publish(ledger, journey, { ...journey.call, phase: 'ended' }, undefined, 'end')
}

/** As on the wire, an empty parent is none. */
function callerOf(seed: CallSeed): string {
  return seed.fromQueueUniqueId || seed.uniqueId
}
