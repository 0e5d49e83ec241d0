import type { PbxEventOf } from '../../../protocol/events.js'
import { clearStale, endLegs, fillIdentity, isOver, lastLeg, ownLeg, removeLeg } from '../call-state.js'
import { commitAndEmit, findOrCreate, touch } from '../call-store.js'
import type { CallDraft, CallState, CallStore, PartialIdentity } from '../model.js'
import { addEntry, addQueue, isQueue, moveEntry } from '../queue-entries.js'
import { isExtension } from '../tracker-options.js'

type QueueJoin = PbxEventOf<'queue.join'>

/**
 * A `queue.join` of a known call.
 *
 * - `not-a-caller`: of a call that is over, or of an agent's leg
 * - `repeated`: the caller is known to wait there already
 * - `arrival`: the caller waits from now on
 */
type Situation = 'not-a-caller' | 'repeated' | 'arrival'

function classify({ call, entry }: CallState, { queue, unique_id: id }: QueueJoin): Situation {
  if (isOver(call) || !call.uniqueIds.includes(id)) return 'not-a-caller'
  if (entry?.snapshot.queue !== queue || entry.left !== undefined) return 'arrival'
  // nothing is sent again in another session
  return call.stale && entry.isStale ? 'arrival' : 'repeated'
}

function applyRepeated(store: CallStore, state: CallState, event: QueueJoin, identity: PartialIdentity): void {
  const { entry } = state
  const draft = touch(store, state)
  fillIdentity(store.options, draft, identity)
  if (entry) {
    entry.isStale = false
    if (event.position >= 1 && event.position !== entry.snapshot.position) moveEntry(store, entry, event.position)
  }
  commitAndEmit(store, state, draft, 'update', event)
}

/**
 * Drops the leg that was dialled on the way to the queue: it was the queue's own number, or an extension that no longer
 * rings.
 */
function endDialling(store: CallStore, draft: CallDraft, at: number): void {
  const leg = ownLeg(draft)
  if (!leg) return
  if (!isQueue(store, leg.callee) && isExtension(store.options, leg.callee))
    return endLegs(draft, at, one => one === leg)
  removeLeg(draft, leg)
  if (leg.answeredAt === undefined) return
  // it was the queue that picked up; a person who had answered before is still the one who did
  const person = lastLeg(draft, one => one.answeredAt !== undefined)
  draft.answeredBy = person?.callee
  if (!person && leg.answeredAt === draft.answeredAt) draft.answeredAt = undefined
}

function applyArrival(store: CallStore, state: CallState, event: QueueJoin, identity: PartialIdentity): void {
  const { queue, position, meta } = event
  const at = meta.receivedAt
  const draft = touch(store, state)
  fillIdentity(store.options, draft, identity)
  state.doubtedEntry = undefined
  endDialling(store, draft, at)
  if (draft.stale) draft.answeredBy = undefined
  clearStale(draft, at)
  const waitingSince = state.entry?.snapshot.waitingSince ?? at
  addEntry(store, state, draft, { queue, position, joinedAt: at, waitingSince })
  commitAndEmit(store, state, draft, 'queue', event)
}

/** Reduces a `queue.join`: a caller starts waiting. */
export function reduceQueueJoin(store: CallStore, event: QueueJoin): void {
  const { queue, unique_id: id, caller, caller_name: callerName, meta } = event
  addQueue(store, queue)
  const identity = { caller, callerName }
  const state = findOrCreate(store, id, meta.receivedAt, identity, 'ringing', event)
  if (!state) return
  switch (classify(state, event)) {
    case 'not-a-caller':
      return
    case 'repeated':
      return applyRepeated(store, state, event, identity)
    case 'arrival':
      return applyArrival(store, state, event, identity)
  }
}
