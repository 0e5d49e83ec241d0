import type { Stage } from './stage.js'

// Frames as the wire has them, in as few words as a story needs.

export const CUSTOMER = '0900111222'
export const COMPANY = '0220282028'

/** The begin of a call: the customer dials the company, unless `more` says otherwise. */
export function begin(id: string, callee: string | number, more: object = {}): object {
  return {
    event: 'call.begin',
    caller: CUSTOMER,
    caller_name: '',
    callee,
    callee_name: '',
    called_number: COMPANY,
    unique_id: id,
    ...more,
  }
}
/** A queue rings an agent for a caller. */
export function offer(id: string, parent: string, agent: string, more: object = {}): object {
  return begin(id, agent, { from_queue_unique_id: parent, ...more })
}
/** Somebody else is put in the place of the called party: in the name of the company. */
export function redirection(id: string, target: string, more: object = {}): object {
  return begin(id, target, { caller: COMPANY, called_number: target, ...more })
}
export function pickup(id: string): object {
  return { event: 'call.pickup', unique_id: id }
}
export function end(id: string, status = 'answer'): object {
  return { event: 'call.end', unique_id: id, status }
}
export function created(id: string, random = 'r1'): object {
  return { event: 'call.create_response', unique_id: id, call_random_id: random }
}
export function join(queue: string | number, id: string, position: number | string = 1, more: object = {}): object {
  return { event: 'queue.join', queue, caller: CUSTOMER, caller_name: '', unique_id: id, position, ...more }
}
export function left(queue: string | number, id: string): object {
  return { event: 'queue.left', queue, unique_id: id, holdtime: 30 }
}
export function member(
  event: 'add' | 'remove' | 'pause' | 'unpause',
  queue: string | number,
  who: string | number,
  name = '',
): object {
  return {
    event: `queue.${event}`,
    queue,
    member: who,
    ...((event === 'add' || event === 'remove') && { member_name: name }),
  }
}

/** The waiting list of a queue: `C@1, D@2 leaving`. */
export function waiting({ calls }: Stage, queue: string): string {
  return calls
    .waiting(queue)
    .map(
      ({ state, snapshot, left: leaving }) =>
        `${state.call.id}@${snapshot.position}${leaving === undefined ? '' : ' leaving'}`,
    )
    .join(', ')
}
/** The legs of a call: `agent 12 noanswer, agent 13`. */
export function legs(on: Stage, id: string): string {
  return on
    .call(id)
    .legs.map(({ kind, callee, status, endedAt }) =>
      [kind, callee, status ?? (endedAt === undefined ? undefined : 'over')].filter(Boolean).join(' '),
    )
    .join(', ')
}
