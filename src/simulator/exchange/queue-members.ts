import type { ExchangeCommands } from './exchange-api.js'
import type { ExchangeContext } from './exchange-context.js'
import type { Offers } from './offers.js'
import type { QueueState, QueueStates } from './queue-states.js'

/** Commands on the members of queues. */
export type MemberCommands = Pick<ExchangeCommands, 'pause' | 'unpause' | 'addMember' | 'removeMember'>

function memberOf(state: QueueState, number: string): QueueState['members'][number] | undefined {
  return state.members.find(({ party }) => party.number === number)
}

export function createMemberCommands(context: ExchangeContext, states: QueueStates, offers: Offers): MemberCommands {
  /** The queues that have this member: the named one, or all. In the order of the plan. */
  const queuesOf = (number: string, queue: string | undefined) =>
    [...states.byName].filter(([name, state]) => (queue ?? name) === name && memberOf(state, number) !== undefined)

  /** Pauses or unpauses a member. A member that is paused already is announced again, as on the live wire. */
  const setPaused = (number: string, queue: string | undefined, paused: boolean) => {
    for (const [name, state] of queuesOf(number, queue)) {
      const member = memberOf(state, number)
      if (member === undefined) continue
      member.paused = paused
      context.emit({ fact: paused ? 'paused' : 'unpaused', queue: name, member: member.party })
      if (!paused) offers.serveSoon(state)
    }
  }

  return {
    pause: (member, queue) => setPaused(member, queue, true),
    unpause: (member, queue) => setPaused(member, queue, false),
    addMember: (number, queue, paused) => {
      const state = states.byName.get(queue)
      if (state === undefined) return
      const party = context.partyAt(number)
      const known = memberOf(state, number)
      if (known === undefined) states.addMember(state, party, paused ?? false)
      else known.paused = paused ?? known.paused
      context.emit({ fact: 'added', queue, member: party })
      offers.serveSoon(state)
    },
    removeMember: (number, queue) => {
      for (const [name, state] of queuesOf(number, queue)) {
        states.removeMember(state, number)
        context.emit({ fact: 'removed', queue: name, member: context.partyAt(number) })
      }
    },
  }
}
