import { cancelCallTimers, endCall, endLegs } from './call-lifecycle.js'
import type { ExchangeContext } from './exchange-context.js'
import type { Call } from './exchange-model.js'
import { holdTime, type Offers } from './offers.js'
import type { QueueState, QueueStates } from './queue-states.js'

/** The ways of a caller into and out of queues. */
export interface Queues {
  /** Starts the waiting of a caller. */
  join(call: Call, name: string): void
  /** Takes a caller out of the queue without an agent. The caller's channel goes on. */
  leave(call: Call): void
  /** Ends the call of a waiting caller who hangs up. */
  abandon(call: Call): void
}

export function createQueues(context: ExchangeContext, states: QueueStates, offers: Offers): Queues {
  const { quirks, givenUp, hop } = context.plan

  const leave = (call: Call) => {
    const state = states.of(call)
    if (state === undefined || call.queue === undefined) return
    cancelCallTimers(call)
    state.waiting.splice(state.waiting.indexOf(call), 1)
    offers.withdraw(call, state)
    context.emit({
      fact: 'left',
      call,
      queue: state.plan.queue,
      holdtime: holdTime(call.queue.joinedAt, context.now),
      taken: false,
    })
  }

  /** Ends the waiting in a queue at its timeout. */
  const overflow = (call: Call, { plan: { overflow: next } }: QueueState) => {
    leave(call)
    endLegs(context, call, givenUp)
    if (next === undefined) return endCall(context, call, 'noanswer')
    call.phase = 'hopping'
    context.after(hop, () => join(call, next), call)
  }

  const join = (call: Call, name: string) => {
    const state = states.byName.get(name)
    if (state === undefined) return
    if (call.queue === undefined && context.random.chance(quirks.queuePickup))
      context.emit({ fact: 'queue-answered', call })
    call.phase = 'queued'
    call.queue = { name, joinedAt: context.now, since: call.queue?.since ?? context.now }
    state.waiting.push(call)
    context.emit({ fact: 'joined', call, queue: name, position: state.waiting.length })
    if (Number.isFinite(state.plan.timeout)) context.after(state.plan.timeout, () => overflow(call, state), call)
    offers.serve(state)
  }

  return {
    join,
    leave,
    abandon: call => {
      leave(call)
      if (!context.random.chance(quirks.ringingLegEndsLast)) endLegs(context, call, 'cancel')
      endCall(context, call, 'cancel')
    },
  }
}
