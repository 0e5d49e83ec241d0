import { InvalidOptionsError } from '../errors.js'
import type { PbxEvent } from '../protocol/events.js'
import type { TrackableClient } from '../tap.js'
import { createJourneys } from './journeys.js'
import { createMembers, isMemberEvent, type Members } from './members.js'
import { resolveTrackerOptions, type TrackerOptions } from './options.js'
import type { Queue, QueueChange, QueueSeed, QueueTracker, WaitingCaller } from './queue.js'
import { checkId, checkText, checkTime, eachOf, seedWaiting } from './seeding.js'
import { createTracking, steadyClock } from './tracking.js'
import type { Place } from './waiting-room.js'

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
  const resolved = resolveTrackerOptions(options)
  const current = new Map<string, Queue>()
  const membersOf = new Map<string, Members>()
  /** Queues that are not what they were. */
  const touched = new Set<string>()
  /** Of which a snapshot has just told all. */
  const completed = new Set<string>()
  const tracking = createTracking<Queue, QueueChange>(pbx, { listInterval: resolved.listInterval, read: () => [...current.values()] })
  const { list$, change$, close } = tracking

  const journeys = createJourneys({
    options: resolved,
    clock: steadyClock,
    audience: {
      altered: () => {},
      // what only time has changed is told as soon as all of it has
      change: () => refresh(),
      waiting: queue => touched.add(queue),
    },
  })

  let event: PbxEvent | undefined
  let busy = false
  /** Looks at each queue that was touched, and tells what is new. */
  const refresh = () => {
    if (busy) return
    for (const name of touched) renew(name)
    touched.clear()
  }
  const members = (name: string): Members => {
    const known = membersOf.get(name) ?? createMembers()
    membersOf.set(name, known)
    return known
  }
  const renew = (name: string) => {
    const before = current.get(name)
    const complete = completed.delete(name) || before?.complete === true
    const { list, proven } = members(name)
    const places = journeys.waiting.of(name)
    const waiting = rows(places, before?.waiting ?? [])
    // it turns fresh when all of it has been heard of
    const stale = before?.stale === true && !complete && !(proven && places.every(({ journey }) => !journey.call.stale))
    const next: Queue = { queue: name, members: list, waiting, complete, stale }
    const isMember = before === undefined ? list.length > 0 : before.members !== list
    const isWaiting = before === undefined ? waiting.length > 0 : before.waiting !== waiting
    const isSurer = before !== undefined && (before.complete !== complete || before.stale !== stale)
    if (before !== undefined && !isMember && !isWaiting && !isSurer) return
    current.set(name, next)
    tracking.altered()
    const cause = event !== undefined && { event }
    if (isMember) tracking.change({ kind: 'member', queue: next, ...cause })
    if (isWaiting || (isSurer && !isMember)) tracking.change({ kind: 'waiting', queue: next, ...cause })
  }
  /** Tells all that something brings about at once. */
  const together = (run: () => void) => {
    busy = true
    run()
    busy = false
    refresh()
  }

  tracking.listen({
    event: told => {
      event = told
      together(() => {
        if (isMemberEvent(told)) members(told.queue).event(told)
        if ('queue' in told) touched.add(told.queue)
        journeys.event(told)
      })
      event = undefined
    },
    lost: () => {
      together(journeys.lost)
      for (const [name, queue] of current) {
        members(name).lost()
        current.set(name, { ...queue, complete: false, stale: true })
      }
      tracking.altered()
    },
    close: journeys.close,
  })

  return {
    current,
    list$,
    change$,
    get since() {
      return tracking.since
    },
    seed: queues => {
      checkQueueSeeds(queues)
      tracking.seeded()
      const at = Date.now()
      together(() => {
        for (const { queue } of queues) {
          touched.add(queue)
          completed.add(queue)
        }
        seedWaiting(journeys.ledger, journeys.waiting, queues, at)
        for (const { queue, members: seeds } of queues) members(queue).seed(seeds, at)
      })
    },
    close,
  }
}

/** The rows of a waiting list; those that say what they said are the same objects, and so is the list. */
function rows(places: readonly Place[], before: readonly WaitingCaller[]): readonly WaitingCaller[] {
  const known = new Map(before.map(row => [row.call, row]))
  const next = places.map(({ journey: { call }, position, waitingSince, left }) => {
    const row: WaitingCaller = { call: call.id, caller: call.caller, callerName: call.callerName, position, since: waitingSince, leaving: left !== undefined }
    const same = known.get(call.id)
    return same !== undefined && (Object.keys(row) as (keyof WaitingCaller)[]).every(name => same[name] === row[name]) ? same : row
  })
  return next.length === before.length && next.every((row, index) => row === before[index]) ? before : next
}

function checkQueueSeeds(queues: readonly QueueSeed[]): void {
  eachOf('seed(queues)', queues, (seed, where) => {
    checkText(`${where}.queue`, seed['queue'] ?? null)
    eachOf(`${where}.members`, seed['members'], (member, at) => {
      checkText(`${at}.member`, member['member'] ?? null)
      checkText(`${at}.name`, member['name'])
      if (typeof member['paused'] !== 'boolean') throw new InvalidOptionsError(`'${at}.paused' must be true or false.`)
    })
    eachOf(`${where}.waiting`, seed['waiting'], (caller, at) => {
      checkId(`${at}.uniqueId`, caller['uniqueId'])
      checkText(`${at}.caller`, caller['caller'])
      checkText(`${at}.callerName`, caller['callerName'])
      checkTime(`${at}.waitingSince`, caller['waitingSince'])
    })
  })
}
