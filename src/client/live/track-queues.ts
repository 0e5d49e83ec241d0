import type { PbxEvent } from '../../protocol/events.js'
import type { TrackableClient } from '../client-internals.js'
import { setOf } from './call-index.js'
import { keep, same } from './call-state.js'
import { createLedger, lose } from './call-store.js'
import type { Queue, QueueChange, QueueSeed, QueueTracker } from './queue.js'
import { placesOf } from './queue-entries.js'
import { seedMembers, tellMember } from './queue-members.js'
import { follow, isMemberEvent } from './reducers/index.js'
import { seedWaiting } from './reducers/seed-queues.js'
import { track } from './tracker.js'
import type { TrackerOptions } from './tracker-options.js'
import { check, QUEUE } from './validate-seed.js'

/** A queue of which nothing was told. */
const BLANK: Queue = { queue: '', members: [], waiting: [], complete: false, stale: false }

/**
 * Follows the queues of a PBX: their members, and who waits in which order since when. Opens nothing; listens whenever the client is connected. A subscriber of
 * `list$` or `change$` holds the connection. Throws `InvalidOptionsError` for options it cannot work with.
 *
 * ```ts
 * const queues = trackQueues(pbx)
 * queues.list$.subscribe(list => render(list))
 * ```
 */
export function trackQueues(pbx: TrackableClient, options?: TrackerOptions): QueueTracker {
  return track<Queue, QueueChange, QueueSeed, object>(pbx, options, (resolved, clock, tell) => {
    const current = new Map<string, Queue>()
    /** Agents of whom an event of this session has told, be it that they are gone; by queue. */
    const told = new Map<string, Set<string>>()
    /** Queues that may not be what they were, as they become. */
    const drafts = new Map<string, Queue>()
    let busy = false

    const edit = (queue: string): Queue => {
      const draft = drafts.get(queue) ?? { ...(current.get(queue) ?? BLANK), queue }
      drafts.set(queue, draft)
      return draft
    }
    // what only time has changed is told as soon as all of it has
    const ledger = createLedger(resolved, clock, change => change && !busy && refresh(), edit)

    /** Tells what is new of each. Rows that say what they said are the same objects, and so is the list of them. */
    const refresh = (event?: PbxEvent) => {
      for (const [name, draft] of drafts) {
        drafts.delete(name)
        const known = current.get(name)
        const { members, waiting } = known ?? BLANK
        const rows = new Map(waiting.map(row => [row.call, row]))
        // it turns fresh when all of it has been heard of
        let isHeard = draft.members.every(one => setOf(told, name).has(one.member))
        const places = placesOf(ledger, name).map(place => {
          const { id: call, caller, callerName, stale } = place.journey.call
          const { position, waitingSince: since } = place.seat
          isHeard &&= !stale
          return keep(rows.get(call), { call, caller, callerName, position, since, leaving: !!place.left })
        })
        draft.waiting = keep(waiting, places)
        draft.stale &&= !draft.complete && !isHeard
        if (known && same(known, draft)) continue
        current.set(name, draft)
        tell()
        const report = (kind: QueueChange['kind']) => tell({ kind, queue: draft, ...(event && { event }) })
        const isMember = draft.members !== members
        if (isMember) report('member')
        if (draft.waiting !== waiting || (known && !isMember)) report('waiting')
      }
    }
    /** Tells all that something brings about at once. */
    const together = (run: () => void, event?: PbxEvent) => {
      busy = true
      run()
      busy = false
      refresh(event)
    }

    return {
      current,
      event: event => {
        together(() => {
          if (isMemberEvent(event)) tellMember(edit(event.queue), setOf(told, event.queue), event)
          follow(ledger, event)
        }, event)
      },
      lost: () => {
        lose(ledger)
        drafts.clear()
        told.clear()
        for (const [name, queue] of current) {
          if (queue.stale && !queue.complete) continue
          current.set(name, { ...queue, complete: false, stale: true })
          tell()
        }
      },
      seed: (seeds, at) => {
        check('seed(queues)', seeds, QUEUE)
        together(() => {
          for (const { queue, members } of seeds) {
            const draft = edit(queue)
            draft.complete = true
            seedMembers(draft, setOf(told, queue), members, at)
          }
          seedWaiting(ledger, seeds, at)
        })
      },
      more: {},
    }
  })
}
