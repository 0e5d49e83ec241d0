import type { CallEndStatus, PbxEventOf } from '../../protocol/events.js'
import type { Call, CallDraft, CallSeed, CallState, Identity, Leg, PartialIdentity } from './model.js'
import { isExtension, type ResolvedTrackerOptions } from './tracker-options.js'

// Drafts, legs and identities: pure functions of one call.
// A draft has all fields, and a call those that are known, in one order: the engine copies objects of one shape many
// times faster.

/** The draft of a call of which only the id is known. */
export function newCallDraft(id: string, startedAt: number, controllable = false): CallDraft {
  return {
    id,
    uniqueId: id,
    uniqueIds: [id],
    caller: '',
    callerName: '',
    callee: '',
    calleeName: '',
    calledNumber: '',
    direction: 'unknown',
    phase: 'ringing',
    legs: [],
    startedAt,
    missed: false,
    controllable,
    stale: false,
    callRandomId: undefined,
    queue: undefined,
    answeredAt: undefined,
    answeredBy: undefined,
    endedAt: undefined,
    status: undefined,
  }
}

/** A draft that says what the call says. */
export function draftOf(call: Call): CallDraft {
  return {
    id: call.id,
    uniqueId: call.uniqueId,
    uniqueIds: call.uniqueIds,
    caller: call.caller,
    callerName: call.callerName,
    callee: call.callee,
    calleeName: call.calleeName,
    calledNumber: call.calledNumber,
    direction: call.direction,
    phase: call.phase,
    legs: call.legs,
    startedAt: call.startedAt,
    missed: call.missed,
    controllable: call.controllable,
    stale: call.stale,
    callRandomId: call.callRandomId,
    queue: call.queue,
    answeredAt: call.answeredAt,
    answeredBy: call.answeredBy,
    endedAt: call.endedAt,
    status: call.status,
  }
}

/** The snapshot that a draft becomes: fields without a value are absent. */
export function callOf(draft: CallDraft): Call {
  const call: Call = {
    id: draft.id,
    uniqueId: draft.uniqueId,
    uniqueIds: draft.uniqueIds,
    caller: draft.caller,
    callerName: draft.callerName,
    callee: draft.callee,
    calleeName: draft.calleeName,
    calledNumber: draft.calledNumber,
    direction: draft.direction,
    phase: draft.phase,
    legs: draft.legs,
    startedAt: draft.startedAt,
    missed: draft.missed,
    controllable: draft.controllable,
    stale: draft.stale,
  }
  if (draft.callRandomId !== undefined) call.callRandomId = draft.callRandomId
  if (draft.queue !== undefined) call.queue = draft.queue
  if (draft.answeredAt !== undefined) call.answeredAt = draft.answeredAt
  if (draft.answeredBy !== undefined) call.answeredBy = draft.answeredBy
  if (draft.endedAt !== undefined) call.endedAt = draft.endedAt
  if (draft.status !== undefined) call.status = draft.status
  return call
}

/** True if the draft says what the call says already. */
export function isUnchanged(draft: CallDraft, call: Call): boolean {
  return (
    draft.phase === call.phase &&
    draft.legs === call.legs &&
    draft.queue === call.queue &&
    draft.answeredAt === call.answeredAt &&
    draft.answeredBy === call.answeredBy &&
    draft.endedAt === call.endedAt &&
    draft.status === call.status &&
    draft.stale === call.stale &&
    draft.controllable === call.controllable &&
    draft.missed === call.missed &&
    draft.uniqueId === call.uniqueId &&
    draft.uniqueIds === call.uniqueIds &&
    draft.callRandomId === call.callRandomId &&
    draft.direction === call.direction &&
    draft.caller === call.caller &&
    draft.callerName === call.callerName &&
    draft.callee === call.callee &&
    draft.calleeName === call.calleeName &&
    draft.calledNumber === call.calledNumber
  )
}

/** A state for a call that no id leads to yet. */
export function newCallState(draft: CallDraft): CallState {
  return {
    call: callOf(draft),
    ids: [],
    begunId: undefined,
    entry: undefined,
    wasQueued: false,
    doubtedEntry: undefined,
    isKnownByQueueSeed: false,
  }
}

/** The phases of a running call, each further than the one before. */
export const RUNNING_PHASES: readonly Call['phase'][] = ['ringing', 'queued', 'answered'] satisfies CallSeed['phase'][]

export function isOver(call: Pick<Call, 'phase'>): boolean {
  return call.phase === 'ended' || call.phase === 'lost'
}

function fuller(before: string, known: string | undefined): string {
  if (!known || known === before) return before
  return before === '' || known.replace(/^(\+|0+)/, '') === before ? known : before
}

/**
 * From outside, to the outside, or between extensions. An API-created call begins at an own extension, whatever its
 * caller shows.
 */
