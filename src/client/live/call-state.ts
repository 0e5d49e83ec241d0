import type { PbxEventOf } from '../../protocol/events.js'
import type { Call, CallSeed, Leg } from './call.js'
import type { Ledger } from './call-store.js'

/** A call and what is known about it beside its snapshot. */
export interface Journey {
  /** As everybody sees it. */
  call: Call
  /** All that lead to it, its legs' included. */
  readonly ids: string[]
  /** The id of its own that began last; while none has, the first begin to come tells who it is. */
  begun?: string
  /** Where it waits. */
  place?: Place | undefined
  /** Its place was known, so a `queue.left` tells nothing new of those behind it. */
  placed?: true
  /** The place that a pickup on the caller's own channel ended: an agent's leg would tell that it was only the queue that picked up. */
  doubted?: Place | undefined
}

/** Somebody's place in a queue. */
export interface Place {
  journey: Journey
  /** As `Call.queue` shows it. The PBX tells the position at the join only; from then on we count. */
  seat: NonNullable<Call['queue']>
  /** Orders joins and leavings. */
  joined: number
  left?: number
}

type Cleared = 'answeredBy' | 'answeredAt' | 'queue' | 'callRandomId' | 'endedAt' | 'status'
/** A call that is being changed. Its `queue` is that of its place, whatever it says. */
export type Draft = Omit<Call, Cleared> & { [name in Cleared]?: Call[name] | undefined }

type Begin = PbxEventOf<'call.begin'>

/** What names the parties of a call. */
export type Identity = Pick<Call, 'caller' | 'callerName' | 'callee' | 'calleeName' | 'calledNumber'>

/** What is told of them, if anything. */
export type Told = { readonly [name in keyof Identity]?: string | undefined }

const NOBODY: Identity = { caller: '', callerName: '', callee: '', calleeName: '', calledNumber: '' }

/** A call of which only the id is known. */
export function newCall(id: string, startedAt: number, controllable = false): Draft {
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

/** Of a running call, each further than the one before. */
export const RUNNING: readonly Call['phase'][] = ['ringing', 'queued', 'answered'] satisfies CallSeed['phase'][]

export function isOver(call: Pick<Call, 'phase'>): boolean {
  return !RUNNING.includes(call.phase)
}

/** Whether two have the same, by identity. */
export function same<T extends object>(a: T, b: T): boolean {
  const names = Object.keys(a) as (keyof T)[]
  return names.length === Object.keys(b).length && names.every(name => a[name] === b[name])
}

/** What is as it was stays the same object. */
export function keep<T extends object>(before: T | undefined, after: T): T {
  return before && same(before, after) ? before : after
}

/** Fills what is blank of who the parties are. What is known stays, but that a string beats what came as a number and so lost its prefix. */
export function know(ledger: Ledger, draft: Draft, told: Told): void {
  for (const name of Object.keys(NOBODY) as (keyof Identity)[]) {
    const value = told[name]
    if (value && (draft[name] === '' || value.replace(/^(\+|0+)/, '') === draft[name])) draft[name] = value
  }
  draft.direction = directionOf(draft, ledger.options.isExtension)
}

/** From outside, to the outside, or between extensions. An API-created call begins at an own extension, however its caller shows. */
function directionOf(
  { caller, callee, callRandomId }: Draft,
  isExtension: (number: string) => boolean,
): Call['direction'] {
  if (!callRandomId && caller && !isExtension(caller)) return 'inbound'
  if (!callee || !(callRandomId || caller)) return 'unknown'
  return isExtension(callee) ? 'internal' : 'outbound'
}

/** The identity in a `call.begin`. */
export function identityIn({
  caller,
  caller_name: callerName,
  callee,
  callee_name: calleeName,
  called_number: calledNumber,
}: Begin): Identity {
  return { caller, callerName, callee, calleeName, calledNumber }
}

/** Who was rung by a `call.begin`. */
export function legOf(event: Begin, kind: Leg['kind'], beganAt: number): Leg {
  return { uniqueId: event.unique_id, callee: event.callee, calleeName: event.callee_name, kind, beganAt }
}

export function lastLeg(call: Pick<Call, 'legs'>, suits: (leg: Leg) => boolean): Leg | undefined {
  return call.legs.filter(suits).at(-1)
}

/** Whoever is rung at the moment, or talks, on the caller's own channel. */
export function ownLeg(call: Pick<Call, 'legs'>): Leg | undefined {
  return lastLeg(call, leg => leg.kind !== 'agent' && leg.endedAt === undefined)
}

export function addLeg(draft: Draft, leg: Leg): void {
  draft.legs = [...draft.legs, leg]
}

export function removeLeg(draft: Draft, leg: Leg | undefined): void {
  draft.legs = draft.legs.filter(one => one !== leg)
}

function changeLegs(draft: Draft, change: (leg: Leg) => Leg): void {
  draft.legs = keep(draft.legs, draft.legs.map(change))
}

/** They ring no more, nor talk. */
export function endLegs(draft: Draft, endedAt: number, suits: (leg: Leg) => unknown, told?: Pick<Leg, 'status'>): void {
  changeLegs(draft, leg => (leg.endedAt === undefined && suits(leg) ? { ...leg, endedAt, ...told } : leg))
}

/** What is told shows where it stands. After a gap that is all that counts: nobody knows when who was rung before was rung no more, but for who is taken. */
export function prove(draft: Draft, at: number, taken?: Leg): void {
  if (draft.stale) endLegs(draft, at, leg => leg !== taken)
  draft.stale = false
}

/** A person has answered; undefined where the wire does not tell who. Gives their leg. */
export function answer(draft: Draft, leg: Leg | undefined, answeredAt: number): Leg | undefined {
  const taken = leg && keep(leg, { answeredAt, ...leg })
  changeLegs(draft, one => (taken && one === leg ? taken : one))
  draft.answeredAt ??= answeredAt
  draft.answeredBy = leg?.callee || undefined
  // a late pickup still says that the call was not missed
  if (isOver(draft)) draft.missed = false
  else draft.phase = 'answered'
  return taken
}
