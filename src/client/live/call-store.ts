import type { PbxEvent } from '../../protocol/events.js'
import { createAbbreviations } from '../../protocol/unique-id.js'
import type { Clock } from '../../shared/clock.js'
import { createExpiryQueue } from '../../shared/expiry-queue.js'
import { callOf, draftOf, fillIdentity, isOver, isUnchanged, newCallDraft, newCallState } from './call-state.js'
import { forgetId, hasEnded } from './early-events.js'
import type {
  Call,
  CallChange,
  CallDraft,
  CallState,
  CallStore,
  CallStoreObserver,
  Leg,
  PartialIdentity,
} from './model.js'
import { removeEntry } from './queue-entries.js'
import type { ResolvedTrackerOptions } from './tracker-options.js'

/** ms that an id is remembered of which only a pickup or an end came, or whose call is over and no longer known. */
const EARLY_EVENT_TTL = 10_000

/** Enters a new snapshot in every index. */
function indexCall(store: CallStore, state: CallState, before: Call | undefined): void {
  const { call } = state
  const over = isOver(call)
  store.current.set(call.id, call)
  if (call.callRandomId !== undefined) {
    if (before) store.abbreviations.remove(before.uniqueId, state)
    if (!over) store.abbreviations.put(call.uniqueId, state)
    if (call.callRandomId !== before?.callRandomId) store.byRandomId.set(call.callRandomId, state)
  }
  if (over) {
    store.silent.remove(state)
    if (call.phase !== before?.phase) store.ended.put(state)
  }
  if (over || !call.stale) store.stale.remove(state)
  else if (!before?.stale) store.stale.put(state)
  if (call.queue) store.observer.queueTouched(call.queue.queue)
  store.observer.callsTouched()
}

/** Makes the draft the call's snapshot, without a change. False if it says nothing new. */
export function commit(store: CallStore, state: CallState, draft: CallDraft): boolean {
  const before = state.call
  if (isOver(draft)) {
    removeEntry(store, state)
    draft.controllable = false
    draft.stale &&= draft.phase === 'lost'
  }
  draft.queue = state.entry?.snapshot
  if (isUnchanged(draft, before)) return false
  state.call = callOf(draft)
  indexCall(store, state, before)
  return true
}

/** Emits a change to whoever watches; nothing is made for nobody. */
export function emit(
  { observer }: CallStore,
  kind: CallChange['kind'],
  call?: Call,
  event?: PbxEvent,
  leg?: Leg,
  into?: Call,
): void {
  if (!observer.isWatched) return
  const change: CallChange = { kind }
  if (call) change.call = call
  if (into) change.into = into
  if (leg) change.leg = leg
  if (event) change.event = event
  observer.callChanged(change)
}

/** Makes the draft the call's snapshot and emits a change; an `update` only if the draft says something new. */
export function commitAndEmit(
  store: CallStore,
  state: CallState,
  draft: CallDraft,
  kind: CallChange['kind'],
  event?: PbxEvent,
  leg?: Leg,
): void {
  const isNews = commit(store, state, draft)
  if (isNews || kind !== 'update') emit(store, kind, state.call, event, leg)
}

/** Takes a call out of the store: its time is over, or it is part of another. */
function removeCall(store: CallStore, state: CallState): void {
  const { id, uniqueId, callRandomId } = state.call
  removeEntry(store, state)
  store.silent.remove(state)
  store.stale.remove(state)
  store.ended.remove(state)
  store.current.delete(id)
  for (const one of state.ids) store.byId.delete(one)
  if (callRandomId !== undefined) {
    if (store.byRandomId.get(callRandomId) === state) store.byRandomId.delete(callRandomId)
    store.abbreviations.remove(uniqueId, state)
  }
  store.observer.callsTouched()
}

/** Takes an ended call out of the store. Its ids are remembered until late events of it would say nothing new. */
function forgetCall(store: CallStore, state: CallState): void {
  removeCall(store, state)
  if (store.options.keepEnded >= EARLY_EVENT_TTL) return
  for (const id of state.ids) forgetId(store, id)
}