function directionOf(options: ResolvedTrackerOptions, { caller, callee, callRandomId }: CallDraft): Call['direction'] {
  if (!callRandomId && caller && !isExtension(options, caller)) return 'inbound'
  if (!callee || !(callRandomId || caller)) return 'unknown'
  return isExtension(options, callee) ? 'internal' : 'outbound'
}

/**
 * Fills blank fields of the parties. Known ones stay, but a string replaces a value that came as a number and so lost
 * its prefix.
 */
export function fillIdentity(options: ResolvedTrackerOptions, draft: CallDraft, known: PartialIdentity): void {
  draft.caller = fuller(draft.caller, known.caller)
  draft.callerName = fuller(draft.callerName, known.callerName)
  draft.callee = fuller(draft.callee, known.callee)
  draft.calleeName = fuller(draft.calleeName, known.calleeName)
  draft.calledNumber = fuller(draft.calledNumber, known.calledNumber)
  draft.direction = directionOf(options, draft)
}

export function identityOf(event: PbxEventOf<'call.begin'>): Identity {
  return {
    caller: event.caller,
    callerName: event.caller_name,
    callee: event.callee,
    calleeName: event.callee_name,
    calledNumber: event.called_number,
  }
}

/** The leg of the telephone that a `call.begin` rings. */
export function legOf(event: PbxEventOf<'call.begin'>, kind: Leg['kind'], beganAt: number): Leg {
  return { uniqueId: event.unique_id, callee: event.callee, calleeName: event.callee_name, kind, beganAt }
}

/** The leg with another progress; what is undefined is absent. */
export function legWith(leg: Leg, answeredAt?: number, endedAt?: number, status?: CallEndStatus): Leg {
  const next: Leg = {
    uniqueId: leg.uniqueId,
    callee: leg.callee,
    calleeName: leg.calleeName,
    kind: leg.kind,
    beganAt: leg.beganAt,
  }
  if (answeredAt !== undefined) next.answeredAt = answeredAt
  if (endedAt !== undefined) next.endedAt = endedAt
  if (status !== undefined) next.status = status
  return next
}

export function lastLeg({ legs }: Pick<Call, 'legs'>, suits: (leg: Leg) => boolean): Leg | undefined {
  for (let index = legs.length - 1; index >= 0; index -= 1) {
    const leg = legs[index]
    if (leg && suits(leg)) return leg
  }
  return undefined
}

/** The leg that rings or talks now on the caller's own channel. */
export function ownLeg(call: Pick<Call, 'legs'>): Leg | undefined {
  return lastLeg(call, leg => leg.kind !== 'agent' && leg.endedAt === undefined)
}

export function addLeg(draft: CallDraft, leg: Leg): void {
  // unlike a spread, `concat` leaves no room for more, and most calls have one leg
  draft.legs = draft.legs.concat(leg)
}

export function removeLeg(draft: CallDraft, leg: Leg | undefined): void {
  if (leg) draft.legs = draft.legs.filter(one => one !== leg)
}

/** Replaces legs by what `change` makes of them. The list stays the same object if no leg changes. */
function changeLegs(draft: CallDraft, change: (leg: Leg) => Leg): void {
  let changed: Leg[] | undefined
  draft.legs.forEach((leg, index) => {
    const next = change(leg)
    if (next === leg) return
    changed ??= draft.legs.slice()
    changed[index] = next
  })
  if (changed) draft.legs = changed
}

/** Ends the open legs that suit. */
export function endLegs(draft: CallDraft, endedAt: number, suits: (leg: Leg) => boolean, status?: CallEndStatus): void {
  changeLegs(draft, leg =>
    leg.endedAt === undefined && suits(leg) ? legWith(leg, leg.answeredAt, endedAt, status ?? leg.status) : leg,
  )
}

/**
 * Clears `stale`: an event has shown where the call stands. Open legs from before the gap are ended, since nobody knows
 * when they were, except the one that answers now.
 */
export function clearStale(draft: CallDraft, at: number, answering?: Leg): void {
  if (draft.stale) endLegs(draft, at, leg => leg !== answering)
  draft.stale = false
}

/** Marks the call as answered by the leg, or by somebody whom the wire does not name. Gives the leg as it is then. */
export function answerCall(draft: CallDraft, leg: Leg | undefined, answeredAt: number): Leg | undefined {
  const answered = leg && leg.answeredAt === undefined ? legWith(leg, answeredAt, leg.endedAt, leg.status) : leg
  if (answered) changeLegs(draft, one => (one === leg ? answered : one))
  draft.answeredAt ??= answeredAt
  draft.answeredBy = leg?.callee || undefined
  // a late pickup still shows that the call was not missed
  if (isOver(draft)) draft.missed = false
  else draft.phase = 'answered'
  return answered
}
