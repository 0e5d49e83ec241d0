import type { PbxEventOf } from '../../../protocol/events.js'
import { sameNumber } from '../../../protocol/phone-number.js'
import {
  addLeg,
  clearStale,
  endLegs,
  fillIdentity,
  identityOf,
  isOver,
  lastLeg,
  legOf,
  newCallDraft,
  newCallState,
  ownLeg,
} from '../call-state.js'
import { commitAndEmit, openCall, touch } from '../call-store.js'
import { isForgotten } from '../early-events.js'
import type { CallDraft, CallState, CallStore } from '../model.js'
import { isQueue, removeEntry } from '../queue-entries.js'
import { reduceAgentOffer } from './agent-offer.js'
import { replayEarly } from './replay-early.js'

type CallBegin = PbxEventOf<'call.begin'>

/**
 * A `call.begin` on an id of a known call.
 *
 * - `late`: the call is over
 * - `first`: the begin of a call that was known before its begin came
 * - `next`: another id of an API-created call dials, so the id before was only the own telephone
 * - `superseded`: the begin of an id that another has replaced already
 * - `repeated`: the same begin again
 * - `redirect`: somebody else is rung in the place of whoever was rung or talked
 */
type Situation = 'late' | 'first' | 'next' | 'superseded' | 'repeated' | 'redirect'

/** True if the begin is that of a call which was known before it, rather than a redirect. */
function seemsFirst({ call, entry }: CallState, { caller, callee, called_number: calledNumber }: CallBegin): boolean {
  const leg = ownLeg(call)
  const isElsewhere = leg !== undefined && (leg.answeredAt !== undefined || leg.callee !== callee)
  // a stale call that was queued or has legs has begun already
  const hasBegun = call.stale && (call.phase !== 'ringing' || call.legs.length > 0)
  if (isElsewhere || hasBegun) return false
  const isCreated = call.callRandomId !== undefined && call.legs.length === 0
  const isNameless = !call.caller && !call.calledNumber
  return (
    isCreated ||
    isNameless ||
    sameNumber(caller, call.caller) ||
    (calledNumber !== '' && calledNumber === call.calledNumber) ||
    callee === entry?.snapshot.queue
  )
}

/**
 * True for the same begin again. A callee who has answered can be rung once more: by a redirect to whom the caller
 * talks to.
 */
function isRepeated({ call }: CallState, { caller, callee, called_number: calledNumber }: CallBegin): boolean {
  const leg = ownLeg(call)
  const isSame = call.caller === caller && call.callee === callee && call.calledNumber === calledNumber
  if (!leg) return isSame
  return leg.callee === callee && (leg.answeredAt === undefined || (leg.kind === 'direct' && isSame))
}

function classify(state: CallState, event: CallBegin): Situation {
  const { begunId, call } = state
  const { unique_id: id, callee } = event
  if (isOver(call)) return 'late'
  if (!call.uniqueIds.includes(id)) {
    const leg = lastLeg(call, one => one.uniqueId === id)
    return leg === undefined || leg.callee === callee ? 'repeated' : 'redirect'
  }
  if (begunId === undefined) {
    if (seemsFirst(state, event)) return 'first'
  } else if (begunId !== id) return id === call.uniqueId ? 'next' : 'superseded'
  // nothing is sent again in another session
  return !call.stale && isRepeated(state, event) ? 'repeated' : 'redirect'
}

function applyNewCall(store: CallStore, event: CallBegin): void {
  const { unique_id: id, meta } = event
  if (isForgotten(store, id)) return
  const draft = newCallDraft(id, meta.receivedAt, true)
  fillIdentity(store.options, draft, identityOf(event))
  addLeg(draft, legOf(event, 'direct', meta.receivedAt))
  const state = newCallState(draft)
  state.begunId = id
  openCall(store, state, event)
  replayEarly(store, id)
}

function applyFirst(store: CallStore, state: CallState, draft: CallDraft, event: CallBegin): void {
  const { callee, meta } = event
  state.begunId = event.unique_id
  fillIdentity(store.options, draft, identityOf(event))
  clearStale(draft, meta.receivedAt)
  draft.controllable = true
  if (ownLeg(draft) || draft.phase === 'queued') return commitAndEmit(store, state, draft, 'update', event)
  const leg = legOf(event, 'direct', meta.receivedAt)
  // an API-created call may be picked up before it begins
  if (draft.answeredAt !== undefined) {
    leg.answeredAt = draft.answeredAt
    draft.answeredBy ??= callee || undefined
  }
  addLeg(draft, leg)
  commitAndEmit(store, state, draft, 'update', event, leg)
}

function applyNext(store: CallStore, state: CallState, draft: CallDraft, event: CallBegin): void {
  const { receivedAt } = event.meta
  state.begunId = event.unique_id
  fillIdentity(store.options, draft, identityOf(event))
  clearStale(draft, receivedAt)
  // the call dialled the queue that it waits in already
  if (state.entry && isQueue(store, event.callee)) return commitAndEmit(store, state, draft, 'update', event)
  removeEntry(store, state)
  draft.phase = 'ringing'
  if (ownLeg(draft)?.answeredAt !== undefined) {
    draft.answeredAt = undefined
    draft.answeredBy = undefined
  }
  const leg = legOf(event, 'direct', receivedAt)
  addLeg(draft, leg)
  commitAndEmit(store, state, draft, 'update', event, leg)
}

function applyRedirect(store: CallStore, state: CallState, draft: CallDraft, event: CallBegin): void {
  const { unique_id: id, meta } = event
  const wasStale = draft.stale
  clearStale(draft, meta.receivedAt)
  const replaced = ownLeg(draft)
  removeEntry(store, state)
  draft.phase = 'ringing'
  // after a gap nobody knows whether the person who had answered still talked
  if (wasStale) draft.answeredBy = undefined
  state.doubtedEntry = undefined
  // a leg's begin is not its caller's
  if (draft.uniqueIds.includes(id)) state.begunId = id
  endLegs(draft, meta.receivedAt, leg => leg === replaced || leg.uniqueId === id)
  const leg = legOf(event, 'redirect', meta.receivedAt)
  addLeg(draft, leg)
  commitAndEmit(store, state, draft, 'redirect', event, leg)
}

/** Reduces a `call.begin`: a new call, another telephone on a known call's channel, or an offer to an agent. */
export function reduceCallBegin(store: CallStore, event: CallBegin): void {
  const { unique_id: id, from_queue_unique_id: parentId } = event
  const state = store.byId.get(id)
  // nobody is offered to themselves
  if (parentId && parentId !== id) return reduceAgentOffer(store, event, parentId, state)
  if (!state) return applyNewCall(store, event)
  const situation = classify(state, event)
  const draft = touch(store, state)
  switch (situation) {
    case 'late':
      fillIdentity(store.options, draft, identityOf(event))
      return commitAndEmit(store, state, draft, 'update', event)
    case 'first':
      return applyFirst(store, state, draft, event)
    case 'next':
      return applyNext(store, state, draft, event)
    case 'redirect':
      return applyRedirect(store, state, draft, event)
    case 'superseded':
    case 'repeated':
      return
  }
}
