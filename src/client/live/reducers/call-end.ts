import type { PbxEventOf } from '../../../protocol/events.js'
import { draftOf, endLegs, isOver, lastLeg } from '../call-state.js'
import { commitAndEmit, emit } from '../call-store.js'
import { forgetId, hasEnded, rememberEarly } from '../early-events.js'
import type { CallState, CallStore, Leg } from '../model.js'

type CallEnd = PbxEventOf<'call.end'>

/**
 * The end of a known call's id.
 *
 * - `leg`: of a leg, or of an id that another has replaced: says nothing of the caller's own channel
 * - `call`: of the newest own id, whole or abbreviated
 * - `repeated`: says nothing new
 */
type Situation = 'leg' | 'call' | 'repeated'

function applyUnseenEnd(store: CallStore, event: CallEnd): void {
  if (hasEnded(store, event.unique_id)) return
  rememberEarly(store, event)
  emit(store, 'unseen-end', undefined, event)
}

function classify({ call }: CallState, id: string, isFoundById: boolean): Situation {
  if (isFoundById && id !== call.uniqueId) return 'leg'
  return call.phase === 'ended' ? 'repeated' : 'call'
}

function applyLegEnd(store: CallStore, state: CallState, event: CallEnd): void {
  const isIts = (leg: Leg) => leg.uniqueId === event.unique_id
  const draft = draftOf(state.call)
  endLegs(draft, event.meta.receivedAt, isIts, event.status)
  commitAndEmit(store, state, draft, 'update', event, lastLeg(draft, isIts))
}

function applyCallEnd(store: CallStore, state: CallState, event: CallEnd): void {
  const { status } = event
  const at = event.meta.receivedAt
  const draft = draftOf(state.call)
  // agents' legs may ring on until their own end
  endLegs(draft, at, leg => leg.kind !== 'agent', status)
  // the pickup of a stale call may have been missed, and then only the status shows it
  draft.missed = draft.answeredAt === undefined && !(draft.stale && status === 'answer')
  draft.endedAt = at
  draft.status = status
  const kind = isOver(draft) ? 'update' : 'end'
  draft.phase = 'ended'
  commitAndEmit(store, state, draft, kind, event)
}

/** Reduces a `call.end`: the end of the journey, or of a leg. */
export function reduceCallEnd(store: CallStore, event: CallEnd): void {
  const id = event.unique_id
  const known = store.byId.get(id)
  const state = known ?? store.abbreviations.find(id)
  if (!state) return applyUnseenEnd(store, event)
  switch (classify(state, id, state === known)) {
    case 'leg':
      return applyLegEnd(store, state, event)
    case 'call':
      // an abbreviation finds open calls only: without this the same end again would be an unseen one
      if (!known) forgetId(store, id)
      return applyCallEnd(store, state, event)
    case 'repeated':
      return
  }
}
