import { callOf, draftOf, fillIdentity, isOver, newCallDraft, newCallState } from '../call-state.js'
import { commitAndEmit, dropFromQueue, openCall } from '../call-store.js'
import { hasEnded } from '../early-events.js'
import type { CallState, CallStore, PartialIdentity, QueueEntry, QueuePosition, QueueSeed } from '../model.js'
import { addEntry, addQueue, arrangeEntries, entriesOf, removeEntry } from '../queue-entries.js'

/**
 * A caller in a queue's snapshot.
 *
 * - `elsewhere`: events of this session have shown that the call is over, answered, or in another queue
 * - `here`: the call waits in this queue already
 * - `arrival`: the call waits in this queue as far as the snapshot knows
 */
type Situation = 'elsewhere' | 'here' | 'arrival'

/** A caller of whom nothing is known but this snapshot. */
function openWaiting(store: CallStore, id: string, identity: PartialIdentity, wanted: QueuePosition): CallState {
  const draft = newCallDraft(id, wanted.waitingSince)
  fillIdentity(store.options, draft, identity)
  const state = newCallState(draft)
  addEntry(store, state, draft, wanted)
  draft.queue = state.entry?.snapshot
  state.call = callOf(draft)
  state.isKnownByQueueSeed = true
  return openCall(store, state)
}

function classify({ call, entry }: CallState, queue: string): Situation {
  if (isOver(call)) return 'elsewhere'
  if (entry?.snapshot.queue === queue) return entry.left === undefined ? 'here' : 'arrival'
  // of a caller who is offered to agents nothing may have shown where the call waits
  const isPlaceless = call.phase === 'queued' && (!entry || entry.isStale)
  return call.stale || isPlaceless ? 'arrival' : 'elsewhere'
}

/** @param wanted the place to take, unless the caller has it */
function confirmWaiting(
  store: CallStore,
  state: CallState,
  identity: PartialIdentity,
  wanted: QueuePosition | undefined,
): void {
  const { call } = state
  const draft = draftOf(call)
  store.silent.put(state)
  fillIdentity(store.options, draft, identity)
  if (call.stale) {
    state.isKnownByQueueSeed = true
    // a queue's snapshot says nothing of legs: those that were open before the gap may have ended
    draft.stale = draft.legs.some(leg => leg.endedAt === undefined)
    store.stale.put(state)
    if (wanted) draft.answeredBy = undefined
  }
  if (wanted) addEntry(store, state, draft, wanted)
  else if (state.entry) state.entry.isStale = false
  commitAndEmit(store, state, draft, 'update')
}

/** Gives the calls that wait in the queue as far as the snapshot knows, in order. */
function mergeQueue(store: CallStore, seed: Pick<QueueSeed, 'queue' | 'waiting'>, at: number): CallState[] {
  const { queue } = seed
  const ordered: CallState[] = []
  addQueue(store, queue)
  for (const { uniqueId, caller, callerName, waitingSince = at } of seed.waiting) {
    const identity = { caller, callerName }
    const wanted = { queue, position: ordered.length + 1, joinedAt: at, waitingSince }
    const state = store.byId.get(uniqueId)
    if (!state) {
      if (!hasEnded(store, uniqueId)) ordered.push(openWaiting(store, uniqueId, identity, wanted))
      continue
    }
    const situation = classify(state, queue)
    if (situation === 'elsewhere') continue
    confirmWaiting(store, state, identity, situation === 'arrival' ? wanted : undefined)
    ordered.push(state)
  }
  return ordered
}

/** Ends a wait from before a gap. A call that a snapshot of calls has shown to wait waits in another queue. */
function removeUnlisted(store: CallStore, { state }: QueueEntry): void {
  if (state.call.stale) return dropFromQueue(store, state)
  removeEntry(store, state)
  commitAndEmit(store, state, draftOf(state.call), 'update')
}

/**
 * Merges snapshots of waiting lists. A stale entry that is not in them is removed.
 *
 * @param at ms since the epoch
 */
export function seedQueues(store: CallStore, seeds: readonly Pick<QueueSeed, 'queue' | 'waiting'>[], at: number): void {
  const waiting = seeds.map(seed => mergeQueue(store, seed, at))
  // every seeded entry is fresh by now, in whichever queue
  for (const [index, { queue }] of seeds.entries()) {
    for (const entry of entriesOf(store, queue).slice()) if (entry.isStale) removeUnlisted(store, entry)
    arrangeEntries(store, queue, waiting[index] ?? [])
  }
}
