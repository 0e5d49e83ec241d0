import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import type { Observable } from 'rxjs'
import {
  type CallChange,
  type CallTracker,
  type QueueChange,
  type QueueTracker,
  type TrackerOptions,
  trackCalls,
  trackQueues,
} from '../../../src/index.js'
import { begin, CUSTOMER, end, join, left, member, offer, pickup } from './frames.js'
import { frames, memberFrames } from './nonsense.js'
import { createWire, type Wire } from './wire.js'

const START = 1_795_500_000_000

/** A tracker of each kind, with all that they emit. */
function trackBoth(wire: Wire, options: TrackerOptions = {}) {
  const calls = trackCalls(wire.pbx, options)
  const queues = trackQueues(wire.pbx, options)
  const callChanges: CallChange[] = []
  const queueChanges: QueueChange[] = []
  calls.change$.subscribe(change => callChanges.push(change))
  queues.change$.subscribe(change => queueChanges.push(change))
  return { calls, queues, callChanges, queueChanges }
}
/** Reads all that a tracker shows and has emitted. */
function record({ change$, current }: CallTracker | QueueTracker): () => string {
  const emitted: unknown[] = []
  const changes: Observable<unknown> = change$
  changes.subscribe(change => emitted.push(change))
  return () => JSON.stringify([...current, emitted])
}
/** A frame, a time that passes, or a gap. */
function take(step: object | string | number, ...wires: Wire[]) {
  if (typeof step === 'number') return jest.advanceTimersByTime(step)
  for (const wire of wires) {
    if (typeof step === 'object') wire.receive(step)
    else {
      wire.lost()
      wire.began()
    }
  }
}
const shown = (calls: CallTracker) => [...calls.current.values()].map(({ id, phase }) => `${id} ${phase}`)
const waiting = (queues: QueueTracker, queue = '601') => queues.current.get(queue)?.waiting.map(({ call }) => call)

