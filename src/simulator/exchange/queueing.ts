import type { CallEndStatus } from '../../protocol/events.js'
import { AT_ONCE, answer, beginLeg, calm, endCall, endLeg, endLegs } from './call-lifecycle.js'
import type { ResolvedQueue } from './exchange-config.js'
import type { Floor } from './exchange-context.js'
import type { Call, Leg, Party } from './exchange-model.js'

/** A queue as it stands. */
export interface QueueState {
  readonly plan: ResolvedQueue
  /** In the order in which they are asked. */
  readonly members: { readonly party: Party; paused: boolean }[]
  /** In the order in which they came. */
  readonly waiting: Call[]
}

/** The queues, their members and those who wait. */
export interface Queues {
  readonly states: ReadonlyMap<string, QueueState>
  /** A caller starts waiting. */
  join(call: Call, name: string): void
  /** A caller leaves without having been taken; what becomes of them is another's business. */
  leave(call: Call): void
  /** A caller who waits hangs up. */
  abandon(call: Call): void
  /** A member declines, or is rejected for: the next one is asked. */
  decline(call: Call, leg: Leg, status: CallEndStatus): void
  /** An agent takes the caller; false when the caller does not wait. */
  take(call: Call, leg: Leg): boolean
  /** A telephone has become free. */
  freed(number: string): void
  change(name: string, change: 'add' | 'remove' | 'pause' | 'unpause', member: Party, paused?: boolean): void
}

/** ms an offer to an agent who talks to that very caller stays. */
const STRAY_OFFER = 1_500

