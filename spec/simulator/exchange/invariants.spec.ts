import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { callCentre } from '../../../src/simulator/exchange/call-centre.js'
import type { EventFrame } from '../../../src/simulator/exchange/event-encoder.js'
import type { ExchangePlan } from '../../../src/simulator/exchange/exchange-config.js'
import { recordDay } from '../../../src/simulator/exchange/record-traffic.js'
import { stage } from './stage.js'
import { PLAN, play, QUIRKS, type Step, steps } from './traffic.js'

function live(plan: ExchangePlan, seed: number, script: readonly Step[]) {
  const run = stage(plan, seed)
  play(run.exchange, script, run.wait)
  return { frames: run.told.map(({ frame }) => frame), exchange: run.exchange }
}

/** What is wrong with what was told, if anything. */
function faults(frames: readonly EventFrame[]): string[] {
  const wrong: string[] = []
  const known = new Set<unknown>()
  const begun = new Set<unknown>()
  const ended = new Map<unknown, number>()
  const parents = new Map<unknown, unknown>()
  const waiting = new Map<unknown, Set<unknown>>()
  const lineOf = (queue: unknown) => waiting.get(queue) ?? waiting.set(queue, new Set()).get(queue) ?? new Set()
  const leave = (id: unknown) => {
    for (const line of waiting.values()) line.delete(id)
  }
  frames.forEach((frame, index) => {
    const id = frame['unique_id']
    const complain = (what: string) => wrong.push(`${index}: ${frame.event} ${String(id)} ${what}`)
    if (id !== undefined && !known.has(id) && frame.event !== 'call.begin' && frame.event !== 'call.create_response')
      complain('was never heard of')
    if (ended.has(id) && frame.event !== 'call.end') complain('is over')
    switch (frame.event) {
      case 'call.create_response':
        known.add(id)
        break
      case 'call.begin': {
        known.add(id)
        begun.add(id)
        const parent = frame['from_queue_unique_id']
        if (parent === undefined) leave(id)
        else if (!known.has(parent)) complain('has a parent that was never heard of')
        else parents.set(id, parent)
        break
      }
      case 'call.pickup':
        leave(parents.get(id))
        break
      case 'call.end':
        ended.set(id, (ended.get(id) ?? 0) + 1)
        leave(id)
        break
      case 'queue.join': {
        const line = lineOf(frame['queue'])
        line.add(id)
        if (frame['position'] !== line.size) complain(`joins at ${String(frame['position'])}, not at ${line.size}`)
        break
      }
      case 'queue.left':
        leave(id)
    }
  })
  for (const id of begun) if (ended.get(id) !== 1) wrong.push(`${String(id)} ended ${ended.get(id) ?? 0} times`)
  for (const [id, times] of ended) if (times !== 1) wrong.push(`${String(id)} ended ${times} times`)
  return wrong
}

/** The Asterisk's frames as the document would put them: one id a call, an agent's pickup on the caller's. */
function retold(frames: readonly EventFrame[]): object[] {
  const callers = new Map<unknown, unknown>()
  const created = new Map<unknown, unknown>()
  const own = (id: unknown) => created.get(id) ?? id
  const firsts = new Map<unknown, unknown>()
  return frames.flatMap<object>(frame => {
    const id = frame['unique_id']
    if (frame['from_queue_unique_id'] !== undefined) {
      callers.set(id, own(frame['from_queue_unique_id']))
      return []
    }
    if (frame.event === 'call.create_response') {
      const first = firsts.get(frame['call_random_id'])
      if (first !== undefined) {
        created.set(id, first)
        return []
      }
      firsts.set(frame['call_random_id'], id)
      return [frame]
    }
    if (id === undefined) return [frame]
    const caller = callers.get(id)
    if (caller === undefined) return [{ ...frame, unique_id: own(id) }]
    return frame.event === 'call.pickup' ? [{ ...frame, unique_id: caller }] : []
  })
}

