import type { PbxEventOf } from '../../../protocol/events.js'
import { draftOf } from '../call-state.js'
import { commitAndEmit } from '../call-store.js'
import { isForgotten } from '../early-events.js'
import type { CallState, CallStore, QueueEntry } from '../model.js'
import { addQueue, markLeaving, shiftEntries } from '../queue-entries.js'

type QueueLeft = PbxEventOf<'queue.left'>

/**
 * A `queue.left`.
 *
 * - `unseen`: of a caller whose join was not seen, and who therefore stood before all others
 * - `leaving`: of a caller who waits there
 * - `known`: says nothing new
 */
type Situation = { kind: 'unseen' | 'known' } | { kind: 'leaving'; entry: QueueEntry }

function classify(store: CallStore, state: CallState | undefined, event: QueueLeft): Situation {
  if (!state) return { kind: isForgotten(store, event.unique_id) ? 'known' : 'unseen' }
  if (!state.wasQueued) return { kind: 'unseen' }
  const { entry } = state
  const isHere = entry?.snapshot.queue === event.queue && entry.left === undefined
  return isHere ? { kind: 'leaving', entry } : { kind: 'known' }
}

/** Reduces a `queue.left`: the caller has left this queue, which does not mean that the caller is gone. */
export function reduceQueueLeft(store: CallStore, event: QueueLeft): void {
  const { queue, unique_id: id } = event
  const state = store.byId.get(id)
  addQueue(store, queue)
  const situation = classify(store, state, event)
  switch (situation.kind) {
    case 'unseen':
      if (state) state.wasQueued = true
      return shiftEntries(store, queue, 1, -1)
    case 'leaving':
      markLeaving(store, situation.entry)
      return commitAndEmit(store, situation.entry.state, draftOf(situation.entry.state.call), 'queue', event)
    case 'known':
      return
  }
}
