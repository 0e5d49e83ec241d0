import { createAbbreviations } from '../protocol/unique-id.js'
import type { Call } from './call.js'
import { isOver } from './journey.js'
import type { Place } from './waiting-room.js'

/** A call and what is known about it beside its snapshot. */
export interface Journey {
  call: Call
  /** The id of its own that began last; while none has, the first begin to come tells who it is. */
  begun: string | undefined
  /** Where it waits. */
  place: Place | undefined
  /** Its place was known, so a `queue.left` tells nothing new of those behind it. */
  placed: boolean
  /** The place that a pickup on the caller's own channel ended: an agent's leg would tell that it was only the queue that picked up. */
  doubted: Place | undefined
}

/** Which ids are one call. */
export interface Register {
  /** By `Call.id`; the same map for its life. */
  readonly current: ReadonlyMap<string, Call>
  /** By any id that a call has or had, its legs' included. */
  find(uniqueId: string): Journey | undefined
  findByRandomId(callRandomId: string): Journey | undefined
  /** Whose newest id this must be an unabbreviated form of. */
  findAbbreviated(uniqueId: string): Journey | undefined
  /** Each known call, over or not. */
  all(): Journey[]
  add(call: Call): Journey
  /** This is the call from now on; its new ids are known. */
  file(journey: Journey, call: Call): void
  /** A leg's id leads to the call, which does not show the leg. */
  alias(uniqueId: string, journey: Journey): void
  /** Removes a call with all its ids. */
  remove(journey: Journey): void
  /** How many entries there are, of any kind. */
  readonly size: number
}

export function createRegister(): Register {
  const current = new Map<string, Call>()
  const byId = new Map<string, Journey>()
  const byRandomId = new Map<string, Journey>()
  const abbreviations = createAbbreviations<Journey>()
  const aliases = new Map<Journey, string[]>()

  const addLegs = (journey: Journey) => {
    for (const { uniqueId } of journey.call.legs) if (!byId.has(uniqueId)) byId.set(uniqueId, journey)
  }
  const addIds = (journey: Journey) => {
    for (const id of journey.call.uniqueIds) byId.set(id, journey)
  }
  /** Of an open API-created call only. */
  const abbreviate = (journey: Journey) => {
    const { call } = journey
    if (call.callRandomId !== undefined && !isOver(call)) abbreviations.put(call.uniqueId, journey)
  }
  const addRandomId = (journey: Journey) => {
    if (journey.call.callRandomId !== undefined) byRandomId.set(journey.call.callRandomId, journey)
  }

  return {
    current,
    find: uniqueId => byId.get(uniqueId),
    findByRandomId: callRandomId => byRandomId.get(callRandomId),
    findAbbreviated: uniqueId => abbreviations.find(uniqueId),
    all: () => [...current.keys()].flatMap(id => byId.get(id) ?? []),
    get size() {
      return current.size + byId.size + byRandomId.size + aliases.size + abbreviations.size
    },
    add: call => {
      const journey: Journey = { call, begun: undefined, place: undefined, placed: false, doubted: undefined }
      current.set(call.id, call)
      addIds(journey)
      addLegs(journey)
      addRandomId(journey)
      abbreviate(journey)
      return journey
    },
    file: (journey, call) => {
      const before = journey.call
      journey.call = call
      current.set(call.id, call)
      abbreviations.remove(before.uniqueId, journey)
      abbreviate(journey)
      if (before.uniqueIds !== call.uniqueIds) addIds(journey)
      if (before.legs !== call.legs) addLegs(journey)
      if (before.callRandomId !== call.callRandomId) addRandomId(journey)
    },
    alias: (uniqueId, journey) => {
      if (byId.has(uniqueId)) return
      byId.set(uniqueId, journey)
      aliases.set(journey, [...(aliases.get(journey) ?? []), uniqueId])
    },
    remove: journey => {
      const { id, uniqueId, uniqueIds, legs, callRandomId } = journey.call
      current.delete(id)
      abbreviations.remove(uniqueId, journey)
      for (const one of [...uniqueIds, ...legs.map(leg => leg.uniqueId), ...(aliases.get(journey) ?? [])]) if (byId.get(one) === journey) byId.delete(one)
      aliases.delete(journey)
      if (callRandomId !== undefined && byRandomId.get(callRandomId) === journey) byRandomId.delete(callRandomId)
    },
  }
}
