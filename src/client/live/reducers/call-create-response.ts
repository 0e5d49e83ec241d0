import type { PbxEventOf } from '../../../protocol/events.js'
import { draftOf, fillIdentity, isOver, newCallDraft, newCallState, RUNNING_PHASES } from '../call-state.js'
import { addId, commitAndEmit, commitMerge, openCall, touch } from '../call-store.js'
import { isForgotten } from '../early-events.js'
import type { CallDraft, CallState, CallStore } from '../model.js'
import { attachEntry, removeEntry } from '../queue-entries.js'
import { replayEarly } from './replay-early.js'

type CallCreateResponse = PbxEventOf<'call.create_response'>

/**
 * A `call.create_response`.
 *
 * - `forgotten`: of a call that is over and no longer known
 * - `new`: the first id of an API-created call
 * - `another-id`: a further id of a known API-created call
 * - `random-id`: the random id of a call that has begun already
 * - `merge`: the id has begun as a call of its own, and turns out to be a further id of another
 */
type Situation =
  | { kind: 'forgotten' | 'new' }
  | { kind: 'another-id'; created: CallState }
  | { kind: 'random-id'; begun: CallState }
  | { kind: 'merge'; begun: CallState; created: CallState }

function classify(store: CallStore, event: CallCreateResponse): Situation {
  const { unique_id: id, call_random_id: callRandomId } = event
  const begun = store.byId.get(id)
  const found = store.byRandomId.get(callRandomId)
  // a random id may be used again when its call is over
  const created = found && isOver(found.call) ? undefined : found
  if (begun) return created && created !== begun ? { kind: 'merge', begun, created } : { kind: 'random-id', begun }
  if (isForgotten(store, id)) return { kind: 'forgotten' }
  return created ? { kind: 'another-id', created } : { kind: 'new' }
}

function applyNew(store: CallStore, event: CallCreateResponse): void {
  const { unique_id: id, call_random_id: callRandomId, meta } = event
  const draft = newCallDraft(id, meta.receivedAt, true)
  draft.callRandomId = callRandomId || undefined
  openCall(store, newCallState(draft), event)
  replayEarly(store, id)
}

function applyAnotherId(store: CallStore, state: CallState, event: CallCreateResponse): void {
  const id = event.unique_id
  const draft = touch(store, state)
  draft.uniqueId = id
  draft.uniqueIds = draft.uniqueIds.concat(id)
  addId(store, state, id)
  commitAndEmit(store, state, draft, 'update', event)
  replayEarly(store, id)
}

function applyRandomId(store: CallStore, state: CallState, event: CallCreateResponse): void {
  const { unique_id: id, call_random_id: callRandomId } = event
  const draft = touch(store, state)
  if (!callRandomId || draft.callRandomId || !draft.uniqueIds.includes(id)) return
  draft.callRandomId = callRandomId
  fillIdentity(store.options, draft, {})
  commitAndEmit(store, state, draft, 'update', event)
}

/** Brings the draft as far as the part has come. */
function mergeProgress(draft: CallDraft, part: CallDraft): void {
  // another id does not show where a call stands that began before a gap
  draft.stale &&= part.stale
  draft.answeredAt ??= part.answeredAt
  draft.answeredBy ??= part.answeredBy
  draft.endedAt ??= part.endedAt
  draft.status ??= part.status
  // as when the other id begins after it is known: only the own telephone had answered
  if (part.legs.length > 0 && draft.phase === 'answered') {
    draft.phase = 'ringing'
    draft.answeredAt = part.answeredAt
    draft.answeredBy = part.answeredBy
  }
  if (isOver(part) || RUNNING_PHASES.indexOf(part.phase) > RUNNING_PHASES.indexOf(draft.phase)) {
    draft.phase = part.phase
    draft.controllable = part.controllable
    draft.missed = part.missed && draft.answeredAt === undefined
  }
}

function mergeIdentity(store: CallStore, draft: CallDraft, { call }: CallState): void {
  draft.uniqueIds = draft.uniqueIds.concat(call.uniqueIds)
  draft.uniqueId = call.uniqueId
  draft.legs = draft.legs.concat(call.legs)
  fillIdentity(store.options, draft, call)
}

/** The survivor keeps what it has, and gets from the part what it has not. */
function applyMerge(store: CallStore, part: CallState, state: CallState, event: CallCreateResponse): void {
  const { entry } = part
  const draft = touch(store, state)
  if (part.call.callRandomId || !part.call.uniqueIds.includes(event.unique_id)) return
  mergeProgress(draft, draftOf(part.call))
  mergeIdentity(store, draft, part)
  if (part.begunId !== undefined) state.begunId = part.begunId
  // a call that has been answered, is over, or waits elsewhere does not wait here any more
  if (entry || draft.phase !== 'queued') removeEntry(store, state)
  if (entry) {
    part.entry = undefined
    attachEntry(state, draft, entry)
  }
  commitMerge(store, state, draft, part, event)
  if (isOver(draft)) commitAndEmit(store, state, draft, 'end', event)
}

/** Reduces a `call.create_response`: a call that the API created, or another id of one. */
export function reduceCallCreateResponse(store: CallStore, event: CallCreateResponse): void {
  const situation = classify(store, event)
  switch (situation.kind) {
    case 'forgotten':
      return
    case 'new':
      return applyNew(store, event)
    case 'another-id':
      return applyAnotherId(store, situation.created, event)
    case 'random-id':
      return applyRandomId(store, situation.begun, event)
    case 'merge':
      return applyMerge(store, situation.begun, situation.created, event)
  }
}
