import type { PbxEventOf } from '../../../protocol/events.js'
import {
  addLeg,
  answerCall,
  fillIdentity,
  identityOf,
  isOver,
  legOf,
  legWith,
  ownLeg,
  removeLeg,
} from '../call-state.js'
import { addId, commitAndEmit, commitMerge, findOrCreate, touch } from '../call-store.js'
import { forgetId } from '../early-events.js'
import type { CallDraft, CallState, CallStore, Identity } from '../model.js'
import { isQueue, removeEntry, restoreEntry } from '../queue-entries.js'
import { replayEarly } from './replay-early.js'

type CallBegin = PbxEventOf<'call.begin'>

/**
 * The begin of an agent's leg, as seen from the caller whom it is for.
 *
 * - `late`: the caller's call is over
 * - `repeated`: the same offer again
 * - `others`: the leg belongs to another caller
 * - `adopted`: the leg was taken for a call of its own until now
 * - `new`: a queue rings an agent
 */
type Situation = 'late' | 'repeated' | 'others' | 'adopted' | 'new'

function classify(caller: CallState, id: string, known: CallState | undefined): Situation {
  if (isOver(caller.call)) return 'late'
  if (known === undefined) return 'new'
  if (known === caller) return 'repeated'
  return known.call.uniqueIds.includes(id) ? 'adopted' : 'others'
}

/**
 * After a gap an offer does not show where the call stands. A caller who talked may talk to the very agent who is rung;
 * one who waited may wait in another queue by now.
 */
function touchOffered(store: CallStore, caller: CallState): CallDraft {
  const draft = touch(store, caller)
  draft.stale &&= draft.phase === 'answered' || caller.entry !== undefined
  return draft
}

/** An offer shows that a pickup on the caller's own channel, by nobody knows whom, was only the queue's. */
function takeBackDoubtfulAnswer(store: CallStore, caller: CallState, draft: CallDraft): void {
  const { doubtedEntry } = caller
  caller.doubtedEntry = undefined
  if (!doubtedEntry || draft.phase !== 'answered' || draft.answeredBy) return
  draft.answeredAt = undefined
  restoreEntry(store, caller, draft, doubtedEntry)
}

/**
 * True unless a redirect rings somebody on the caller's own channel: then the offer is beside it, unless the redirect
 * was to a queue.
 */
function isRungByQueue(store: CallStore, draft: CallDraft, wasStale: boolean): boolean {
  if (draft.phase !== 'ringing') return false
  const rung = ownLeg(draft)
  return rung?.kind !== 'redirect' || wasStale || isQueue(store, rung.callee)
}

/** @param adopted the call that the leg was taken for */
function applyOffer(
  store: CallStore,
  caller: CallState,
  event: CallBegin,
  identity: Identity,
  adopted: CallState | undefined,
): void {
  const { receivedAt } = event.meta
  const wasStale = caller.call.stale
  const draft = touchOffered(store, caller)
  takeBackDoubtfulAnswer(store, caller, draft)
  fillIdentity(store.options, draft, identity)
  if (isRungByQueue(store, draft, wasStale)) {
    removeLeg(draft, ownLeg(draft))
    draft.phase = 'queued'
  }
  const before = adopted?.call.legs[0]
  const leg = legWith(legOf(event, 'agent', receivedAt), before?.answeredAt, before?.endedAt, before?.status)
  addLeg(draft, leg)
  if (leg.answeredAt !== undefined) {
    removeEntry(store, caller)
    answerCall(draft, leg, leg.answeredAt)
  }
  if (adopted) commitMerge(store, caller, draft, adopted, event, leg)
  else commitAndEmit(store, caller, draft, 'offer', event, leg)
  replayEarly(store, event.unique_id)
}

/**
 * Reduces a `call.begin` with a parent: a queue rings an agent for a waiting caller.
 *
 * @param known the call that the leg's id leads to so far
 */
export function reduceAgentOffer(
  store: CallStore,
  event: CallBegin,
  parentId: string,
  known: CallState | undefined,
): void {
  const id = event.unique_id
  // the agent is not whom the caller called
  const identity = { ...identityOf(event), callee: '', calleeName: '' }
  const caller = findOrCreate(store, parentId, event.meta.receivedAt, identity, 'queued', event)
  if (!caller) return forgetId(store, id)
  switch (classify(caller, id, known)) {
    case 'late':
      // from now on the leg's own end says nothing new
      return addId(store, caller, id)
    case 'others':
      return
    case 'repeated':
      return commitAndEmit(store, caller, touchOffered(store, caller), 'update', event)
    case 'adopted':
      return applyOffer(store, caller, event, identity, known)
    case 'new':
      addId(store, caller, id)
      return applyOffer(store, caller, event, identity, undefined)
  }
}
