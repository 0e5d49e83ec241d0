import type { PbxEventName } from '../../protocol/events.js'
import { currentId, type Fact, type Party } from './exchange-model.js'

/** An event with its fields as on the wire. */
export interface EventFrame {
  readonly event: PbxEventName
  readonly [field: string]: string | number
}

/** Encodes a fact as an event of the wire; undefined where a dialect has no event for the fact. */
export type EventEncoder = (fact: Fact) => EventFrame | undefined

/** Encodes a queue: a number on the wire (document: Integer), a text where its digits are no such number. */
function encodeQueue(queue: string): string | number {
  return /^[1-9]\d*$/.test(queue) ? Number(queue) : queue
}

function encodeBegin(caller: Party, callee: Party, called_number: string, unique_id: string): EventFrame {
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

function encodeJoin({ call, queue, position }: Extract<Fact, { fact: 'joined' }>): EventFrame {
  return {
    event: 'queue.join',
    queue: encodeQueue(queue),
    caller: call.caller.number,
    caller_name: call.caller.name,
    unique_id: currentId(call),
    position,
  }
}

/** The encoder of the live service's dialect: a leg of its own for every offer, ids that change. */
export const encodeAsAsterisk: EventEncoder = fact => {
  switch (fact.fact) {
    case 'created':
      return {
        event: 'call.create_response',
        unique_id: currentId(fact.call),
        call_random_id: fact.call.randomId ?? '',
      }
    case 'dialled':
      return encodeBegin(fact.shows, fact.party, fact.called, currentId(fact.call))
    case 'offered':
      return {
        ...encodeBegin(fact.call.caller, fact.leg.party, fact.call.called, fact.leg.id),
        from_queue_unique_id: currentId(fact.call),
      }
    case 'answered':
      return { event: 'call.pickup', unique_id: fact.leg.kind === 'agent' ? fact.leg.id : currentId(fact.call) }
    case 'queue-answered':
      return { event: 'call.pickup', unique_id: currentId(fact.call) }
    case 'leg-ended':
      // the end of a leg on the caller's own channel has no event
      return fact.leg.kind === 'agent' ? { event: 'call.end', unique_id: fact.leg.id, status: fact.status } : undefined
    case 'ended':
      return { event: 'call.end', unique_id: currentId(fact.call), status: fact.status }
    case 'joined':
      return encodeJoin(fact)
    case 'left':
      return {
        event: 'queue.left',
        queue: encodeQueue(fact.queue),
        unique_id: currentId(fact.call),
        holdtime: fact.holdtime,
      }
    case 'added':
    case 'removed': {
      const event = fact.fact === 'added' ? 'queue.add' : 'queue.remove'
      return { event, queue: encodeQueue(fact.queue), member: fact.member.number, member_name: fact.member.name }
    }
    case 'paused':
      return { event: 'queue.pause', queue: encodeQueue(fact.queue), member: fact.member.number }
    case 'unpaused':
      return { event: 'queue.unpause', queue: encodeQueue(fact.queue), member: fact.member.number }
  }
}

/**
 * The encoder of the vendor's document, taken literally: all events of a call carry one id, and a caller whom an agent
 * took causes no `queue.left`.
 */
export const encodeAsDocument: EventEncoder = fact => {
  switch (fact.fact) {
    case 'offered':
    case 'leg-ended':
    case 'queue-answered':
      return undefined
    case 'answered':
      return { event: 'call.pickup', unique_id: currentId(fact.call) }
    case 'left':
      return fact.taken ? undefined : encodeAsAsterisk(fact)
    default:
      return encodeAsAsterisk(fact)
  }
}