/** Ids by order of appearance, without the counters that differ between the dialects. */
function renumbered(frames: readonly object[]): object[] {
  const names = new Map<unknown, number>()
  return frames.map(frame => {
    if (!('unique_id' in frame)) return frame
    if (!names.has(frame.unique_id)) names.set(frame.unique_id, names.size)
    return { ...frame, unique_id: names.get(frame.unique_id) }
  })
}

describe('whatever people do,', () => {
  it('every begun id ends exactly once, nothing is said of an id before it began or after it ended, and positions are right', () => {
    fc.assert(
      fc.property(steps, fc.nat(), (script, seed) => {
        const { frames, exchange } = live(
          { ...PLAN, quirks: QUIRKS, createdIds: (seed % 6) + 1, givenUp: seed % 2 === 0 ? 'cancel' : 'noanswer' },
          seed,
          script,
        )
        expect(faults(frames)).toEqual([])
        expect(exchange.calls.size).toBe(0)
      }),
      { numRuns: 300 },
    )
  })

  it('the same seed gives the same frames', () => {
    fc.assert(
      fc.property(steps, fc.nat(), (script, seed) => {
        const plan = { ...PLAN, quirks: QUIRKS }
        expect(JSON.stringify(live(plan, seed, script).frames)).toBe(JSON.stringify(live(plan, seed, script).frames))
      }),
      { numRuns: 50 },
    )
  })

  it('both dialects tell the same story', () => {
    fc.assert(
      fc.property(steps, fc.nat(), (script, seed) => {
        // what only one dialect can say has to be left out on both sides
        const told = live({ ...PLAN, createdIds: 3 }, seed, script.filter(speaksOfCallers)).frames
        const document = live({ ...PLAN, dialect: 'document' }, seed, script.filter(speaksOfCallers)).frames
        expect(renumbered(document)).toEqual(renumbered(retold(told)))
      }),
      { numRuns: 200 },
    )
  })
})

/** Steps that name an id choose among those of the moment, of which the dialects have different ones. */
function speaksOfCallers({ kind, which }: Step): boolean {
  return kind < 6 || kind > 10 || (which % 3 === 0 && kind !== 10)
}

describe('a day of a call centre', () => {
  it('is the same for the same seed, byte for byte, and another for another', () => {
    const day = (seed: number) =>
      JSON.stringify(recordDay(callCentre({ seed, callsPerHour: 300 }), { duration: 8 * 3_600_000 }))
    expect(day(1)).toBe(day(1))
    expect(day(1)).not.toBe(day(2))
  })

  it.each([1, 2, 3])('keeps the order of things, with seed %d', seed => {
    const day = recordDay(callCentre({ seed, agents: 30, queues: 5, callsPerHour: 600, quirks: QUIRKS }), {
      duration: 4 * 3_600_000,
    })
    const open = faults(day.map(({ frame }) => frame as EventFrame)).filter(fault => !fault.endsWith('ended 0 times'))
    expect(open).toEqual([])
    expect(day.length).toBeGreaterThan(5_000)
    expect(day.every(({ t }, index) => t >= (day[index - 1]?.t ?? 0))).toBe(true)
  })

  it('is believable: most callers are answered, some give up, some agents miss calls, somebody takes a pause', () => {
    const frames = recordDay(callCentre({ seed: 5, agents: 12, callsPerHour: 150 }), { duration: 8 * 3_600_000 }).map(
      ({ frame }) => frame as EventFrame,
    )
    const count = (event: string) => frames.filter(frame => frame.event === event).length
    const joined = count('queue.join')
    expect(joined).toBeGreaterThan(500)
    expect(count('queue.left') / joined).toBeGreaterThan(0.02)
    expect(count('queue.left') / joined).toBeLessThan(0.5)
    expect(count('queue.pause')).toBeGreaterThan(10)
    expect(
      new Set(frames.filter(({ event }) => event === 'call.end').map(frame => frame['status'])).size,
    ).toBeGreaterThan(4)
  })
})
