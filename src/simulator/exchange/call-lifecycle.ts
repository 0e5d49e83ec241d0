import type { CallEndStatus } from '../../protocol/events.js'
import type { Floor } from './exchange-context.js'
import { type Call, type Leg, newest, type Party, talking } from './exchange-model.js'

/** ms between things that follow each other at once. */
export const AT_ONCE = 1
/** ms until the exchange knows that a number leads nowhere, or that a telephone is busy. */
export const LOOKUP = 4
/** ms after which an agent's leg ends although the conversation goes on. */
const EARLY = 33

/** Makes a call, known by its id. It is told of when it dials. */
export function beginCall(
  floor: Floor,
  { caller, called, randomId, talk }: { caller: Party; called: string; randomId?: string; talk?: number | undefined },
): Call {
  const id = floor.newId()
  const call: Call = {
    id,
    ids: [id],
    randomId,
    caller,
    called,
    beganAt: floor.now,
    phase: 'ringing',
    legs: [],
    queue: undefined,
    status: 'noanswer',
    answeredBy: undefined,
    talk,
    patience: undefined,
    timers: new Set(),
  }
  floor.calls.set(id, call)
  floor.engage(caller.number)
  return call
}

/** Rings a party for a call. */
export function beginLeg(floor: Floor, call: Call, party: Party, kind: Leg['kind']): Leg {
  if (kind === 'agent') floor.skipId()
  const leg: Leg = {
    id: kind === 'agent' ? floor.newId() : newest(call),
    party,
    kind,
    beganAt: floor.now,
    state: 'ringing',
    quiet: false,
    timers: [],
  }
  call.legs.push(leg)
  if (kind === 'agent') floor.legs.set(leg.id, { call, leg })
  floor.engage(party.number)
  return leg
}

/** A leg is over at once; `later` ms pass until it is told. */
export function endLeg(floor: Floor, call: Call, leg: Leg, status: CallEndStatus, later = 0): void {
  if (leg.state === 'over') return
  leg.state = 'over'
  for (const timer of leg.timers) timer.cancel()
  call.legs.splice(call.legs.indexOf(leg), 1)
  floor.legs.delete(leg.id)
  floor.release(leg.party.number)
  if (leg.quiet) return
  const tell = () => floor.tell({ fact: 'leg-ended', call, leg, status })
  if (later === 0) tell()
  else floor.after(later, tell)
}

/** All legs of a call but one: who talked had answered, who rang is told `unanswered`. */
export function endLegs(
  floor: Floor,
  call: Call,
  unanswered: CallEndStatus,
  { but, later = 0 }: { but?: Leg; later?: number } = {},
): void {
  for (const leg of [...call.legs])
    if (leg !== but) endLeg(floor, call, leg, leg.state === 'talking' ? 'answer' : unanswered, later)
}

/** Nothing happens to the call by itself any more, but that its caller may lose patience. */
export function calm(call: Call): void {
  for (const timer of call.timers) timer.cancel()
  call.timers.clear()
}

/** A person answers: whoever else is rung is rung no more, and the talk begins. */
export function answer(floor: Floor, call: Call, leg: Leg): void {
  for (const timer of leg.timers) timer.cancel()
  calm(call)
  call.patience?.cancel()
  leg.state = 'talking'
  call.phase = 'talking'
  call.status = 'answer'
  call.answeredBy = leg.party
  floor.tell({ fact: 'answered', call, leg })
  endLegs(floor, call, 'cancel', { but: leg, later: AT_ONCE })
  if (call.talk !== undefined) floor.after(call.talk, () => finish(floor, call), call)
  if (leg.kind === 'agent' && floor.random.chance(floor.plan.quirks.legEndsEarly)) {
    floor.after(
      EARLY,
      () => {
        floor.tell({ fact: 'leg-ended', call, leg, status: 'answer' })
        leg.quiet = true
      },
      call,
    )
  }
}

/** The parties hang up. Whose end comes first is a race. */
export function finish(floor: Floor, call: Call): void {
  const leg = talking(call)
  if (leg !== undefined && leg.kind === 'agent' && !floor.random.chance(floor.plan.quirks.callerEndsFirst))
    endLeg(floor, call, leg, 'answer')
  endCall(floor, call, call.status)
}

/** The caller's channel ends, and with it whatever is left of the call. */
export function endCall(floor: Floor, call: Call, status: CallEndStatus, unanswered: CallEndStatus = 'cancel'): void {
  if (call.phase === 'over') return
  call.phase = 'over'
  call.status = status
  calm(call)
  call.patience?.cancel()
  for (const id of call.ids) floor.calls.delete(id)
  floor.tell({ fact: 'ended', call, status })
  endLegs(floor, call, unanswered, { later: AT_ONCE })
  floor.release(call.caller.number)
}
