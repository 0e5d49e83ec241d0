import { addTo, type Multimap, removeFrom } from '../../shared/multimap.js'
import type { ResolvedQueue } from './exchange-config.js'
import type { ExchangeContext } from './exchange-context.js'
import type { Call, Party } from './exchange-model.js'

/** A queue with its members and callers of the moment. */
export interface QueueState {
  readonly plan: ResolvedQueue
  /** Members, in the order of the offers. */
  readonly members: { readonly party: Party; paused: boolean }[]
  /** Waiting callers, in the order of their joins. */
  readonly waiting: Call[]
}

/** The queues of an exchange, by name and by member. */
export interface QueueStates {
  readonly byName: ReadonlyMap<string, QueueState>
  /** The queue in which a call waits; undefined when it waits in none. */
  of(call: Call): QueueState | undefined
  /** The queues that have this member. */
  withMember(number: string): Iterable<QueueState>
  addMember(state: QueueState, party: Party, paused: boolean): void
  removeMember(state: QueueState, number: string): void
  /** Members whom a call can be offered to: neither paused nor engaged, with a registered telephone. */
  freeMembers(state: QueueState): QueueState['members']
}

export function createQueueStates(context: ExchangeContext): QueueStates {
  const byName = new Map<string, QueueState>()
  const byMember: Multimap<string, QueueState> = new Map()
  const addMember = (state: QueueState, party: Party, paused: boolean) => {
    state.members.push({ party, paused })
    addTo(byMember, party.number, state)
  }
  for (const plan of context.plan.queues) {
    const state: QueueState = { plan, members: [], waiting: [] }
    byName.set(plan.queue, state)
    for (const number of plan.members) addMember(state, context.partyAt(number), plan.paused.includes(number))
  }
  return {
    byName,
    of: call => (call.queue === undefined || call.phase !== 'queued' ? undefined : byName.get(call.queue.name)),
    withMember: number => byMember.get(number) ?? [],
    addMember,
    removeMember: (state, number) => {
      state.members.splice(
        state.members.findIndex(({ party }) => party.number === number),
        1,
      )
      removeFrom(byMember, number, state)
    },
    freeMembers: ({ members }) =>
      members.filter(({ party: { number }, paused }) => {
        if (paused || context.isEngaged(number)) return false
        const callee = context.calleeAt(number)
        return callee?.kind === 'phone' && callee.behaviour.kind !== 'unregistered'
      }),
  }
}
