import type { PbxEventOf } from '../../../protocol/events.js'
import { heard, open, own, publish, takeOut } from '../call-index.js'
import { type Draft, isOver, type Journey, know, newCall, RUNNING } from '../call-state.js'
import type { Ledger } from '../call-store.js'
import { isForgotten } from '../early-events.js'
import { sit } from '../queue-entries.js'
import { replay } from './call-pickup.js'

/** What a `call.create_response` means: a call that the API created, or another id of it. */
export function created(
  ledger: Ledger,
  event: PbxEventOf<'call.create_response'>,
  at: number,
  id: string,
  holder?: Journey,
): void {
  const { call_random_id: callRandomId } = event
  const same = ledger.byRandomId.get(callRandomId)
  // a random id may be used again when its call is over
  const journey = same && isOver(same.call) ? undefined : same
  if (!holder) {
    if (isForgotten(ledger, id)) return
    if (journey) {
      const draft = heard(ledger, journey)
      draft.uniqueId = id
      draft.uniqueIds = [...draft.uniqueIds, id]
      own(ledger, journey, id)
      publish(ledger, journey, draft, event)
    } else open(ledger, { ...newCall(id, at, true), callRandomId: callRandomId || undefined }, event)
    return replay(ledger, id)
  }
  if (journey && journey !== holder) return merge(ledger, holder, journey, event)
  const draft = heard(ledger, holder)
  if (!callRandomId || draft.callRandomId || !draft.uniqueIds.includes(id)) return
  draft.callRandomId = callRandomId
  know(ledger, draft, {})
  publish(ledger, holder, draft, event)
}

/** A call.begin came before the call.create_response that says whose it is. The survivor keeps what it has, and gets what it has not. */
function merge(ledger: Ledger, from: Journey, into: Journey, event: PbxEventOf<'call.create_response'>): void {
  const { place, call } = from
  const draft: Draft = { ...call, ...heard(ledger, into) }
  if (call.callRandomId || !call.uniqueIds.includes(event.unique_id)) return
  // of what began before a gap another id does not say where it stands
  draft.stale &&= call.stale
  // as when the other begins in its turn: who had answered was the own telephone
  if (call.legs.length && draft.phase === 'answered') {
    draft.phase = 'ringing'
    draft.answeredAt = call.answeredAt
    draft.answeredBy = call.answeredBy
  }
  if (isOver(call) || RUNNING.indexOf(call.phase) > RUNNING.indexOf(draft.phase)) {
    draft.phase = call.phase
    draft.controllable = call.controllable
    draft.missed = call.missed && draft.answeredAt === undefined
  }
  draft.uniqueIds = [...draft.uniqueIds, ...call.uniqueIds]
  draft.uniqueId = call.uniqueId
  draft.legs = [...draft.legs, ...call.legs]
  know(ledger, draft, call)
  if (from.begun) into.begun = from.begun
  // who has been taken, is over, or waits elsewhere, waits here no more
  if (place || draft.phase !== 'queued') takeOut(ledger, into)
  if (place) {
    from.place = undefined
    sit(into, draft, place)
  }
  publish(ledger, into, draft, event, 'merge', undefined, from)
  if (isOver(draft)) publish(ledger, into, draft, event, 'end')
}
