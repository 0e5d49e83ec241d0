import fc from 'fast-check'
import type { CallSeed, QueueSeed } from '../../../src/index.js'
import { begin, created, end, join, left, member, offer, pickup, redirection } from './frames.js'

// What no exchange would send: frames and snapshots of few ids, in any order.

const ids = fc.constantFrom('__proto__', 'constructor', 'C', 'D', 'A1', 'A2', '1.7', '1795500000.7')
const queues = fc.constantFrom<string | number>(601, '602', '__proto__')
const numbers = fc.constantFrom<string | number>('12', 12, 13, '0900111222', 900_111_222, '', '601', '0220282028')
/** Frames about calls. */
export const frames = fc.oneof(
  fc.tuple(ids, numbers, numbers).map(([id, callee, caller]) => begin(id, callee, { caller })),
  fc.tuple(ids, numbers).map(([id, target]) => redirection(id, String(target))),
  fc.tuple(ids, ids, numbers).map(([id, parent, agent]) => offer(id, parent, String(agent))),
  fc.tuple(ids, fc.constantFrom('r1', 'r2', '__proto__', '')).map(([id, random]) => created(id, random)),
  fc
    .tuple(queues, ids, fc.constantFrom<number | string>(0, 1, 2, '3', -1))
    .map(([queue, id, position]) => join(queue, id, position)),
  fc.tuple(queues, ids).map(([queue, id]) => left(queue, id)),
  ids.map(id => pickup(id)),
  ids.map(id => end(id)),
)
/** Frames about the agents of the same queues. */
export const memberFrames = fc
  .tuple(fc.constantFrom('add', 'remove', 'pause', 'unpause'), queues, fc.constantFrom('12', '13'))
  .map(([event, queue, who]) => member(event, queue, who, 'Peter'))

/** Snapshots of calls. */
export const callSeeds: fc.Arbitrary<CallSeed[]> = fc.array(
  fc.record({
    uniqueId: ids,
    phase: fc.constantFrom('ringing', 'queued', 'answered'),
    fromQueueUniqueId: fc.option(ids, { nil: undefined }),
    callee: numbers.map(String),
  }),
  { maxLength: 4 },
)

/** Snapshots of queues. */
export const queueSeeds: fc.Arbitrary<QueueSeed[]> = fc.array(
  fc.record({
    queue: queues.map(String),
    members: fc.constant([]),
    waiting: fc.array(fc.record({ uniqueId: ids }), { maxLength: 3 }),
  }),
  { maxLength: 2 },
)