/** Ends the wait of a caller whom nobody took. */
export function dropFromQueue(store: CallStore, state: CallState): void {
  removeEntry(store, state)
  const draft = draftOf(state.call)
  draft.phase = 'ringing'
  commitAndEmit(store, state, draft, 'update')
}

export function createCallStore(
  options: ResolvedTrackerOptions,
  clock: Pick<Clock, 'elapsed' | 'after'>,
  observer: CallStoreObserver,
): CallStore {
  const giveUp = (state: CallState) => {
    const draft = draftOf(state.call)
    draft.phase = 'lost'
    commitAndEmit(store, state, draft, 'end')
  }
  const store: CallStore = {
    options,
    observer,
    current: new Map(),
    byId: new Map(),
    byRandomId: new Map(),
    abbreviations: createAbbreviations(),
    queues: new Map(),
    moves: 0,
    earlyEvents: new Map(),
    earlyIds: createExpiryQueue(clock, EARLY_EVENT_TTL, id => store.earlyEvents.delete(id)),
    forgottenIds: createExpiryQueue(clock, EARLY_EVENT_TTL, () => {}),
    silent: createExpiryQueue(clock, options.expireAfter, giveUp),
    stale: createExpiryQueue(clock, options.staleAfter, giveUp),
    ended: createExpiryQueue(clock, options.keepEnded, state => forgetCall(store, state)),
    leaving: createExpiryQueue(clock, options.hopGrace, entry => dropFromQueue(store, entry.state)),
  }
  return store
}

/** The session has ended: whatever is not over may have changed since. */
export function markStale(store: CallStore): void {
  for (const state of store.silent.ends.keys()) {
    if (state.entry) state.entry.isStale = true
    if (state.doubtedEntry) state.doubtedEntry.isStale = true
    state.isKnownByQueueSeed = false
    const draft = draftOf(state.call)
    draft.stale = true
    draft.controllable = false
    commit(store, state, draft)
  }
}

/** Lets an id lead to the call, unless it leads to another already. */
export function addId(store: CallStore, state: CallState, id: string): void {
  if (store.byId.has(id)) return
  store.byId.set(id, state)
  state.ids = state.ids.concat(id)
}

/** Makes a call known and emits its `begin`. */
export function openCall(store: CallStore, state: CallState, event?: PbxEvent): CallState {
  addId(store, state, state.call.id)
  store.silent.put(state)
  indexCall(store, state, undefined)
  emit(store, 'begin', state.call, event)
  return state
}

/** Finds the call with this id or creates it, as begun at that time; undefined if it ended not long ago. */
export function findOrCreate(
  store: CallStore,
  id: string,
  at: number,
  identity: PartialIdentity,
  phase: Call['phase'],
  event: PbxEvent,
): CallState | undefined {
  const known = store.byId.get(id)
  if (known || hasEnded(store, id)) return known
  const draft = newCallDraft(id, at)
  fillIdentity(store.options, draft, identity)
  draft.phase = phase
  return openCall(store, newCallState(draft), event)
}

/** Notes that an event of the call has come. Gives a draft to change. */
export function touch(store: CallStore, state: CallState): CallDraft {
  if (!isOver(state.call)) store.silent.put(state)
  state.isKnownByQueueSeed = false
  return draftOf(state.call)
}

/**
 * Makes the draft the snapshot of a call that another turned out to be part of. All ids of the part lead to the
 * survivor.
 */
export function commitMerge(
  store: CallStore,
  state: CallState,
  draft: CallDraft,
  part: CallState,
  event: PbxEvent,
  leg?: Leg,
): void {
  removeCall(store, part)
  for (const id of part.ids) addId(store, state, id)
  commit(store, state, draft)
  emit(store, 'merge', part.call, event, leg, state.call)
}
