// @ts-check
// The traffic of the benchmarks. Frames are made as text before anything is measured.

/** The names of all events. */
export const NAMES = /** @type {const} */ ([
  'call.begin',
  'call.pickup',
  'call.end',
  'call.create_response',
  'queue.add',
  'queue.remove',
  'queue.pause',
  'queue.unpause',
  'queue.join',
  'queue.left',
])

const person = { caller: '0910000001', caller_name: 'Jan Novak', callee: '12', callee_name: 'Peter' }

/** One event of each name in turn. @param {number} index */
export function mixedEvent(index) {
  const unique_id = `1795418999.${index}`
  const member = { queue: 601, member: '12' }
  switch (index % 10) {
    case 0:
      return {
        event: 'call.begin',
        ...person,
        called_number: '0220282028',
        unique_id,
        from_queue_unique_id: '1795418990.1',
      }
    case 1:
      return { event: 'call.pickup', unique_id }
    case 2:
      return { event: 'call.end', unique_id, status: 'answer' }
    case 3:
      return { event: 'call.create_response', unique_id, call_random_id: `b7d2f1${index}` }
    case 4:
      return { event: 'queue.add', ...member, member_name: 'Peter' }
    case 5:
      return { event: 'queue.remove', ...member, member_name: 'Peter' }
    case 6:
      return { event: 'queue.pause', ...member }
    case 7:
      return { event: 'queue.unpause', ...member }
    case 8:
      return {
        event: 'queue.join',
        queue: 601,
        caller: '0910000001',
        caller_name: '0910000001',
        unique_id,
        position: 1,
      }
    default:
      return { event: 'queue.left', queue: 601, unique_id, holdtime: 12 }
  }
}

/** The id of a call's own channel. @param {number} call */
export const idOf = call => `1795500000.${call}`

/** The id of an agent's leg: never one of a call's own channel. @param {number} leg */
export const legIdOf = leg => `1795500001.${leg}`

/** A customer who waits, is offered to an agent, and is taken: four frames. @param {number} call */
export function beginning(call) {
  const caller = { caller: `09${call}`, caller_name: `09${call}` }
  const called_number = '0220282028'
  const unique_id = idOf(call)
  return [
    { event: 'call.begin', ...caller, callee: '601', callee_name: '601', called_number, unique_id },
    { event: 'queue.join', queue: 601, ...caller, unique_id, position: 1 },
    {
      event: 'call.begin',
      ...caller,
      callee: '12',
      callee_name: 'Peter',
      called_number,
      unique_id: legIdOf(call),
      from_queue_unique_id: unique_id,
    },
    { event: 'call.pickup', unique_id: legIdOf(call) },
  ]
}

/** The end of that: two frames. @param {number} call */
export const ending = call => [
  { event: 'call.end', unique_id: legIdOf(call), status: 'answer' },
  { event: 'call.end', unique_id: idOf(call), status: 'answer' },
]

/**
 * Frames as text: first the beginning of so many calls, which stay live, then calls that begin and end for ever.
 *
 * @param {number} live
 * @param {boolean} [isOldestFirst] whether the oldest live call ends, rather than the one that has just begun
 * @returns {Generator<string, never>}
 */
export function* callTraffic(live, isOldestFirst = false) {
  for (let call = 0; call < live; call += 1) for (const frame of beginning(call)) yield JSON.stringify(frame)
  for (let call = live; ; call += 1) {
    for (const frame of beginning(call)) yield JSON.stringify(frame)
    for (const frame of ending(isOldestFirst ? call - live : call)) yield JSON.stringify(frame)
  }
}

/**
 * The next so many of a generator.
 *
 * @template T
 * @param {Iterator<T, never>} from
 * @param {number} count
 */
export const take = (from, count) => Array.from({ length: count }, () => from.next().value)
