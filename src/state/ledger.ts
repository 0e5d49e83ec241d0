import type { PbxEvent, PbxEventOf } from '../protocol/events.js'
import type { Call, CallChange, Leg } from './call.js'
import { type Clock, createDeadlines } from './deadlines.js'
import { directionOf, type Identity, isOver, learned, legsOver, lost, unqueued } from './journey.js'
import type { ResolvedTrackerOptions } from './options.js'
import { createRegister, type Journey, type Register } from './register.js'
import { createWaitingRooms, type Place, type WaitingRooms } from './waiting-room.js'

export type Change = Omit<CallChange, 'call'>
/** Where somebody is to wait. */
export type Seat = Pick<Place, 'queue' | 'position' | 'joinedAt' | 'waitingSince'>

/** Told of what happens to journeys, at once. */
export interface Audience {
  change(change: CallChange): void
  /** Some call is not what it was, whether a change tells so or not. */
  altered(): void
  /** Who waits in this queue, or where, or how sure that is. */
  waiting(queue: string): void
}

/** What was heard of an id that is no known call's. */
export interface Orphan {
  readonly pickup?: PbxEventOf<'call.pickup'>
  readonly end?: PbxEventOf<'call.end'>
  /** Of a call that was known and is forgotten. */
  readonly over?: true
}

/** Which journeys there are and where they wait, what is due, and who is told: what all rules stand on. */
export interface Ledger {
  readonly register: Register
  readonly rooms: WaitingRooms
  isExtension(number: string): boolean
  /** Names of queues: that one of them picks up is no answer. */
  isQueue(name: string): boolean
  nameQueue(name: string): void
  /** Someone's waiting list may look another way. */
  waiting(queue: string): void

  open(call: Call, change: Change): Journey
  /** The call is this from now on, whether anybody is told or not. */
  file(journey: Journey, call: Call): void
  /** The call is this from now on, and so its audience is told. */
  publish(journey: Journey, call: Call, change: Change): void
  /** Tells a change only if there is one. */
  update(journey: Journey, call: Call, event: PbxEvent, leg?: Leg): void
  tell(change: CallChange): void

  /** It lives, wherever it may stand. */
  heard(journey: Journey): Call
  /** What is told of it says where it stands. */
  fresh(journey: Journey): Call
  /** The same; after a gap that is all that counts: nobody knows when who was rung before was rung no more, but for who is taken. */
  proven(journey: Journey, meta: PbxEvent['meta'], taken?: Leg): Call
  known(call: Call, identity: Partial<Identity>): Call
  directed(call: Call): Call

  wait(journey: Journey, seat: Seat): Call
  /** It has the place again, or another's. */
  giveBack(journey: Journey, place: Place): Call
  takeOut(journey: Journey): void
  /** It has left its queue, perhaps for another. */
  leave(journey: Journey, place: Place): void
  /** It is over, whatever it became. */
  settle(journey: Journey): void
  /** It is another's from now on. */
  absorb(journey: Journey): void
  /** The session has ended: whatever was known may have changed since. */
  lost(): void

  /** What was heard of an id before it was known, if that was not long ago. */
  orphan(uniqueId: string): Orphan | undefined
  remember(uniqueId: string, orphan: Orphan): void
  claim(uniqueId: string): Orphan | undefined
  /** It is over already, or its end was told. */
  knownToBeOver(uniqueId: string): boolean

  /** Entries of all maps. */
  readonly size: number
  close(): void
}

/** ms that an id is remembered of which only a pickup or an end was heard: its beginning may come after it. */
const MEMORY = 10_000

export interface LedgerParts {
  readonly options: ResolvedTrackerOptions
  readonly clock: Clock
  readonly audience: Audience
}

export function createLedger({ options, clock, audience }: LedgerParts): Ledger {
  const register = createRegister()
  const orphans = new Map<string, Orphan>()
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

  return {
    register,
    rooms,
    isExtension: options.isExtension,
    isQueue: name => queues.has(name),
    nameQueue: name => queues.add(name),
    waiting: audience.waiting,
    open,
    file,
    publish,
    update,
    tell: audience.change,
    heard,
    fresh,
    proven,
    known,
    directed,
    wait,
    giveBack: (journey, place) => {
      takeOut(journey)
      const own: Place = { ...place, journey }
      journey.place = own
      journey.placed = true
      rooms.putBack(own)
      if (own.left !== undefined) grace.put(own)
      audience.waiting(own.queue)
      return { ...journey.call, phase: 'queued', queue: inQueue(own) }
    },
    takeOut,
    leave: (journey, place) => {
      rooms.leave(place)
      grace.put(place)
      file(journey, journey.call)
    },
    settle,
    absorb: journey => {
      takeOut(journey)
      for (const lane of [silent, stale, over]) lane.remove(journey)
      register.remove(journey)
    },
    lost: () => {
      for (const journey of register.all()) {
        const { call } = journey
        if (isOver(call) || (call.stale && !call.controllable)) continue
        if (!call.stale) stale.put(journey)
        file(journey, { ...call, stale: true, controllable: false })
      }
    },
    orphan: id => orphans.get(id),
    remember,
    claim: id => {
      const orphan = orphans.get(id)
      orphans.delete(id)
      memory.remove(id)
      return orphan
    },
    knownToBeOver,
    get size() {
      return register.size + orphans.size + rooms.size + deadlines.size
    },
    close: deadlines.close,
  }
}

export function inQueue({ queue, position, joinedAt, waitingSince }: Place): NonNullable<Call['queue']> {
  return { queue, position, joinedAt, waitingSince }
}
