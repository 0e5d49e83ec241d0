import type { CallEndStatus } from '../../protocol/events.js'
import { answerCall, beginLeg, cancelCallTimers, endCall, endLegs, finishCall, LOOKUP } from './call-lifecycle.js'
import type { Callee, ExchangeContext } from './exchange-context.js'
import type { Call, Leg, Party } from './exchange-model.js'
import type { Queues } from './queueing.js'

/** Dialling: the way of a call to a telephone, to a queue, or to nowhere. */
export interface Dialling {
  /** Dials a number on the caller's channel. `shows` is the caller that the callee sees. */
  dial(call: Call, number: string, shows: Party): void
  /** Replaces the called party. */
  redirect(call: Call, destination: string): void
  /** Rejects a ringing leg on the caller's own channel. */
  reject(leg: Leg): void
  /** Ends a call, whichever party hangs up. */
  hangUp(call: Call): void
}

/** Share of the calls to unknown numbers that end as 'congestion'; the others end as 'chanunavail'. */
const CONGESTION = 0.2
/** Forwardings of one call before the exchange takes them for a circle. */
const MAX_FORWARDINGS = 5

/** A dial, with the numbers that a forwarding keeps. */
interface Dial {
  readonly call: Call
  readonly number: string
  readonly shows: Party
  readonly called: string
  readonly forwardings: number
}

type Phone = Callee & { kind: 'phone' }
type ForwardReason = 'always' | 'busy' | 'no-answer'

class ExchangeDialling implements Dialling {
  readonly #context: ExchangeContext
  readonly #queues: Queues
  /** The consequence of a rejection of each ringing leg: the end, or a forwarding. */
  readonly #rejections = new WeakMap<Leg, () => void>()

  constructor(context: ExchangeContext, queues: Queues) {
    this.#context = context
    this.#queues = queues
  }

  dial(call: Call, number: string, shows: Party): void {
    this.#reach({ call, number, shows, called: number, forwardings: 0 })
  }

  redirect(call: Call, destination: string): void {
    this.#queues.leave(call)
    cancelCallTimers(call)
    call.queue = undefined
    endLegs(this.#context, call, this.#context.plan.givenUp)
    this.dial(call, destination, this.#redirectingParty(call))
  }

  reject(leg: Leg): void {
    this.#rejections.get(leg)?.()
  }

  hangUp(call: Call): void {
    if (call.phase === 'talking') finishCall(this.#context, call)
    else if (call.phase === 'queued') this.#queues.abandon(call)
    else endCall(this.#context, call, 'cancel')
  }

  #reach(dial: Dial): void {
    const { random } = this.#context
    const { call, number, shows, called } = dial
    const callee = this.#context.calleeAt(number)
    // the destination of a line is an extension or a queue, never a line
    if (callee?.kind === 'line') return this.#reach({ ...dial, number: callee.to })
    call.phase = 'ringing'
    this.#context.emit({ fact: 'dialled', call, party: this.#context.partyAt(number), shows, called })
    if (!/^\+?\d+$/.test(number)) return this.#endSoon(call, 'invalidargs')
    if (callee === undefined) return this.#endSoon(call, random.chance(CONGESTION) ? 'congestion' : 'chanunavail')
    if (callee.kind === 'queue') return this.#queues.join(call, callee.name)
    this.#reachPhone(dial, callee)
  }

  #reachPhone(dial: Dial, phone: Phone): void {
    const { party, behaviour, forward } = phone
    if (forward?.when === 'always') return this.#forwardOrEnd(dial, forward, 'always', 'noanswer')
    if (behaviour.kind === 'unregistered') return this.#forwardOrEnd(dial, forward, 'no-answer', 'chanunavail')
    if (behaviour.kind === 'busy' || this.#context.isEngaged(party.number))
      return this.#forwardOrEnd(dial, forward, 'busy', 'busy')
    this.#ring(dial, phone)
  }

  /** Rings a telephone that is free. */
  #ring(dial: Dial, { party, behaviour, forward }: Phone): void {
    const { call } = dial
    const leg = beginLeg(this.#context, call, party, 'own')
    const after = (ms: number, run: () => void) => leg.timers.push(this.#context.after(ms, run))
    const failAs = (reason: ForwardReason, status: CallEndStatus) => () => {
      endLegs(this.#context, call, status)
      if (forward?.when === reason) this.#forwardOrEnd(dial, forward, reason, status)
      else endCall(this.#context, call, status)
    }
    after(this.#context.plan.ringTime, failAs('no-answer', 'noanswer'))
    this.#rejections.set(leg, failAs('busy', 'busy'))
    switch (behaviour.kind) {
      case 'answer':
        after(behaviour.after, () => answerCall(this.#context, call, leg))
        break
      case 'reject':
        after(behaviour.after, failAs('busy', 'busy'))
        break
      case 'refuse':
        after(behaviour.after, failAs('busy', 'dontcall'))
    }
  }

  #forwardOrEnd(dial: Dial, forward: Phone['forward'], reason: ForwardReason, status: CallEndStatus): void {
    if (forward?.when !== reason) return this.#endSoon(dial.call, status)
    if (dial.forwardings >= MAX_FORWARDINGS) return this.#endSoon(dial.call, 'congestion')
    this.#reach({ ...dial, number: forward.to, forwardings: dial.forwardings + 1 })
  }

  #endSoon(call: Call, status: CallEndStatus): void {
    call.status = status
    this.#context.after(LOOKUP, () => endCall(this.#context, call, status), call)
  }

  /** The party that a redirected call shows: the company's number that the caller dialled, or else its first line. */
  #redirectingParty(call: Call): Party {
    const { lines, redirectsShow } = this.#context.plan
    const number = lines.find(line => line.number === call.called)?.number ?? lines[0]?.number
    return number === undefined || redirectsShow === 'caller' ? call.caller : { number, name: number }
  }
}

export function createDialling(context: ExchangeContext, queues: Queues): Dialling {
  return new ExchangeDialling(context, queues)
}
