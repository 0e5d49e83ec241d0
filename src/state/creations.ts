import type { PbxEventOf } from '../protocol/events.js'
import { isOver, merged, newCall, unqueued } from './journey.js'
import type { Ledger } from './ledger.js'
import type { Journey } from './register.js'

/**
 * What a `call.create_response` means: a call that the API created, or another id of it.
 *
 * @param replay tells what came of an id before it was known
 */
export function createCreations(ledger: Ledger, replay: (uniqueId: string) => void): (event: PbxEventOf<'call.create_response'>) => void {
  const { register, open, file, publish, update, tell, heard, fresh, directed, giveBack, takeOut, settle, absorb, orphan } = ledger

  const created = (event: PbxEventOf<'call.create_response'>) => {
    const { unique_id: id, call_random_id: callRandomId, meta } = event
    const holder = register.find(id)
    const same = callRandomId === '' ? undefined : register.findByRandomId(callRandomId)
    // a random id may be used again when its call is over
    const journey = same === undefined || isOver(same.call) ? undefined : same
    if (holder === undefined) {
      if (orphan(id)?.over) return
      if (journey === undefined) open({ ...newCall(id, meta.receivedAt, true), ...(callRandomId !== '' && { callRandomId }) }, { kind: 'begin', event })
      else {
        const call = heard(journey)
        publish(journey, { ...call, uniqueId: id, uniqueIds: [...call.uniqueIds, id] }, { kind: 'update', event })
      }
      return replay(id)
    }
    if (journey !== undefined && journey !== holder) return merge(holder, journey, event)
    const call = heard(holder)
    const isNews = callRandomId !== '' && call.callRandomId === undefined && call.uniqueIds.includes(id)
    update(holder, isNews ? directed({ ...call, callRandomId }) : call, event)
  }

  /** A call.begin came before the call.create_response that says whose it is. */
  const merge = (from: Journey, into: Journey, event: PbxEventOf<'call.create_response'>) => {
    if (from.call.callRandomId !== undefined || !from.call.uniqueIds.includes(event.unique_id)) return update(into, heard(into), event)
    const { place } = from
    absorb(from)
    // of what began before a gap another id does not say where it stands
    const both = directed(merged(from.call.stale ? heard(into) : fresh(into), from.call))
    // who has been taken, or is over, waits no more
    if (both.phase !== 'queued') takeOut(into)
    const call = both.phase === 'queued' ? both : unqueued(both)
    into.begun = from.begun ?? into.begun
    file(into, call)
    if (place !== undefined && !isOver(call)) {
      file(into, giveBack(into, place))
    }
    tell({ kind: 'merge', call: from.call, into: into.call, event })
    if (!isOver(call)) return
    settle(into)
    tell({ kind: 'end', call: into.call, event })
  }

  return created
}
