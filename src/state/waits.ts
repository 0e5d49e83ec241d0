import type { PbxEventOf } from '../protocol/events.js'
import type { Call } from './call.js'
import { changeLeg, isOver, lastLeg, legsOver, newCall, ownLeg, unanswered, unclaimed, withoutLeg } from './journey.js'
import { inQueue, type Ledger } from './ledger.js'

/** What a `queue.join` and a `queue.left` mean for who waits. */
export function createWaits(ledger: Ledger): { join: (event: PbxEventOf<'queue.join'>) => void; left: (event: PbxEventOf<'queue.left'>) => void } {
  const { register, rooms, open, file, publish, update, fresh, known, wait, leave, waiting, isExtension, isQueue, nameQueue, orphan, knownToBeOver } = ledger

  const join = (event: PbxEventOf<'queue.join'>) => {
    const { unique_id: id, queue, caller, caller_name: callerName, position, meta } = event
    nameQueue(queue)
    const found = register.find(id)
    if (found === undefined && knownToBeOver(id)) return
    const journey = found ?? open(known(newCall(id, meta.receivedAt, false), { caller, callerName }), { kind: 'begin', event })
    if (isOver(journey.call) || !journey.call.uniqueIds.includes(id)) return
    const { place } = journey
    const wasStale = journey.call.stale
    const call = known(fresh(journey), { caller, callerName })
    // nothing is told again in another session
    if (place?.queue === queue && place.left === undefined && !wasStale) {
      // told again
      if (position >= 1) place.position = position
      const at = inQueue(place)
      return update(journey, call.queue?.position === at.position ? call : { ...call, queue: at }, event)
    }
    journey.doubted = undefined
    const next = wasStale ? unclaimed(legsOver(arrived(call, queue, meta.receivedAt), meta.receivedAt)) : arrived(call, queue, meta.receivedAt)
    file(journey, next)
    publish(journey, wait(journey, { queue, position, joinedAt: meta.receivedAt, waitingSince: place?.waitingSince ?? meta.receivedAt }), {
      kind: 'queue',
      event,
    })
  }

  /** Who was dialled on the way to a queue was the queue, or is rung no more. */
  const arrived = (call: Call, queue: string, at: number): Call => {
    const leg = ownLeg(call)
    if (leg === undefined) return call
    if (leg.callee !== queue && !isQueue(leg.callee) && isExtension(leg.callee)) return changeLeg(call, leg, { endedAt: at })
    const without = withoutLeg(call, leg)
    if (leg.answeredAt === undefined) return without
    // it was the queue that picked up, and whoever had before is still the person who did
    const person = lastLeg(without, ({ answeredAt }) => answeredAt !== undefined)?.callee
    if (person !== undefined) return { ...without, answeredBy: person }
    return leg.answeredAt === call.answeredAt ? unanswered(without) : unclaimed(without)
  }

  const left = (event: PbxEventOf<'queue.left'>) => {
    const { unique_id: id, queue } = event
    nameQueue(queue)
    const journey = register.find(id)
    const place = journey?.place
    if (journey === undefined ? !orphan(id)?.over : !journey.placed) {
      if (journey !== undefined) journey.placed = true
      rooms.strangerLeft(queue)
      return waiting(queue)
    }
    if (journey === undefined || place?.queue !== queue || place.left !== undefined) return
    leave(journey, place)
    publish(journey, journey.call, { kind: 'queue', event })
  }

  return { join, left }
}
