import type { PbxEventOf } from '../protocol/events.js'
import type { Call, Leg } from './call.js'

// One call after one thing that happened to it: a new snapshot, or the same one where it tells nothing new.

type Begin = PbxEventOf<'call.begin'>

/** What names the parties of a call. */
export type Identity = Pick<Call, 'caller' | 'callerName' | 'callee' | 'calleeName' | 'calledNumber'>

const NOBODY: Identity = { caller: '', callerName: '', callee: '', calleeName: '', calledNumber: '' }
const IDENTITY = Object.keys(NOBODY) as (keyof Identity)[]

/** A call of which only the id is known. */
export function newCall(id: string, startedAt: number, controllable: boolean): Call {
  return {
    id,
    uniqueId: id,
    uniqueIds: [id],
    ...NOBODY,
    direction: 'unknown',
    phase: 'ringing',
    legs: [],
    startedAt,
    missed: false,
    controllable,
    stale: false,
  }
}

export function isOver({ phase }: Call): boolean {
  return phase === 'ended' || phase === 'lost'
}

/** The identity in a `call.begin`; an offer's callee is the agent, whom the caller did not call. */
export function identityIn(begin: Begin): Partial<Identity> {
  const { caller, caller_name: callerName, called_number: calledNumber, callee, callee_name: calleeName, from_queue_unique_id: parent } = begin
  const isOffer = parent !== undefined && parent !== begin.unique_id
  return isOffer ? { caller, callerName, calledNumber } : { caller, callerName, callee, calleeName, calledNumber }
}

/** Fills what is blank. What is known stays, but that a string beats what came as a number and so lost its prefix. */
export function learned(call: Call, told: Partial<Identity>): Call {
  let news: { [name in keyof Identity]?: string } | undefined
  for (const name of IDENTITY) {
    const value = told[name]
    if (value === undefined || !isBetter(value, call[name])) continue
    news ??= {}
    news[name] = value
  }
  return news === undefined ? call : { ...call, ...news }
}

function isBetter(told: string, known: string): boolean {
  if (told === known || told === '') return false
  return known === '' || (/^[+0]/.test(told) && known !== '0' && told.replace(/^(\+|0+)/, '') === known)
}

/** From outside, to the outside, or between extensions. An API-created call begins at an own extension, however its caller shows. */
export function directionOf({ caller, callee, callRandomId }: Call, isExtension: (number: string) => boolean): Call['direction'] {
  if (callee === '' && (callRandomId !== undefined || caller === '' || isExtension(caller))) return 'unknown'
  if (callRandomId !== undefined) return isExtension(callee) ? 'internal' : 'outbound'
  if (caller === '') return 'unknown'
  if (!isExtension(caller)) return 'inbound'
  return isExtension(callee) ? 'internal' : 'outbound'
}

/** Whoever is rung at the moment, or talks, on the caller's own channel. */
export function ownLeg(call: Call): Leg | undefined {
  return lastLeg(call, leg => leg.kind !== 'agent' && leg.endedAt === undefined)
}

export function lastLeg({ legs }: Call, suits: (leg: Leg) => boolean): Leg | undefined {
  for (let index = legs.length - 1; index >= 0; index -= 1) {
    const leg = legs[index]
    if (leg !== undefined && suits(leg)) return leg
  }
  return undefined
}

export function withLeg(call: Call, leg: Leg): Call {
  return { ...call, legs: [...call.legs, leg] }
}

export function withoutLeg(call: Call, leg: Leg): Call {
  return { ...call, legs: call.legs.filter(one => one !== leg) }
}

/** Who was rung by a `call.begin`. */
export function legOf({ unique_id: uniqueId, callee, callee_name: calleeName, meta }: Begin, kind: Leg['kind']): Leg {
  return { uniqueId, callee, calleeName, kind, beganAt: meta.receivedAt }
}

export function changeLeg(call: Call, leg: Leg, change: Partial<Leg>): Call {
  return { ...call, legs: call.legs.map(one => (one === leg ? { ...one, ...change } : one)) }
}

