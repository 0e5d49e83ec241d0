import type { PbxEvent, PbxEventOf } from '../protocol/events.js'
import { sameNumber } from '../protocol/numbers.js'
import type { Call, CallChange, Leg } from './call.js'
import { type Clock, createDeadlines } from './deadlines.js'
import {
  answered,
  changeLeg,
  directionOf,
  ended,
  type Identity,
  identityIn,
  isOver,
  lastLeg,
  learned,
  legOf,
  legsEnded,
  legsOver,
  lost,
  merged,
  newCall,
  ownLeg,
  redirected,
  unanswered,
  unclaimed,
  unqueued,
  withLeg,
  withoutLeg,
} from './journey.js'
import type { ResolvedTrackerOptions } from './options.js'
import { createRegister, type Journey, type Register } from './register.js'
import { createWaitingRooms, type Place, type WaitingRooms } from './waiting-room.js'

type Begin = PbxEventOf<'call.begin'>
type Change = Omit<CallChange, 'call'>

/** Told of what happens to journeys, at once. */
export interface Audience {
  change(change: CallChange): void
  /** Some call is not what it was, whether a change tells so or not. */
  altered(): void
  /** Who waits in this queue, or where, or how sure that is. */
  waiting(queue: string): void
}

/** All journeys of a PBX, as its events tell them. Pure but for the clock that it is given. */
export interface Journeys extends Pick<Register, 'current' | 'find' | 'findByRandomId'> {
  readonly waiting: Pick<WaitingRooms, 'of' | 'arrange'>
  event(event: PbxEvent): void
  /** The session has ended: whatever was known may have changed since. */
  lost(): void
  /** For those who merge a snapshot. */
  readonly inside: Inside
  /** Entries of all internal maps: nothing is left when all calls have been forgotten. */
  readonly size: number
  /** Nothing is due any more. */
  close(): void
}

/** What merging a snapshot needs beside events. */
export interface Inside {
  readonly register: Register
  /** It is over already, or its end was told. */
  knownToBeOver(uniqueId: string): boolean
  isQueue(name: string): boolean
  open(call: Call, change: Change): Journey
  /** The call is this from now on, and so its audience is told. */
  publish(journey: Journey, call: Call, change: Change): void
  /** The snapshot tells of it: the call, fresh. */
  fresh(journey: Journey): Call
  known(call: Call, identity: Partial<Identity>): Call
  takeOut(journey: Journey): void
  wait(journey: Journey, place: Pick<Place, 'queue' | 'position' | 'joinedAt' | 'waitingSince'>): Call
  settle(journey: Journey): void
}

/** ms that an id is remembered of which only a pickup or an end was heard: its beginning may come after it. */
const MEMORY = 10_000

interface Orphan {
  readonly pickup?: PbxEventOf<'call.pickup'>
  readonly end?: PbxEventOf<'call.end'>
  /** Of a call that was known and is forgotten. */
  readonly over?: true
}