export function createQueues(floor: Floor): Queues {
  const { quirks, givenUp, hop } = floor.plan
  const states = new Map<string, QueueState>(
    floor.plan.queues.map(plan => [
      plan.queue,
      {
        plan,
        members: plan.members.map(number => ({ party: floor.party(number), paused: plan.paused.includes(number) })),
        waiting: [],
      },
    ]),
  )
  const memberOf = new Map<string, Set<QueueState>>()
  for (const state of states.values()) for (const member of state.members) enrol(member.party.number, state)
  function enrol(number: string, state: QueueState) {
    memberOf.set(number, (memberOf.get(number) ?? new Set()).add(state))
  }

  /** Where the next round of asking begins. */
  const turns = new Map<QueueState, number>()
  /** Callers between two offers. */
  const resting = new Set<Call>()
  /** Queues that will look for free agents in a moment. */
  const waking = new Set<QueueState>()

  const stateOf = (call: Call) =>
    call.queue === undefined || call.phase !== 'queued' ? undefined : states.get(call.queue.name)

  const free = ({ members }: QueueState) =>
    members.filter(({ party: { number }, paused }) => {
      const callee = floor.at(number)
      return !paused && !floor.engaged(number) && callee?.kind === 'phone' && callee.behaviour.kind !== 'unregistered'
    })

  /** Asks free agents for those who wait, the first first. */
  const serve = (state: QueueState) => {
    let kept = 0
    for (const call of [...state.waiting]) {
      if (call.legs.length > 0) continue
      // who rests a moment between two offers keeps the place, and so an agent
      if (resting.has(call)) {
        kept += 1
        continue
      }
      const candidates = free(state)
      if (candidates.length <= kept) return
      if (state.plan.strategy === 'ring-all') {
        if (kept > 0) return
        for (const { party } of candidates) offer(state, call, party)
        continue
      }
      const turn = turns.get(state) ?? 0
      const inTurn = state.members.findIndex((member, index) => index >= turn && candidates.includes(member))
      const index = inTurn === -1 ? state.members.findIndex(member => candidates.includes(member)) : inTurn
      const member = state.members[index]
      if (member === undefined) return
      turns.set(state, index + 1)
      offer(state, call, member.party)
    }
  }

  const wake = (state: QueueState) => {
    if (waking.has(state) || state.waiting.length === 0) return
    waking.add(state)
    floor.after(state.plan.retry, () => {
      waking.delete(state)
      serve(state)
    })
  }

  const offer = (state: QueueState, call: Call, agent: Party) => {
    const leg = beginLeg(floor, call, agent, 'agent')
    floor.tell({ fact: 'offered', call, leg })
    if (floor.random.chance(quirks.offeredTwice)) floor.tell({ fact: 'offered', call, leg })
    const callee = floor.at(agent.number)
    const behaviour = callee?.kind === 'phone' ? callee.behaviour : undefined
    leg.timers.push(floor.after(state.plan.ringTime, () => decline(call, leg, givenUp)))
    if (behaviour?.kind === 'answer') leg.timers.push(floor.after(behaviour.after, () => take(call, leg)))
    if (behaviour?.kind === 'reject' || behaviour?.kind === 'refuse')
      leg.timers.push(floor.after(behaviour.after, () => decline(call, leg, 'busy')))
    if (behaviour?.kind === 'busy') leg.timers.push(floor.after(AT_ONCE, () => decline(call, leg, 'busy')))
  }

  const decline = (call: Call, leg: Leg, status: CallEndStatus) => {
    const state = stateOf(call)
    const late = state !== undefined && floor.random.chance(quirks.lateLegEnd)
    endLeg(floor, call, leg, status, late ? state.plan.retry + 2 * AT_ONCE : 0)
    if (state === undefined || call.legs.length > 0) return
    resting.add(call)
    floor.after(
      state.plan.retry,
      () => {
        resting.delete(call)
        serve(state)
      },
      call,
    )
  }

  const take = (call: Call, leg: Leg) => {
    const state = stateOf(call)
    if (state === undefined || call.queue === undefined) return false
    const holdtime = heldFor(call.queue.joinedAt, floor.now)
    state.waiting.splice(state.waiting.indexOf(call), 1)
    call.queue = undefined
    answer(floor, call, leg)
    if (floor.random.chance(quirks.leftAfterPickup))
      floor.tell({ fact: 'left', call, queue: state.plan.queue, holdtime, taken: true })
    if (floor.random.chance(quirks.offeredWhileTalking)) stray(call, leg.party)
    return true
  }

  /** A second offer to the agent who has just taken the call. */
  const stray = (call: Call, agent: Party) => {
    floor.after(
      STRAY_OFFER,
      () => {
        const leg = beginLeg(floor, call, agent, 'agent')
        floor.tell({ fact: 'offered', call, leg })
        leg.timers.push(floor.after(STRAY_OFFER, () => endLeg(floor, call, leg, givenUp)))
      },
      call,
    )
  }

  const leave = (call: Call) => {
    const state = stateOf(call)
    if (state === undefined || call.queue === undefined) return
    calm(call)
    state.waiting.splice(state.waiting.indexOf(call), 1)
    // an agent was kept for them
    if (resting.delete(call)) wake(state)
    floor.tell({
      fact: 'left',
      call,
      queue: state.plan.queue,
      holdtime: heldFor(call.queue.joinedAt, floor.now),
      taken: false,
    })
  }

  const join = (call: Call, name: string) => {
    const state = states.get(name)
    if (state === undefined) return
    if (call.queue === undefined && floor.random.chance(quirks.queuePickup))
      floor.tell({ fact: 'queue-answered', call })
    call.phase = 'queued'
    call.queue = { name, joinedAt: floor.now, since: call.queue?.since ?? floor.now }
    state.waiting.push(call)
    floor.tell({ fact: 'joined', call, queue: name, position: state.waiting.length })
    if (Number.isFinite(state.plan.timeout)) floor.after(state.plan.timeout, () => overflow(call, state), call)
    serve(state)
  }

  const overflow = (call: Call, { plan: { overflow: next } }: QueueState) => {
    leave(call)
    endLegs(floor, call, givenUp)
    if (next === undefined) return endCall(floor, call, 'noanswer')
    call.phase = 'hopping'
    floor.after(hop, () => join(call, next), call)
  }

  return {
    states,
    join,
    leave,
    decline,
    take,
    abandon: call => {
      leave(call)
      if (!floor.random.chance(quirks.ringingLegEndsLast)) endLegs(floor, call, 'cancel')
      endCall(floor, call, 'cancel')
    },
    freed: number => {
      for (const state of memberOf.get(number) ?? []) wake(state)
    },
    change: (name, change, member, paused) => {
      const state = states.get(name)
      if (state === undefined) return
      const index = state.members.findIndex(({ party }) => party.number === member.number)
      const known = state.members[index]
      switch (change) {
        case 'add':
          if (known === undefined) state.members.push({ party: member, paused: paused ?? false })
          else known.paused = paused ?? known.paused
          enrol(member.number, state)
          floor.tell({ fact: 'added', queue: name, member })
          return wake(state)
        case 'remove':
          if (known === undefined) return
          state.members.splice(index, 1)
          memberOf.get(member.number)?.delete(state)
          return floor.tell({ fact: 'removed', queue: name, member })
        case 'pause':
        case 'unpause':
          if (known === undefined) return
          known.paused = change === 'pause'
          // said again of an agent who is paused already, as it is on the wire
          floor.tell({ fact: change === 'pause' ? 'paused' : 'unpaused', queue: name, member: known.party })
          if (change === 'unpause') wake(state)
      }
    },
  }
}

/** Whole seconds as an Asterisk counts them: by the seconds of the clock, so that 6.8 s can be 7 or 6. */
function heldFor(from: number, to: number): number {
  return Math.floor(to / 1_000) - Math.floor(from / 1_000)
}
