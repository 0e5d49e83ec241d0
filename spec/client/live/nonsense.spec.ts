import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { seedQueues } from '../../../src/client/live/reducers/seed-queues.js'
import { callSeeds, frames, queueSeeds } from './nonsense.js'
import { type Stage, stage } from './stage.js'

// Whatever comes, what is shown of one call does not contradict itself.

type Step = (on: Stage) => void
const step = <T>(arbitrary: fc.Arbitrary<T>, take: (on: Stage, value: T) => void): fc.Arbitrary<Step> =>
  arbitrary.map(value => on => take(on, value))
const frame = step(frames, (on, one) => on.receive(one))
const pause = step(fc.constantFrom(100, 3_000, 15_000), (on, ms) => on.clock.pass(ms))
const loss = fc.constant<Step>(on => on.calls.lost())
const calls = step(callSeeds, (on, snapshot) => on.seed(...snapshot))
const queues = step(queueSeeds, (on, snapshot) => seedQueues(on.store, snapshot, on.clock.now()))
const steps = fc.array(fc.oneof({ weight: 10, arbitrary: frame }, pause, loss, calls), { maxLength: 60 })
const stepsWithBothSeeds = fc.array(fc.oneof({ weight: 10, arbitrary: frame }, pause, loss, calls, queues), {
  maxLength: 60,
})
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

/** A waiting list out of order, or with an entry that is not its call's. */
function disorder({ store }: Stage): string[] {
  return [...store.queues].flatMap(([queue, entries]) =>
    entries.flatMap((entry, index) => {
      const before = entries[index - 1]
      const isInOrder =
        before === undefined ||
        before.snapshot.position < entry.snapshot.position ||
        (before.snapshot.position === entry.snapshot.position && before.joined < entry.joined)
      return isInOrder && entry.state.entry === entry && entry.snapshot.queue === queue ? [] : [`${queue}: ${index}`]
    }),
  )
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
  it.each([
    ['', steps, 1],
    [', with snapshots of calls and of queues', stepsWithBothSeeds, 2],
  ])('no call contradicts itself, each begins and ends once, and nothing is left%s', (_, scripts, share) => {
    fc.assert(
      fc.property(scripts, options, (script, given) => {
        const on = stage(given)
        for (const step of script) {
          step(on)
          const found = [...contradictions(on), ...disorder(on)]
          if (found.length > 0) expect(found).toEqual([])
        }
        on.clock.pass(14 * 3_600_000)
        const wrong = misreported(on)
        if (on.calls.size > 0 || wrong.length > 0) expect([on.calls.size, wrong]).toEqual([0, []])
      }),
      { ...RUNS, numRuns: RUNS.numRuns / share },
    )
  })
})
