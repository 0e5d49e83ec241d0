import type { CallEndStatus, PbxEvent } from '../../protocol/events.js'
import { type CallEvent, type EventPhase, rankOf } from './call-phase.js'

/** A call that the API created, as it stands: an immutable snapshot, emitted at every step. */
export interface OutboundCall {
  callRandomId: string
  /**
   * - `sent`: written, no event yet
   * - `created`: the call has an id; the own telephone rings
   * - `ringing`: the destination was dialled
   * - `answered`: the destination answered
   * - `ended`: with `status`
   * - `lost`: stale for longer than `actions.staleAfter`, or the client was closed: how the call went on is unknown
   */
  phase: 'sent' | 'created' | 'ringing' | 'answered' | 'ended' | 'lost'
  /** The newest id; absent until the first `call.create_response`. */
  uniqueId?: string
  /** All ids, oldest first; 64 at most. */
  uniqueIds: readonly string[]
  /** The destination was dialled: a `call.begin` was seen. `noanswer` without it: the caller's own phone rang out. */
  dialled: boolean
  /** How the call ended; present once it has ended. */
  status?: CallEndStatus
  /** True after a gap, until the next event of this call. */
  stale: boolean
  /** The event that brought this step; absent where no event did. */
  event?: PbxEvent
}

/** The first snapshot of a call. */
export function sentCall(callRandomId: string): OutboundCall {
  return { callRandomId, phase: 'sent', uniqueIds: [], dialled: false, stale: false }
}

/**
 * The call after one of its events; the same object when the event brings nothing new. Phases never go back.
 *
 * @param phase the phase that the event proves; undefined for the end of an id that another has replaced
 */
export function afterEvent(call: OutboundCall, event: CallEvent, phase: EventPhase | undefined): OutboundCall {
  const { unique_id } = event
  const isOver = rankOf(call.phase) === rankOf('ended')
  const isFurther = phase !== undefined && rankOf(phase) > rankOf(call.phase)
  const isNewId = phase === 'created' && !call.uniqueIds.includes(unique_id)
  const isDialled = call.dialled || phase === 'ringing'
  if (isOver || !(isFurther || isNewId || isDialled !== call.dialled || call.stale)) return call
  const next: OutboundCall = {
    callRandomId: call.callRandomId,
    phase: isFurther ? phase : call.phase,
    uniqueIds: isNewId ? call.uniqueIds.concat(unique_id) : call.uniqueIds,
    dialled: isDialled,
    // the event was about this call
    stale: false,
    event,
  }
  const uniqueId = isNewId ? unique_id : call.uniqueId
  if (uniqueId !== undefined) next.uniqueId = uniqueId
  if (phase === 'ended' && event.event === 'call.end') next.status = event.status
  return next
}

/**
 * The call after the loss of the connection: events of it may be missed. The same object when it is stale already.
 *
 * @param isFinal nothing more will be known
 */
export function afterLoss(call: OutboundCall, isFinal: boolean): OutboundCall {
  if (call.stale && !isFinal) return call
  const next: OutboundCall = {
    callRandomId: call.callRandomId,
    phase: isFinal ? 'lost' : call.phase,
    uniqueIds: call.uniqueIds,
    dialled: call.dialled,
    stale: true,
  }
  if (call.uniqueId !== undefined) next.uniqueId = call.uniqueId
  return next
}
