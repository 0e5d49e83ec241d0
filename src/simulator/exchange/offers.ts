import type { CallEndStatus } from '../../protocol/events.js'
import { answerCall, beginLeg, endLeg, IMMEDIATELY } from './call-lifecycle.js'
import type { ExchangeContext } from './exchange-context.js'
import type { Call, Leg, Party } from './exchange-model.js'
import type { QueueState, QueueStates } from './queue-states.js'

/** Offers of waiting callers to free members. */
export interface Offers {
  /** Offers the waiting callers to free members, the first caller first. */
  serve(state: QueueState): void
  /** Serves the queue after its retry time, because a member may be free. */
  serveSoon(state: QueueState): void
  /** Ends an offer without an answer. The next member gets one after the retry time. */
  decline(call: Call, leg: Leg, status: CallEndStatus): void
  /** Connects the caller with an agent; false when the caller does not wait. */
  take(call: Call, leg: Leg): boolean
  /** Gives back the member that was kept free for a caller between two offers. */
  withdraw(call: Call, state: QueueState): void
}

/** ms for which the second offer to an agent who already talks to that caller rings. */
const STRAY_OFFER = 1_500

/** Hold time in whole seconds as an Asterisk counts them, by the seconds of the clock: 6.8 s can be 7 or 6. */
export function holdTime(from: number, to: number): number {
  return Math.floor(to / 1_000) - Math.floor(from / 1_000)
}

class QueueOffers implements Offers {
  readonly #context: ExchangeContext
  readonly #states: QueueStates
  /** Index of the member after the last one that got an offer in turn. */
  readonly #turns = new Map<QueueState, number>()
  /** Callers between two offers. Each keeps a place in the queue, and with it a free member. */
  readonly #resting = new Set<Call>()
  /** Queues that `serveSoon` has a timer for. */
  readonly #serving = new Set<QueueState>()

  constructor(context: ExchangeContext, states: QueueStates) {
    this.#context = context
    this.#states = states
  }

  serve(state: QueueState): void {
    const isRingAll = state.plan.strategy === 'ring-all'
    /** Members that callers between two offers keep. */
    let kept = 0
    for (const call of state.waiting.filter(({ legs }) => legs.length === 0)) {
      if (this.#resting.has(call)) {
        kept += 1
        continue
      }
      const candidates = this.#states.freeMembers(state)
      if (candidates.length <= kept || (isRingAll && kept > 0)) return
      if (isRingAll) for (const { party } of candidates) this.#offer(state, call, party)
      else this.#offerInTurn(state, call, candidates)
    }
  }

  serveSoon(state: QueueState): void {
    if (this.#serving.has(state) || state.waiting.length === 0) return
    this.#serving.add(state)
    this.#context.after(state.plan.retry, () => {
      this.#serving.delete(state)
      this.serve(state)
    })
  }

  decline(call: Call, leg: Leg, status: CallEndStatus): void {
    const { random, plan } = this.#context
    const state = this.#states.of(call)
    const isLate = state !== undefined && random.chance(plan.quirks.lateLegEnd)
    endLeg(this.#context, call, leg, status, isLate ? state.plan.retry + 2 * IMMEDIATELY : 0)
    if (state === undefined || call.legs.length > 0) return
    const retry = () => {
      this.#resting.delete(call)
      this.serve(state)
    }
    this.#resting.add(call)
    this.#context.after(state.plan.retry, retry, call)
  }

  take(call: Call, leg: Leg): boolean {
    const { random, plan, now } = this.#context
    const state = this.#states.of(call)
    if (state === undefined || call.queue === undefined) return false
    const holdtime = holdTime(call.queue.joinedAt, now)
    state.waiting.splice(state.waiting.indexOf(call), 1)
    call.queue = undefined
    answerCall(this.#context, call, leg)
    if (random.chance(plan.quirks.leftAfterPickup))
      this.#context.emit({ fact: 'left', call, queue: state.plan.queue, holdtime, taken: true })
    if (random.chance(plan.quirks.offeredWhileTalking)) this.#offerAgain(call, leg.party)
    return true
  }

  withdraw(call: Call, state: QueueState): void {
    if (this.#resting.delete(call)) this.serveSoon(state)
  }

  #offerInTurn(state: QueueState, call: Call, candidates: QueueState['members']): void {
    const turn = this.#turns.get(state) ?? 0
    const inTurn = state.members.findIndex((member, index) => index >= turn && candidates.includes(member))
    const index = inTurn === -1 ? state.members.findIndex(member => candidates.includes(member)) : inTurn
    const member = state.members[index]
    if (member === undefined) return
    this.#turns.set(state, index + 1)
    this.#offer(state, call, member.party)
  }

  #offer(state: QueueState, call: Call, agent: Party): void {
    const { random, plan } = this.#context
    const leg = beginLeg(this.#context, call, agent, 'agent')
    const after = (ms: number, run: () => void) => leg.timers.push(this.#context.after(ms, run))
    this.#context.emit({ fact: 'offered', call, leg })
    if (random.chance(plan.quirks.offeredTwice)) this.#context.emit({ fact: 'offered', call, leg })
    after(state.plan.ringTime, () => this.decline(call, leg, plan.givenUp))
    const callee = this.#context.calleeAt(agent.number)
    if (callee?.kind !== 'phone') return
    switch (callee.behaviour.kind) {
      case 'answer':
        after(callee.behaviour.after, () => this.take(call, leg))
        break
      case 'reject':
      case 'refuse':
        after(callee.behaviour.after, () => this.decline(call, leg, 'busy'))
        break
      case 'busy':
        after(IMMEDIATELY, () => this.decline(call, leg, 'busy'))
    }
  }

  /** Offers the caller once more to the agent who has just taken the call. */
  #offerAgain(call: Call, agent: Party): void {
    const ring = () => {
      const leg = beginLeg(this.#context, call, agent, 'agent')
      this.#context.emit({ fact: 'offered', call, leg })
      const end = () => endLeg(this.#context, call, leg, this.#context.plan.givenUp)
      leg.timers.push(this.#context.after(STRAY_OFFER, end))
    }
    this.#context.after(STRAY_OFFER, ring, call)
  }
}

export function createOffers(context: ExchangeContext, states: QueueStates): Offers {
  return new QueueOffers(context, states)
}
