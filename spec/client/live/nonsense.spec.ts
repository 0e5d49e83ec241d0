import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { CallSeed } from '../../../src/index.js'
import { begin, created, end, join, left, offer, pickup, redirection } from './frames.js'
import { type Stage, stage } from './stage.js'

// What no exchange would tell: whatever comes, what is shown of one call does not contradict itself.

const ids = fc.constantFrom('__proto__', 'constructor', 'C', 'D', 'A1', 'A2', '1.7', '1795500000.7')
const queues = fc.constantFrom<string | number>(601, '602', '__proto__')
const numbers = fc.constantFrom<string | number>('12', 12, 13, '0900111222', 900_111_222, '', '601', '0220282028')
const frames = fc.oneof(
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
const seeds: fc.Arbitrary<CallSeed> = fc.record({
  uniqueId: ids,
  phase: fc.constantFrom('ringing', 'queued', 'answered'),
  fromQueueUniqueId: fc.option(ids, { nil: undefined }),
  callee: numbers.map(String),
})
type Step = (on: Stage) => void
const steps = fc.array(
  fc.oneof(
    {
      weight: 10,
      arbitrary: frames.map(
        (frame): Step =>
          on =>
            on.receive(frame),
      ),
    },
    fc.constantFrom(100, 3_000, 15_000).map(
      (ms): Step =>
        on =>
          on.clock.pass(ms),
    ),
    fc.constant<Step>(on => on.calls.lost()),
    fc.array(seeds, { maxLength: 4 }).map(
      (snapshot): Step =>
        on =>
          on.seed(...snapshot),
    ),
  ),
  { maxLength: 60 },
)
const options = fc.record({ keepEnded: fc.constantFrom(0, 10_000), hopGrace: fc.constantFrom(0, 10_000) })

function contradictions({ calls }: Stage): string[] {
  return [...calls.current].flatMap(([key, call]) => {
    const { id, phase, queue, uniqueIds, answeredAt, answeredBy, missed } = call
    const entry = calls.find(key)?.entry
    return [
      [id === key && uniqueIds.every(one => calls.find(one)?.call === call), 'is found by its ids'],
      [new Set(uniqueIds).size === uniqueIds.length, 'has each id once'],
      [entry?.snapshot === queue, 'waits where the queue has it'],
      [queue === undefined || (phase === 'queued' && queue.position >= 1), 'waits only while queued'],
      [answeredAt !== undefined || (phase !== 'answered' && answeredBy === undefined), 'was answered at some time'],
      [answeredAt === undefined || !missed, 'is not both missed and answered'],
    ].flatMap(([holds, rule]) => (holds ? [] : [`${id}: ${rule}`]))
  })
}

/** What a call log would have wrong: a row that begins twice, ends twice, or never ends. */
function misreported({ changes }: Stage): string[] {
  const open = new Set<string>()
  const wrong: string[] = []
  for (const { kind, call } of changes) {
    if (call === undefined) continue
    if (kind === 'begin') {
      if (open.has(call.id)) wrong.push(`${call.id} began twice`)
      open.add(call.id)
    } else if (kind === 'end') {
      if (!open.delete(call.id)) wrong.push(`${call.id} ended twice`)
      // what is over may still turn out to be part of another
    } else if (kind === 'merge') open.delete(call.id)
  }
  return [...wrong, ...[...open].map(id => `${id} never ended`)]
}

/** The same traffic each time; `PROPERTY_SEED` and `PROPERTY_RUNS` look further. */
const RUNS = {
  numRuns: 5 * Number(process.env['PROPERTY_RUNS'] ?? 400),
  seed: Number(process.env['PROPERTY_SEED'] ?? 1_124),
}

describe('whatever nonsense comes,', () => {
  it('no call contradicts itself, each is told to begin and to end once, and nothing is left', () => {
    fc.assert(
      fc.property(steps, options, (script, given) => {
        const on = stage(given)
        for (const step of script) {
          step(on)
          const found = contradictions(on)
          if (found.length > 0) expect(found).toEqual([])
        }
        on.clock.pass(14 * 3_600_000)
        expect([on.calls.size, misreported(on)]).toEqual([0, []])
      }),
      RUNS,
    )
  })
})