/** A person has answered; undefined where the wire does not tell who. */
export function answered(call: Call, leg: Leg | undefined, at: number): Call {
  const { queue: _, answeredBy: __, ...rest } = leg === undefined ? call : changeLeg(call, leg, { answeredAt: at })
  return {
    ...rest,
    answeredAt: call.answeredAt ?? at,
    ...(leg !== undefined && leg.callee !== '' && { answeredBy: leg.callee }),
    // a late pickup still says that the call was not missed
    ...(isOver(call) ? { missed: false } : { phase: 'answered' }),
  }
}

/** It was no person who answered. */
export function unanswered(call: Call): Call {
  const { answeredAt: _, answeredBy: __, ...rest } = call
  return rest
}

/** Who answered last is not known. */
export function unclaimed(call: Call): Call {
  const { answeredBy: _, ...rest } = call
  return rest
}

/** Nobody is rung any more, nor talks, but who has taken the call. */
export function legsOver(call: Call, at: number, taken?: Leg): Call {
  return { ...call, legs: call.legs.map(leg => (leg === taken || leg.endedAt !== undefined ? leg : { ...leg, endedAt: at })) }
}

/** Not in a queue any more, and not taken. */
export function unqueued(call: Call): Call {
  const { queue: _, ...rest } = call
  return { ...rest, phase: call.phase === 'queued' ? 'ringing' : call.phase }
}

/** Somebody is put in the place of whoever was rung or talked on the caller's channel. `doubtful`: nobody knows whether who had answered still talked. */
export function redirected(call: Call, leg: Leg, doubtful: boolean): Call {
  const replaced = ownLeg(call)
  const { queue: _, answeredBy, ...rest } = withLeg(replaced === undefined ? call : changeLeg(call, replaced, { endedAt: leg.beganAt }), leg)
  return { ...rest, phase: 'ringing', ...(answeredBy !== undefined && !doubtful && { answeredBy }) }
}

type End = PbxEventOf<'call.end'>

/** The end of an id that is not the call's newest: of a leg, or of one that another has replaced. */
export function legsEnded(call: Call, end: End): Call {
  return endLegs(call, end, ({ uniqueId }) => uniqueId === end.unique_id)
}

function endLegs(call: Call, { status, meta }: End, suits: (leg: Leg) => boolean): Call {
  const ends = (leg: Leg) => leg.endedAt === undefined && suits(leg)
  if (!call.legs.some(ends)) return call
  return { ...call, legs: call.legs.map(leg => (ends(leg) ? { ...leg, endedAt: meta.receivedAt, status } : leg)) }
}

/** The end of the caller's channel. Agents' legs may still ring until their own end. Without an event: a snapshot has shown that it is over. */
export function ended(call: Call, end?: End): Call {
  const { queue: _, ...rest } = end === undefined ? call : endLegs(call, end, ({ kind }) => kind !== 'agent')
  // of a stale call the pickup may have been missed, and the status is all that tells
  const isMissed = call.answeredAt === undefined && !(call.stale && end?.status === 'answer')
  const told = end !== undefined && { endedAt: end.meta.receivedAt, status: end.status, missed: isMissed }
  return { ...rest, ...told, phase: 'ended', stale: false, controllable: false }
}

/** Given up: nobody knows what became of it. */
export function lost(call: Call): Call {
  const { queue: _, ...rest } = call
  return { ...rest, phase: 'lost', controllable: false }
}

const RANKS = { ringing: 0, queued: 1, answered: 2, ended: 3, lost: 3 } as const

/** Two that turned out to be one: the first, with what the other has and it has not. */
export function merged(first: Call, from: Call): Call {
  // as when the other begins in its turn: who had answered was the own telephone
  const into: Call = from.legs.length > 0 && first.phase === 'answered' ? { ...unanswered(first), phase: 'ringing' } : first
  const leading = RANKS[from.phase] > RANKS[into.phase] ? from : into
  const uniqueIds = [...into.uniqueIds, ...from.uniqueIds.filter(id => !into.uniqueIds.includes(id))]
  const both = { ...from, ...learned(into, from) }
  return {
    ...both,
    uniqueId: uniqueIds.at(-1) ?? into.uniqueId,
    uniqueIds,
    legs: [...into.legs, ...from.legs],
    phase: leading.phase,
    missed: leading.missed && both.answeredAt === undefined,
    controllable: leading.controllable,
    stale: into.stale && from.stale,
  }
}
