import type { PbxEventName } from '../../protocol/events.js'
import { type Fact, newest, type Party } from './exchange-model.js'

/** An event as the wire says it. */
export interface EventFrame {
  readonly event: PbxEventName
  readonly [field: string]: string | number
}

/** Puts a fact into the words of the wire; nothing where a dialect has no word for it. */
export type Dialect = (fact: Fact) => EventFrame | undefined

/** A queue's number is a number on the wire (document: Integer), unless it is none. */
const wired = (queue: string) => (/^[1-9]\d*$/.test(queue) ? Number(queue) : queue)

/** As the live service speaks: a leg of its own for every offer, ids that change. */
export const asterisk: Dialect = fact => {
  switch (fact.fact) {
    case 'created':
      return { event: 'call.create_response', unique_id: newest(fact.call), call_random_id: fact.call.randomId ?? '' }
    case 'dialled':
      return begin(fact.shows, fact.party, fact.called, newest(fact.call))
    case 'offered':
      return {
        ...begin(fact.call.caller, fact.leg.party, fact.call.called, fact.leg.id),
        from_queue_unique_id: newest(fact.call),
      }
    case 'answered':
      return { event: 'call.pickup', unique_id: fact.leg.kind === 'agent' ? fact.leg.id : newest(fact.call) }
    case 'queue-answered':
      return { event: 'call.pickup', unique_id: newest(fact.call) }
    case 'leg-ended':
      // what becomes of a party on the caller's own channel is not told
      return fact.leg.kind === 'agent' ? { event: 'call.end', unique_id: fact.leg.id, status: fact.status } : undefined
    case 'ended':
      return { event: 'call.end', unique_id: newest(fact.call), status: fact.status }
    case 'joined': {
      const { number: caller, name: caller_name } = fact.call.caller
      return {
        event: 'queue.join',
        queue: wired(fact.queue),
        caller,
        caller_name,
        unique_id: newest(fact.call),
        position: fact.position,
      }
    }
    case 'left':
      return { event: 'queue.left', queue: wired(fact.queue), unique_id: newest(fact.call), holdtime: fact.holdtime }
    case 'added':
    case 'removed': {
      const event = fact.fact === 'added' ? 'queue.add' : 'queue.remove'
      return { event, queue: wired(fact.queue), member: fact.member.number, member_name: fact.member.name }
    }
    case 'paused':
      return { event: 'queue.pause', queue: wired(fact.queue), member: fact.member.number }
    case 'unpaused':
      return { event: 'queue.unpause', queue: wired(fact.queue), member: fact.member.number }
  }
}

/** The vendor's document to the letter: all events of a call carry one id, and `queue.left` is not said of a caller whom an agent took. */
export const document: Dialect = fact => {
  switch (fact.fact) {
    case 'offered':
    case 'leg-ended':
    case 'queue-answered':
      return undefined
    case 'answered':
      return { event: 'call.pickup', unique_id: newest(fact.call) }
    case 'left':
      return fact.taken ? undefined : asterisk(fact)
    default:
      return asterisk(fact)
  }
}

function begin(caller: Party, callee: Party, called_number: string, unique_id: string): EventFrame {
  return {
    event: 'call.begin',
    caller: caller.number,
    caller_name: caller.name,
    callee: callee.number,
    callee_name: callee.name,
    called_number,
    unique_id,
  }
}
