import { callOf, draftOf } from './call-state.js'
import type { CallDraft, CallState, CallStore, QueueEntry, QueuePosition, WaitingCaller } from './model.js'

// The waiting lists. Each is kept in order: by position, and callers of the same position by their join.

/** The waiting list of a queue, in order. */
export function entriesOf(store: CallStore, queue: string): readonly QueueEntry[] {
  return store.queues.get(queue) ?? []
}

/** True for a number that some event or seed has named as a queue: its pickup is no person's answer. */
export function isQueue(store: CallStore, number: string): boolean {
  return store.queues.has(number)
}

/** Notes that a queue has this name. */
export function addQueue(store: CallStore, queue: string): QueueEntry[] {
  const entries = store.queues.get(queue) ?? []
  store.queues.set(queue, entries)
  store.observer.queueTouched(queue)
  return entries
}

function setPosition(entry: QueueEntry, position: number): void {
  const { queue, joinedAt, waitingSince } = entry.snapshot
  entry.snapshot = { queue, position, joinedAt, waitingSince }
}

/** Shows the position of an entry in its call. A move is no change of its own: `current` and the lists show it. */
function showPosition(store: CallStore, entry: QueueEntry): void {
  const { state, snapshot } = entry
  const draft = draftOf(state.call)
  draft.queue = snapshot
  state.call = callOf(draft)
  store.current.set(state.call.id, state.call)
  store.observer.queueTouched(snapshot.queue)
  store.observer.callsTouched()
}

function byPosition(a: QueueEntry, b: QueueEntry): number {
  return a.snapshot.position - b.snapshot.position || a.joined - b.joined
}

/**
 * Moves those behind a position, and with `by` 1 also those at it.
 *
 * @param left the number of the leaving that moves them: whoever joined after it was never behind
 */
export function shiftEntries(store: CallStore, queue: string, from: number, by: 1 | -1, left = store.moves): void {
  const entries = store.queues.get(queue)
  if (!entries) return
  const first = by > 0 ? from : from + 1
  let isMoved = false
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const entry = entries[index]
    if (!entry || entry.snapshot.position < first) break
    if (entry.joined > left) continue
    setPosition(entry, entry.snapshot.position + by)
    showPosition(store, entry)
    isMoved = true
  }
  if (isMoved) entries.sort(byPosition)
}

/** Ends the wait of a call. Those behind move up. */
export function removeEntry(store: CallStore, state: CallState): void {
  const { entry } = state
  if (!entry) return
  const { queue, position } = entry.snapshot
  const entries = addQueue(store, queue)
  state.entry = undefined
  store.leaving.remove(entry)
  entries.splice(entries.indexOf(entry), 1)
  shiftEntries(store, queue, position, -1, entry.left)
}

function isStaying(entry: QueueEntry): boolean {
  return entry.left === undefined
}

/** Inserts in order, from the end: nearly everybody joins there. */
function insert(entries: QueueEntry[], entry: QueueEntry): void {
  let index = entries.length
  for (let before = entries[index - 1]; before && byPosition(before, entry) > 0; before = entries[index - 1]) index -= 1
  entries.splice(index, 0, entry)
}

/** Gives the entry to a call, be it that it was another's. */
export function attachEntry(state: CallState, draft: CallDraft, entry: QueueEntry): void {
  entry.state = state
  state.entry = entry
  state.wasQueued = true
  draft.phase = 'queued'
}

/** Adds a caller to a queue, at the end where no position is known. The call leaves the queue that it waited in. */
export function addEntry(store: CallStore, state: CallState, draft: CallDraft, wanted: QueuePosition): void {
  const row = state.entry?.row
  removeEntry(store, state)
  const entries = addQueue(store, wanted.queue)
  const position = wanted.position >= 1 ? wanted.position : entries.filter(isStaying).length + 1
  store.moves += 1
  const entry: QueueEntry = {
    state,
    snapshot: { ...wanted, position },
    joined: store.moves,
    left: undefined,
    isStale: false,
    row,
  }
  insert(entries, entry)
  attachEntry(state, draft, entry)
}

/** Puts back an entry whose caller was never gone. */
export function restoreEntry(store: CallStore, state: CallState, draft: CallDraft, entry: QueueEntry): void {
  const { queue, position } = entry.snapshot
  removeEntry(store, state)
  shiftEntries(store, queue, position, 1, entry.left)
  insert(addQueue(store, queue), entry)
  if (entry.left !== undefined) store.leaving.put(entry)
  attachEntry(state, draft, entry)
}

/** Marks that the caller has left, perhaps for another queue. The entry stays until it is removed. */
export function markLeaving(store: CallStore, entry: QueueEntry): void {
  store.moves += 1
  entry.left = store.moves
  store.leaving.put(entry)
}

/** Puts the caller at another position; the next `commit` of the call shows it. */
export function moveEntry(store: CallStore, entry: QueueEntry, position: number): void {
  setPosition(entry, position)
  addQueue(store, entry.snapshot.queue).sort(byPosition)
}

/** Puts these calls first, in this order. Later joins follow. An entry whose caller has left keeps its position. */
export function arrangeEntries(store: CallStore, queue: string, first: readonly CallState[]): void {
  const entries = addQueue(store, queue)
  const arranged = new Set<QueueEntry>()
  for (const { entry } of first) if (entry) arranged.add(entry)
  for (const entry of entries) arranged.add(entry)
  let position = 0
  for (const entry of arranged) {
    if (entry.left !== undefined) continue
    position += 1
    if (position === entry.snapshot.position) continue
    setPosition(entry, position)
    showPosition(store, entry)
  }
  entries.sort(byPosition)
}

/** The row that a queue shows for an entry; the same object until it says something else. */
export function rowOf(entry: QueueEntry): WaitingCaller {
  const { id: call, caller, callerName } = entry.state.call
  const { position, waitingSince: since } = entry.snapshot
  const leaving = entry.left !== undefined
  const { row } = entry
  if (
    row?.call === call &&
    row.caller === caller &&
    row.callerName === callerName &&
    row.position === position &&
    row.since === since &&
    row.leaving === leaving
  )
    return row
  entry.row = { call, caller, callerName, position, since, leaving }
  return entry.row
}
