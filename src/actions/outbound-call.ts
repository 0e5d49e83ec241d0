import type { CallEndStatus, PbxEvent, PbxEventOf } from '../protocol/events.js'

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

/** The events that tell something of a call that was created. */
export type CallEvent = PbxEventOf<'call.begin' | 'call.pickup' | 'call.end' | 'call.create_response'>

const RANKS = { sent: 0, created: 1, ringing: 2, answered: 3, ended: 4, lost: 4 } as const

/** How far a call has come. */
export function rankOf(phase: OutboundCall['phase']): number {
  return RANKS[phase]
}

/** A call that was just written. */
export function sentCall(callRandomId: string): OutboundCall {
  return { callRandomId, phase: 'sent', uniqueIds: [], dialled: false, stale: false }
}

/** The call after one of its events, whether that came with one of its ids or was taken for its own; the same object when the event tells nothing new. Phases never go back. */
export function afterEvent(call: OutboundCall, event: CallEvent): OutboundCall {
  if (rankOf(call.phase) === RANKS.ended) return call
  const { unique_id } = event
  // what came was about the call, so it is fresh
  const now = { ...call, stale: false, event }
  const reach = (phase: OutboundCall['phase']) => (rankOf(phase) > rankOf(call.phase) ? phase : call.phase)
  switch (event.event) {
    case 'call.create_response':
      if (call.uniqueIds.includes(unique_id)) return call.stale ? now : call
      return { ...now, phase: reach('created'), uniqueId: unique_id, uniqueIds: [...call.uniqueIds, unique_id] }
    case 'call.begin': {
      const next = { ...now, phase: reach('ringing'), dialled: true }
      return next.phase === call.phase && call.dialled && !call.stale ? call : next
    }
    case 'call.pickup': {
      const next = { ...now, phase: reach('answered') }
      return next.phase === call.phase && !call.stale ? call : next
    }
    case 'call.end':
      // the end of an id that another has replaced is not the end of the call
      if (unique_id !== call.uniqueId && call.uniqueIds.includes(unique_id)) return call.stale ? now : call
      return { ...now, phase: 'ended', status: event.status }
  }
}

/** After a loss nobody knows whether it is still so. */
export function afterLoss(call: OutboundCall): OutboundCall {
  if (call.stale || rankOf(call.phase) === RANKS.ended) return call
  const { event: _, ...rest } = call
  return { ...rest, stale: true }
}

/** Nothing more will be known. */
export function afterGivingUp(call: OutboundCall): OutboundCall {
  const { event: _, ...rest } = call
  return { ...rest, phase: 'lost', stale: true }
}
