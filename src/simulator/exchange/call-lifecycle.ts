import type { CallEndStatus } from '../../protocol/events.js'
import type { ExchangeContext } from './exchange-context.js'
import { type Call, currentId, type Leg, type Party, talkingLeg } from './exchange-model.js'

/** ms between events that follow each other immediately. */
export const IMMEDIATELY = 1
/** ms until the exchange knows that a number leads nowhere, or that a telephone is busy. */
export const LOOKUP = 4
/** ms after the pickup at which an agent's leg ends although the talk goes on. */
const EARLY_LEG_END = 33

/** Makes a call and registers its id. No event announces the call before it dials. */
export function beginCall(
  context: ExchangeContext,
  { caller, called, randomId, talk }: { caller: Party; called: string; randomId?: string; talk?: number | undefined },
): Call {
  const id = context.newId()
  const call: Call = {
    id,
    ids: [id],
    randomId,
    caller,
    called,
    beganAt: context.now,
    phase: 'ringing',
    legs: [],
    queue: undefined,
    status: 'noanswer',
    answeredBy: undefined,
    talk,
    patience: undefined,
    timers: new Set(),
  }
  context.calls.set(id, call)
  context.engage(caller.number)
  return call
}

/** Rings a party for a call. */
export function beginLeg(context: ExchangeContext, call: Call, party: Party, kind: Leg['kind']): Leg {
  if (kind === 'agent') context.skipId()
  const leg: Leg = {
    id: kind === 'agent' ? context.newId() : currentId(call),
    party,
    kind,
    beganAt: context.now,
    state: 'ringing',
    endAnnounced: false,
    timers: [],
  }
  call.legs.push(leg)
  if (kind === 'agent') context.legs.set(leg.id, { call, leg })
  context.engage(party.number)
  return leg
}

function cancelLegTimers(leg: Leg): void {
  for (const timer of leg.timers) timer.cancel()
}

/** Ends a leg now. The event that announces the end comes `later` ms from now. */
export function endLeg(context: ExchangeContext, call: Call, leg: Leg, status: CallEndStatus, later = 0): void {
  if (leg.state === 'over') return
  leg.state = 'over'
  cancelLegTimers(leg)
  call.legs.splice(call.legs.indexOf(leg), 1)
  context.legs.delete(leg.id)
  context.release(leg.party.number)
  if (leg.endAnnounced) return
  const announce = () => context.emit({ fact: 'leg-ended', call, leg, status })
  if (later === 0) announce()
  else context.after(later, announce)
}

/** Ends all legs of a call, except `but`: a talking one as 'answer', a ringing one as `unanswered`. */
export function endLegs(
  context: ExchangeContext,
  call: Call,
  unanswered: CallEndStatus,
  { but, later = 0 }: { but?: Leg; later?: number } = {},
): void {
  for (const leg of [...call.legs])
    if (leg !== but) endLeg(context, call, leg, leg.state === 'talking' ? 'answer' : unanswered, later)
}

/** Cancels the timers of a call, except the caller's patience. */
export function cancelCallTimers(call: Call): void {
  for (const timer of call.timers) timer.cancel()
  call.timers.clear()
}

/** Ends the caller's channel, and whatever is left of the call. */
export function endCall(
  context: ExchangeContext,
  call: Call,
  status: CallEndStatus,
  unanswered: CallEndStatus = 'cancel',
): void {
  if (call.phase === 'over') return
  call.phase = 'over'
  call.status = status
  cancelCallTimers(call)
  call.patience?.cancel()
  for (const id of call.ids) context.calls.delete(id)
  context.emit({ fact: 'ended', call, status })
  endLegs(context, call, unanswered, { later: IMMEDIATELY })
  context.release(call.caller.number)
}

/** Ends a call by a hang-up of its parties. Which end comes first is a race. */
export function finishCall(context: ExchangeContext, call: Call): void {
  const leg = talkingLeg(call)
  if (leg !== undefined && leg.kind === 'agent' && !context.random.chance(context.plan.quirks.callerEndsFirst))
    endLeg(context, call, leg, 'answer')
  endCall(context, call, call.status)
}

/** Connects the caller with the person of `leg`. All other legs stop ringing. */
export function answerCall(context: ExchangeContext, call: Call, leg: Leg): void {
  cancelLegTimers(leg)
  cancelCallTimers(call)
  call.patience?.cancel()
  leg.state = 'talking'
  call.phase = 'talking'
  call.status = 'answer'
  call.answeredBy = leg.party
  context.emit({ fact: 'answered', call, leg })
  endLegs(context, call, 'cancel', { but: leg, later: IMMEDIATELY })
  if (call.talk !== undefined) context.after(call.talk, () => finishCall(context, call), call)
  if (leg.kind !== 'agent' || !context.random.chance(context.plan.quirks.legEndsEarly)) return
  const announceEnd = () => {
    context.emit({ fact: 'leg-ended', call, leg, status: 'answer' })
    leg.endAnnounced = true
  }
  context.after(EARLY_LEG_END, announceEnd, call)
}