export function createJourneys({ options, clock, audience }: { options: ResolvedTrackerOptions; clock: Clock; audience: Audience }): Journeys {
  const register = createRegister()
  const orphans = new Map<string, Orphan>()
  /** Names of queues: that one of them picks up is no answer. */
  const queues = new Set<string>()
  const rooms = createWaitingRooms(place => {
    const { journey } = place
    file(journey, { ...journey.call, queue: inQueue(place) })
  })

  const deadlines = createDeadlines(clock)
  const silent = deadlines.lane<Journey>(options.expireAfter, journey => giveUp(journey))
  const stale = deadlines.lane<Journey>(options.staleAfter, journey => giveUp(journey))
  const over = deadlines.lane<Journey>(options.keepEnded, journey => forget(journey))
  const grace = deadlines.lane<Place>(options.hopGrace, ({ journey }) => {
    takeOut(journey)
    publish(journey, unqueued(journey.call), { kind: 'update' })
  })
  const memory = deadlines.lane<string>(MEMORY, id => orphans.delete(id))

  const file = (journey: Journey, call: Call) => {
    register.file(journey, call)
    if (journey.place !== undefined) audience.waiting(journey.place.queue)
    audience.altered()
  }
  const publish = (journey: Journey, call: Call, change: Change) => {
    file(journey, call)
    audience.change({ ...change, call })
  }
  /** Tells a change only if there is one. */
  const update = (journey: Journey, call: Call, event: PbxEvent, leg?: Leg) => {
    if (call !== journey.call) publish(journey, call, { kind: 'update', event, ...(leg !== undefined && { leg }) })
  }
  const open = (call: Call, change: Change): Journey => {
    const journey = register.add(call)
    silent.put(journey)
    audience.altered()
    audience.change({ ...change, call })
    return journey
  }
  /** It lives, wherever it may stand. */
  const heard = (journey: Journey): Call => {
    if (!isOver(journey.call)) silent.put(journey)
    return journey.call
  }
  const fresh = (journey: Journey): Call => {
    const call = heard(journey)
    if (!call.stale) return call
    stale.remove(journey)
    return { ...call, stale: false }
  }
  /** What is told of it says where it stands. After a gap that is all that counts: nobody knows when who was rung before was rung no more. */
  const proven = (journey: Journey, { receivedAt }: PbxEvent['meta'], taken?: Leg): Call => {
    const { stale: doubtful } = journey.call
    const call = fresh(journey)
    return doubtful ? legsOver(call, receivedAt, taken) : call
  }
  const known = (call: Call, identity: Partial<Identity>): Call => {
    const next = learned(call, identity)
    return next === call ? call : directed(next)
  }
  const directed = (call: Call): Call => ({ ...call, direction: directionOf(call, options.isExtension) })

  const takeOut = (journey: Journey) => {
    const { place } = journey
    if (place === undefined) return
    journey.place = undefined
    grace.remove(place)
    rooms.takeOut(place)
    audience.waiting(place.queue)
  }
  const wait = (journey: Journey, place: Pick<Place, 'queue' | 'position' | 'joinedAt' | 'waitingSince'>): Call => {
    takeOut(journey)
    journey.place = rooms.join({ ...place, journey })
    journey.placed = true
    return { ...journey.call, phase: 'queued', queue: inQueue(journey.place) }
  }
  /** It is over, whatever it became. */
  const settle = (journey: Journey) => {
    takeOut(journey)
    silent.remove(journey)
    stale.remove(journey)
    over.put(journey)
  }
  const giveUp = (journey: Journey) => {
    settle(journey)
    publish(journey, lost(journey.call), { kind: 'end' })
  }
  const forget = (journey: Journey) => {
    const { uniqueIds, legs } = journey.call
    register.remove(journey)
    audience.altered()
    if (options.keepEnded < MEMORY) for (const id of [...uniqueIds, ...legs.map(leg => leg.uniqueId)]) remember(id, { over: true })
  }

  const remember = (id: string, orphan: Orphan) => {
    orphans.set(id, { ...orphans.get(id), ...orphan })
    memory.put(id)
  }
  const knownToBeOver = (id: string) => {
    const orphan = orphans.get(id)
    return orphan?.over === true || orphan?.end !== undefined
  }
  /** What came before the beginning of an id. */
  const replay = (id: string) => {
    const orphan = orphans.get(id)
    orphans.delete(id)
    memory.remove(id)
    if (orphan?.pickup !== undefined) pickup(orphan.pickup)
    if (orphan?.end !== undefined) end(orphan.end)
  }

  const begin = (event: Begin) => {
    const { unique_id: id, from_queue_unique_id: parent, meta } = event
    if (parent !== undefined) return offer(event, parent)
    const journey = register.find(id)
    if (journey === undefined) {
      if (orphans.get(id)?.over) return
      const call = known(newCall(id, meta.receivedAt, true), identityIn(event))
      open(withLeg(call, legOf(event, 'direct')), { kind: 'begin', event }).begun = id
      return replay(id)
    }
    if (isOver(journey.call)) return update(journey, known(journey.call, identityIn(event)), event)
    if (!journey.call.uniqueIds.includes(id)) return beginOnLeg(journey, event)
    if (journey.begun === undefined && isFirst(journey, event)) return firstBegin(journey, event)
    if (journey.begun !== undefined && journey.begun !== id) return nextBegin(journey, event)
    // nothing is told again in another session
    if (!journey.call.stale && isAgain(journey.call, event)) return update(journey, heard(journey), event)
    redirect(journey, proven(journey, meta), event)
  }

  /** Of a call that was known before its beginning came: that, rather than a redirect. */
  const isFirst = ({ call, place }: Journey, { caller, callee, called_number }: Begin) => {
    if (ownLeg(call)?.answeredAt !== undefined) return false
    // who waited or was rung before a gap, or rang another when a snapshot was taken, had begun before it
    if (call.stale && (call.phase !== 'ringing' || call.legs.length > 0)) return false
    if ((ownLeg(call)?.callee ?? callee) !== callee) return false
    return (
      (call.callRandomId !== undefined && call.legs.length === 0) ||
      (call.caller === '' && call.calledNumber === '') ||
      sameNumber(caller, call.caller) ||
      (called_number !== '' && called_number === call.calledNumber) ||
      callee === place?.queue
    )
  }

  const firstBegin = (journey: Journey, event: Begin) => {
    journey.begun = event.unique_id
    const call: Call = { ...known(proven(journey, event.meta), identityIn(event)), controllable: true }
    const leg = legOf(event, 'direct')
    if (call.phase === 'queued' || ownLeg(call) !== undefined) return update(journey, call, event)
    // an API-created call may be picked up before it begins
    const { answeredAt } = call
    if (answeredAt === undefined) return publish(journey, withLeg(call, leg), { kind: 'update', event })
    const taken = withLeg(call, { ...leg, answeredAt })
    publish(journey, callsWho(call, leg) ? { ...taken, answeredBy: leg.callee } : taken, { kind: 'update', event })
  }
  const callsWho = ({ answeredBy }: Call, { callee }: Leg) => answeredBy === undefined && callee !== ''

  /** The same begin told again. Who has answered can be rung once more: by a redirect to whom the caller talks to. */
  const isAgain = (call: Call, { caller, callee, called_number }: Begin) => {
    const leg = ownLeg(call)
    const isOwn = call.caller === caller && call.callee === callee && call.calledNumber === called_number
    if (leg === undefined) return isOwn
    return leg.callee === callee && (leg.answeredAt === undefined || (leg.kind === 'direct' && isOwn))
  }

  /** Another id of an API-created call dials: the one before was only the own telephone. */
  const nextBegin = (journey: Journey, event: Begin) => {
    // that of an id which has been replaced comes late
    if (event.unique_id !== journey.call.uniqueId) return update(journey, heard(journey), event)
    const call = proven(journey, event.meta)
    journey.begun = event.unique_id
    const dialled = ownLeg(call)?.answeredAt === undefined ? call : unanswered(call)
    publish(journey, withLeg(known({ ...dialled, phase: 'ringing' }, identityIn(event)), legOf(event, 'direct')), { kind: 'update', event })
  }

  const redirect = (journey: Journey, call: Call, event: Begin) => {
    const leg = legOf(event, 'redirect')
    journey.doubted = undefined
    journey.begun ??= event.unique_id
    takeOut(journey)
    publish(journey, redirected(call, leg, journey.call.stale), { kind: 'redirect', event, leg })
  }

  /** A begin on the id of an agent's leg belongs to its caller. */
  const beginOnLeg = (journey: Journey, event: Begin) => {
    const leg = lastLeg(journey.call, ({ uniqueId }) => uniqueId === event.unique_id)
    if (leg === undefined || leg.callee === event.callee) return update(journey, heard(journey), event)
    const call = proven(journey, event.meta)
    redirect(journey, call.legs.includes(leg) && leg.endedAt === undefined ? changeLeg(call, leg, { endedAt: event.meta.receivedAt }) : call, event)
  }

  const offer = (event: Begin, parentId: string) => {
    const { unique_id: id, meta } = event
    if (knownToBeOver(parentId)) return remember(id, { over: true })
    const same = register.find(id)
    const parent =
      register.find(parentId) ?? open({ ...known(newCall(parentId, meta.receivedAt, false), identityIn(event)), phase: 'queued' }, { kind: 'begin', event })
    // a leg that is told of after its caller's end: its own end is no news
    if (isOver(parent.call)) return register.alias(id, parent)
    if (same === parent) return update(parent, offered(parent), event)
    const own = same?.call.uniqueIds.includes(id) === true ? same : undefined
    if (same !== undefined && own === undefined) return
    if (own !== undefined) absorb(own)
    const taken = own === undefined ? undefined : own.call.legs[0]
    const leg: Leg = { ...taken, ...legOf(event, 'agent') }
    const wasStale = parent.call.stale
    let call = known(queueOnly(parent), identityIn(event))
    const dialled = ownLeg(call)
    // who was redirected is rung by that, unless it was to a queue
    if (call.phase === 'ringing' && (dialled?.kind !== 'redirect' || wasStale || queues.has(dialled.callee))) {
      call = { ...(dialled === undefined ? call : withoutLeg(call, dialled)), phase: 'queued' }
    }
    call = withLeg(call, leg)
    if (own === undefined) publish(parent, call, { kind: 'offer', event, leg })
    else {
      file(parent, leg.answeredAt === undefined ? call : answered(call, leg, leg.answeredAt))
      audience.change({ kind: 'merge', call: own.call, into: parent.call, leg, event })
    }
    replay(id)
  }

  /** After a gap an offer does not tell where: who talked may talk to the very agent who is rung, who waited may wait in another queue. */
  const offered = (journey: Journey): Call => (journey.call.phase === 'answered' || journey.place !== undefined ? heard(journey) : fresh(journey))

  /** An offer shows that what picked up on the caller's own channel was the queue. */
  const queueOnly = (journey: Journey): Call => {
    const call = offered(journey)
    const { doubted } = journey
    journey.doubted = undefined
    if (doubted === undefined || call.phase !== 'answered' || call.answeredBy !== undefined) return call
    journey.place = doubted
    rooms.putBack(doubted)
    audience.waiting(doubted.queue)
    return { ...unanswered(call), phase: 'queued', queue: inQueue(doubted) }
  }

  /** It is another's from now on. */
  const absorb = (journey: Journey) => {
    takeOut(journey)
    for (const lane of [silent, stale, over]) lane.remove(journey)
    register.remove(journey)
  }

  const created = (event: PbxEventOf<'call.create_response'>) => {
    const { unique_id: id, call_random_id: callRandomId, meta } = event
    const holder = register.find(id)
    const same = callRandomId === '' ? undefined : register.findByRandomId(callRandomId)
    // a random id may be used again when its call is over
    const journey = same === undefined || isOver(same.call) ? undefined : same
    if (holder === undefined) {
      if (orphans.get(id)?.over) return
      if (journey === undefined) open({ ...newCall(id, meta.receivedAt, true), ...(callRandomId !== '' && { callRandomId }) }, { kind: 'begin', event })
      else {
        const call = heard(journey)
        publish(journey, { ...call, uniqueId: id, uniqueIds: [...call.uniqueIds, id] }, { kind: 'update', event })
      }
      return replay(id)
    }
    if (journey !== undefined && journey !== holder) return merge(holder, journey, event)
    const call = heard(holder)
    const isNews = callRandomId !== '' && call.callRandomId === undefined && call.uniqueIds.includes(id)
    update(holder, isNews ? directed({ ...call, callRandomId }) : call, event)
  }

  /** A call.begin came before the call.create_response that says whose it is. */
  const merge = (from: Journey, into: Journey, event: PbxEventOf<'call.create_response'>) => {
    if (from.call.callRandomId !== undefined || !from.call.uniqueIds.includes(event.unique_id)) return update(into, fresh(into), event)
    const { place } = from
    absorb(from)
    const call = directed(merged(fresh(into), from.call))
    into.begun = from.begun ?? into.begun
    file(into, call)
    if (place !== undefined && !isOver(call)) {
      takeOut(into)
      into.place = { ...place, journey: into }
      into.placed = true
      rooms.putBack(into.place)
      if (place.left !== undefined) grace.put(into.place)
      file(into, { ...into.call, phase: 'queued', queue: inQueue(into.place) })
    }
    audience.change({ kind: 'merge', call: from.call, into: into.call, event })
    if (!isOver(call)) return
    settle(into)
    audience.change({ kind: 'end', call: into.call, event })
  }

  const pickup = (event: PbxEventOf<'call.pickup'>) => {
    const { unique_id: id } = event
    const journey = register.find(id) ?? register.findAbbreviated(id)
    if (journey === undefined) return remember(id, { pickup: event })
    const call = heard(journey)
    const isOwn = call.uniqueIds.includes(id) || register.find(id) === undefined
    const leg = isOwn
      ? ownRung(call)
      : lastLeg(call, one => one.uniqueId === id && one.answeredAt === undefined && (one.endedAt === undefined || one.status === 'answer'))
    // whom the caller's own channel rings now only a begin since the gap could tell
    if (leg !== undefined && !queues.has(leg.callee)) return answer(journey, call, isOwn && call.stale ? undefined : leg, event)
    // without any offer only the caller's own channel can tell, as the document has it
    if (leg !== undefined || !isOwn || call.phase === 'answered' || wasOffered(call) || isOver(call)) return update(journey, call, event)
    journey.doubted = journey.place
    answer(journey, call, undefined, event)
  }
  const wasOffered = ({ legs }: Call) => legs.some(({ kind }) => kind === 'agent')
  /** Who may be picking up on the caller's own channel. */
  const ownRung = (call: Call) =>
    call.phase === 'queued'
      ? undefined
      : lastLeg(call, leg => leg.kind !== 'agent' && leg.answeredAt === undefined && (leg.endedAt === undefined || isOver(call)))

  const answer = (journey: Journey, call: Call, leg: Leg | undefined, event: PbxEventOf<'call.pickup'>) => {
    takeOut(journey)
    const at = event.meta.receivedAt
    const next = answered(proven(journey, event.meta, leg), leg, at)
    const taken = leg && next.legs[call.legs.indexOf(leg)]
    publish(journey, next, { kind: isOver(call) ? 'update' : 'answer', event, ...(taken !== undefined && { leg: taken }) })
  }

  const end = (event: PbxEventOf<'call.end'>) => {
    const { unique_id: id } = event
    const found = register.find(id)
    const journey = found ?? register.findAbbreviated(id)
    if (journey === undefined) {
      if (knownToBeOver(id)) return
      remember(id, { end: event })
      return audience.change({ kind: 'unseen-end', event })
    }
    const { call } = journey
    if (found !== undefined && id !== call.uniqueId) {
      // it proves nothing of the caller's own channel
      const next = legsEnded(call, event)
      return update(
        journey,
        next,
        event,
        lastLeg(next, leg => leg.uniqueId === id),
      )
    }
    if (call.phase === 'ended') return
    // only an open call is found by an abbreviation: told again, this is no news
    if (found === undefined) remember(id, { over: true })
    settle(journey)
    publish(journey, ended(call, event), { kind: call.phase === 'lost' ? 'update' : 'end', event })
  }

  const join = (event: PbxEventOf<'queue.join'>) => {
    const { unique_id: id, queue, caller, caller_name: callerName, position, meta } = event
    queues.add(queue)
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
    if (leg.callee !== queue && !queues.has(leg.callee) && options.isExtension(leg.callee)) return changeLeg(call, leg, { endedAt: at })
    const without = withoutLeg(call, leg)
    if (leg.answeredAt === undefined) return without
    // it was the queue that picked up, and whoever had before is still the person who did
    const person = lastLeg(without, ({ answeredAt }) => answeredAt !== undefined)?.callee
    if (person !== undefined) return { ...without, answeredBy: person }
    return leg.answeredAt === call.answeredAt ? unanswered(without) : unclaimed(without)
  }

  const left = (event: PbxEventOf<'queue.left'>) => {
    const { unique_id: id, queue } = event
    queues.add(queue)
    const journey = register.find(id)
    const place = journey?.place
    if (journey === undefined ? !orphans.get(id)?.over : !journey.placed) {
      if (journey !== undefined) journey.placed = true
      rooms.strangerLeft(queue)
      return audience.waiting(queue)
    }
    if (journey === undefined || place?.queue !== queue || place.left !== undefined) return
    rooms.leave(place)
    grace.put(place)
    publish(journey, journey.call, { kind: 'queue', event })
  }

  return {
    current: register.current,
    find: register.find,
    findByRandomId: register.findByRandomId,
    waiting: rooms,
    event: event => {
      switch (event.event) {
        case 'call.begin':
          return begin(event)
        case 'call.pickup':
          return pickup(event)
        case 'call.end':
          return end(event)
        case 'call.create_response':
          return created(event)
        case 'queue.join':
          return join(event)
        case 'queue.left':
          return left(event)
        default:
          queues.add(event.queue)
      }
    },
    lost: () => {
      for (const journey of register.all()) {
        const { call } = journey
        if (isOver(call) || (call.stale && !call.controllable)) continue
        if (!call.stale) stale.put(journey)
        file(journey, { ...call, stale: true, controllable: false })
      }
    },
    inside: {
      register,
      knownToBeOver,
      isQueue: name => queues.has(name),
      open,
      publish,
      fresh,
      known,
      takeOut,
      wait,
      settle,
    },
    get size() {
      return register.size + orphans.size + rooms.size + deadlines.size
    },
    close: deadlines.close,
  }
}

function inQueue({ queue, position, joinedAt, waitingSince }: Place): NonNullable<Call['queue']> {
  return { queue, position, joinedAt, waitingSince }
}