describe('the two trackers of a client', () => {
  let wire: Wire
  // a tracker's clock is that of the machine
  beforeEach(() => {
    jest.useFakeTimers({ now: START })
    wire = createWire()
  })
  afterEach(() => {
    for (const tracker of wire.trackers) tracker.closed()
    jest.useRealTimers()
  })

  it('reduce an event once, whatever their listInterval', () => {
    const asked: string[] = []
    const isExtension = (number: string) => {
      asked.push(number)
      return number.length < 9
    }
    trackCalls(wire.pbx, { isExtension })
    wire.receive(begin('C', '12'))
    const once = asked.splice(0)
    expect(once.length).toBeGreaterThan(0)

    wire = createWire()
    trackCalls(wire.pbx, { isExtension })
    trackQueues(wire.pbx, { isExtension, listInterval: 1_000 })
    wire.receive(begin('C', '12'))
    expect(asked).toEqual(once)
    expect(wire.trackers.size).toBe(1)
  })

  it.each<TrackerOptions>([
    { isExtension: () => true },
    { keepEnded: 1 },
    { hopGrace: 1 },
    { staleAfter: 1 },
    { expireAfter: 1 },
  ])('go their own ways with different options: %j', options => {
    trackCalls(wire.pbx)
    trackQueues(wire.pbx, options)
    expect(wire.trackers.size).toBe(2)
  })

  it.each([
    ['an event', () => wire.receive(begin('C', '601'), join(601, 'C'))],
    ['a seed', (calls: CallTracker) => calls.seed([{ uniqueId: 'C', phase: 'ringing' }])],
  ])('go their own ways if one was created after %s, of which it knows nothing', (_, happen) => {
    const calls = trackCalls(wire.pbx)
    happen(calls)
    const queues = trackQueues(wire.pbx)
    const late = trackCalls(wire.pbx)
    expect([shown(calls).length, queues.current.size, late.current.size]).toEqual([1, 0, 0])
    wire.receive(join(602, 'D'))
    expect([calls.find('C')?.id, late.find('C')?.id, waiting(queues, '602')]).toEqual(['C', undefined, ['D']])
  })

  it('still share a store after a session without events, each with its own since', () => {
    const calls = trackCalls(wire.pbx)
    jest.advanceTimersByTime(1_000)
    wire.lost()
    wire.began()
    jest.advanceTimersByTime(1_000)
    const queues = trackQueues(wire.pbx)
    expect([calls.since, queues.since, wire.trackers.size]).toEqual([START + 1_000, START + 2_000, 1])
  })

  it('of the same kind share nothing: a seed of one is none of the other', () => {
    const [one, other] = [trackCalls(wire.pbx), trackCalls(wire.pbx)]
    one.seed([{ uniqueId: 'C', phase: 'ringing' }])
    expect([one.current.size, other.current.size]).toEqual([1, 0])
  })

  it('have both absorbed an event, and the end of a time limit, before one of them emits', () => {
    const { calls, queues } = trackBoth(wire, { hopGrace: 1_000 })
    const seen: unknown[] = []
    calls.change$.subscribe(({ kind, call }) => seen.push([kind, call?.phase, waiting(queues)]))
    wire.receive(join(601, 'C'), left(601, 'C'))
    jest.advanceTimersByTime(1_000)
    expect(seen).toEqual([
      ['begin', 'ringing', ['C']],
      ['queue', 'queued', ['C']],
      ['queue', 'queued', ['C']],
      ['update', 'ringing', []],
    ])
  })

  it('emit nothing to a later subscriber of what came before', () => {
    const calls = trackCalls(wire.pbx)
    wire.receive(begin('C', '12'))
    const changes: CallChange[] = []
    calls.change$.subscribe(change => changes.push(change))
    wire.receive(pickup('C'))
    expect(changes.map(({ kind }) => kind)).toEqual(['answer'])
  })

  it('of which that of calls is closed: it stays as it was, and the other goes on', () => {
    const { calls, queues } = trackBoth(wire, { keepEnded: 1_000 })
    wire.receive(begin('C', '601'), join(601, 'C'), offer('A1', 'C', '12'))
    const call = calls.find('A1')
    calls.close()
    calls.seed([{ uniqueId: 'S', phase: 'ringing' }])
    wire.receive(pickup('A1'), join(601, 'D'))
    expect(waiting(queues)).toEqual(['D'])
    wire.receive(end('C'))
    jest.advanceTimersByTime(2_000)
    expect([...calls.current.values()]).toEqual([call])
    expect([calls.find('C'), calls.find('A1'), calls.find('D'), calls.since]).toEqual([
      call,
      call,
      undefined,
      undefined,
    ])
    expect(queues.since).toBe(START)
  })

  it('of which that of queues is closed: it stays as it was, and the other goes on', () => {
    const { calls, queues, queueChanges } = trackBoth(wire)
    wire.receive(begin('C', '601'), join(601, 'C'))
    const before = queues.current.get('601')
    const emitted = queueChanges.length
    queues.close()
    queues.seed([{ queue: '601', members: [], waiting: [{ uniqueId: 'S' }] }])
    wire.receive(end('C', 'cancel'))
    expect([queues.current.get('601'), queueChanges.length]).toEqual([before, emitted])
    expect(shown(calls)).toEqual(['C ended'])
  })

  it('leave nothing behind when both are closed', () => {
    const { calls, queues } = trackBoth(wire)
    wire.receive(begin('C', '601'), join(601, 'C'), end('E'))
    calls.list$.subscribe()
    queues.list$.subscribe()
    wire.receive(left(601, 'C'))
    queues.close()
    calls.close()
    calls.close()
    expect([wire.trackers.size, jest.getTimerCount()]).toEqual([0, 0])
  })

  describe('share what is seeded', () => {
    const caller = { uniqueId: 'C', caller: CUSTOMER, callerName: 'Jana', waitingSince: START - 5_000 }
    const queue = (...callers: object[]) => ({ queue: '601', members: [], waiting: callers as (typeof caller)[] })

    it('a caller who waits in the snapshot of a queue is a call that begins as queued', () => {
      const { calls, queues, callChanges } = trackBoth(wire)
      queues.seed([queue(caller)])
      expect(calls.find('C')).toMatchObject({
        phase: 'queued',
        caller: CUSTOMER,
        startedAt: START - 5_000,
        queue: { queue: '601', position: 1, waitingSince: START - 5_000 },
        controllable: false,
        stale: false,
      })
      expect(callChanges).toEqual([{ kind: 'begin', call: calls.find('C') }])
    })

    it.each([
      ['calls first', true],
      ['queues first', false],
    ])("whoever waits is taken by the pickup of an agent's leg that only the snapshot of calls has: %s", (_, first) => {
      const { calls, queues } = trackBoth(wire)
      const seedCalls = () =>
        calls.seed([
          { uniqueId: 'C', caller: CUSTOMER, phase: 'queued' },
          { uniqueId: 'A1', fromQueueUniqueId: 'C', callee: '12', phase: 'ringing' },
        ])
      if (first) seedCalls()
      queues.seed([queue(caller)])
      if (!first) seedCalls()
      expect(waiting(queues)).toEqual(['C'])
      wire.receive(pickup('A1'))
      expect(waiting(queues)).toEqual([])
      expect(calls.find('C')).toMatchObject({ phase: 'answered', answeredBy: '12' })
    })

    it('a snapshot of queues proves that a caller waits, and not that a leg from before the gap still rings', () => {
      const { calls, queues } = trackBoth(wire)
      wire.receive(join(601, 'C'), offer('A1', 'C', '12'), join(601, 'D', 2))
      wire.lost()
      wire.began()
      queues.seed([queue(caller, { uniqueId: 'D' })])
      expect([calls.find('C')?.stale, calls.find('D')?.stale]).toEqual([true, false])
      expect(queues.current.get('601')).toMatchObject({ stale: false, complete: true })
      calls.seed([
        { uniqueId: 'C', phase: 'queued' },
        { uniqueId: 'D', phase: 'queued' },
      ])
      expect(calls.find('C')).toMatchObject({ stale: false, legs: [{ callee: '12', endedAt: Date.now() }] })
      expect(waiting(queues)).toEqual(['C', 'D'])
    })

    it('a stale caller who is in no snapshot of calls waits no more', () => {
      const { calls, queues } = trackBoth(wire)
      wire.receive(join(601, 'C'), join(601, 'D', 2))
      wire.lost()
      wire.began()
      calls.seed([{ uniqueId: 'D', phase: 'queued' }])
      expect(waiting(queues)).toEqual(['D'])
      expect(queues.current.get('601')).toMatchObject({ complete: false, stale: true })
    })

    it('a caller who waits by the snapshot of calls waits where that of queues has them', () => {
      const { calls, queues } = trackBoth(wire)
      wire.receive(join(601, 'C'), join(601, 'D', 2), member('add', 602, 12))
      wire.lost()
      wire.began()
      calls.seed([
        { uniqueId: 'C', phase: 'queued' },
        { uniqueId: 'D', phase: 'queued' },
      ])
      queues.seed([queue(), { queue: '602', members: [], waiting: [{ uniqueId: 'C' }] }])
      expect([waiting(queues, '601'), waiting(queues, '602')]).toEqual([[], ['C']])
      expect(calls.find('D')).toMatchObject({ phase: 'queued', stale: false })
      expect(calls.find('D')?.queue).toBeUndefined()
    })

    it('what either seeds between two sessions is stale from the next login on, unless seeded after it', () => {
      const { calls, queues } = trackBoth(wire)
      wire.lost()
      queues.seed([queue(caller)])
      expect(calls.find('C')?.stale).toBe(false)
      wire.began()
      expect([calls.find('C')?.stale, queues.current.get('601')?.complete]).toEqual([true, false])
      wire.lost()
      queues.seed([queue(caller)])
      wire.began(() => calls.seed([{ uniqueId: 'C', phase: 'queued' }]))
      expect([calls.find('C')?.stale, queues.current.get('601')?.complete]).toEqual([false, false])
    })
  })

  it('show in one store what each shows in a store of its own, whatever comes', () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 12, arbitrary: fc.oneof({ weight: 5, arbitrary: frames }, memberFrames) },
        fc.constantFrom(3_000, 15_000),
        fc.constant('gap'),
      ),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(steps, script => {
        const [both, onlyCalls, onlyQueues] = [createWire(), createWire(), createWire()]
        const trackers = [
          trackCalls(both.pbx),
          trackQueues(both.pbx),
          trackCalls(onlyCalls.pbx),
          trackQueues(onlyQueues.pbx),
        ]
        const readings = trackers.map(record)
        for (const step of script) take(step, both, onlyCalls, onlyQueues)
        const [calls, queues, callsAlone, queuesAlone] = readings.map(read => read())
        if (calls !== callsAlone || queues !== queuesAlone) expect([calls, queues]).toEqual([callsAlone, queuesAlone])
        for (const one of trackers) one.close()
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 200), seed: Number(process.env['PROPERTY_SEED'] ?? 1_124) },
    )
  })
})
