import type { CallEndStatus } from '../../protocol/events.js'
import { answer, beginLeg, calm, endCall, endLegs, finish, LOOKUP } from './call-lifecycle.js'
import type { Callee, Floor } from './exchange-context.js'
import type { Call, Leg, Party } from './exchange-model.js'
import type { Queues } from './queueing.js'

/** Calls that go somewhere: to a telephone, a queue, or nowhere. */
export interface Dialling {
  /** The caller's channel dials a number. `shows`: whom the callee sees. */
  reach(call: Call, number: string, shows: Party): void
  /** The called party is replaced by another. */
  redirect(call: Call, destination: string): void
  /** Whoever is rung on the caller's own channel refuses. */
  reject(leg: Leg): void
  /** Whoever hangs up, the call is over. */
  hangUp(call: Call): void
}

/** Of unknown numbers, those that end as 'congestion'; most are 'chanunavail'. */
const CONGESTION = 0.2
/** Forwardings of one call, before it is given up as one that goes round in circles. */
const MOST_FORWARDINGS = 5

export function createDialling(floor: Floor, queues: Queues): Dialling {
  /** What follows when a leg is refused: the end, or a forwarding. */
  const refusals = new WeakMap<Leg, () => void>()

  const endSoon = (call: Call, status: CallEndStatus) => {
    call.status = status
    floor.after(LOOKUP, () => endCall(floor, call, status), call)
  }

  const reach = (call: Call, number: string, shows: Party, called = number, forwardings = 0): void => {
    const callee = floor.at(number)
    // a line leads to an extension or a queue, never to a line
    if (callee?.kind === 'line') return reach(call, callee.to, shows, called, forwardings)
    call.phase = 'ringing'
    floor.tell({ fact: 'dialled', call, party: floor.party(number), shows, called })
    if (!/^\+?\d+$/.test(number)) return endSoon(call, 'invalidargs')
    if (callee === undefined) return endSoon(call, floor.random.chance(CONGESTION) ? 'congestion' : 'chanunavail')
    if (callee.kind === 'queue') return queues.join(call, callee.name)
    ring(call, callee, shows, called, forwardings)
  }

  const ring = (
    call: Call,
    { party, behaviour, forward }: Callee & { kind: 'phone' },
    shows: Party,
    called: string,
    forwardings: number,
  ) => {
    const onward = (when: 'always' | 'busy' | 'no-answer', status: CallEndStatus) => {
      if (forward?.when !== when) return endSoon(call, status)
      if (forwardings >= MOST_FORWARDINGS) return endSoon(call, 'congestion')
      reach(call, forward.to, shows, called, forwardings + 1)
    }
    if (forward?.when === 'always') return onward('always', 'noanswer')
    if (behaviour.kind === 'unregistered') return onward('no-answer', 'chanunavail')
    if (behaviour.kind === 'busy' || floor.engaged(party.number)) return onward('busy', 'busy')
    const leg = beginLeg(floor, call, party, 'own')
    const unanswered = (when: 'busy' | 'no-answer', status: CallEndStatus) => () => {
      endLegs(floor, call, status)
      if (forward?.when === when) onward(when, status)
      else endCall(floor, call, status)
    }
    leg.timers.push(floor.after(floor.plan.ringTime, unanswered('no-answer', 'noanswer')))
    if (behaviour.kind === 'answer') leg.timers.push(floor.after(behaviour.after, () => answer(floor, call, leg)))
    refusals.set(leg, unanswered('busy', 'busy'))
    if (behaviour.kind === 'reject') leg.timers.push(floor.after(behaviour.after, unanswered('busy', 'busy')))
    if (behaviour.kind === 'refuse') leg.timers.push(floor.after(behaviour.after, unanswered('busy', 'dontcall')))
  }

  /** The company's number that the call came in by, or its first one. */
  const company = (call: Call): Party => {
    const { lines, redirectsShow } = floor.plan
    const number = lines.find(line => line.number === call.called)?.number ?? lines[0]?.number
    return number === undefined || redirectsShow === 'caller' ? call.caller : { number, name: number }
  }

  return {
    reach,
    redirect: (call, destination) => {
      queues.leave(call)
      calm(call)
      call.queue = undefined
      endLegs(floor, call, floor.plan.givenUp)
      reach(call, destination, company(call))
    },
    reject: leg => refusals.get(leg)?.(),
    hangUp: call => {
      if (call.phase === 'talking') return finish(floor, call)
      if (call.phase === 'queued') return queues.abandon(call)
      endCall(floor, call, 'cancel')
    },
  }
}
