import type { CallEndStatus, PbxEvent, PbxEventOf } from '../../protocol/events.js'
import { type CallEvent, CREATED, OVER, PHASES, RINGING, rankOf, type Step } from './call-phase.js'

/** A call that the API created, as it stands: an immutable snapshot, emitted at every step. */
export interface OutboundCall {
  callRandomId: string
  /**
   * - `sent`: written, nothing heard yet
   * - `created`: it has an id; the own telephone rings
   * - `ringing`: the destination was dialled
   * - `answered`: the destination answered
   * - `ended`: with `status`
   * - `lost`: stale for longer than `actions.staleAfter`, or the client was closed: what became of it is unknown
   */
  phase: 'sent' | 'created' | 'ringing' | 'answered' | 'ended' | 'lost'
  /** The newest; absent until the first `call.create_response`. */
  uniqueId?: string
  /** All of them, oldest first. */
  uniqueIds: readonly string[]
  /** The destination was dialled: a `call.begin` was seen. `noanswer` without it: the caller's own phone rang out. */
  dialled: boolean
  /** Once ended. */
  status?: CallEndStatus
  /** True after a gap, until the next event of this call. */
  stale: boolean
  /** What brought this step; absent where none did. */
  event?: PbxEvent
}

/**
 * The call after one of its events, whether that came with one of its ids or was taken for its own; the same object when the event tells nothing new. Phases
 * never go back.
 *
 * @param step how far the event brings the call
 */
export function afterEvent(call: OutboundCall, event: CallEvent, step: Step): OutboundCall {
  const { unique_id } = event
  const from = rankOf(call.phase)
  const isNewId = step === CREATED && !call.uniqueIds.includes(unique_id)
  const dialled = call.dialled || step === RINGING
  if (from === OVER || !(step > from || isNewId || dialled !== call.dialled || call.stale)) return call
  return {
    ...call,
    ...(isNewId && { uniqueId: unique_id, uniqueIds: [...call.uniqueIds, unique_id] }),
    ...(step === OVER && { status: (event as PbxEventOf<'call.end'>).status }),
    phase: step > from ? (PHASES[step] as OutboundCall['phase']) : call.phase,
    dialled,
    // what came was about the call
    stale: false,
    event,
  }
}

/** After a loss nobody knows whether it is still so. @param forever nothing more will be known */
export function afterLoss(call: OutboundCall, forever: boolean): OutboundCall {
  if (call.stale && !forever) return call
  const { event: _, ...rest } = call
  return { ...rest, phase: forever ? 'lost' : call.phase, stale: true }
}
