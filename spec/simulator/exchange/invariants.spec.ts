import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { callCentre } from '../../../src/simulator/exchange/call-centre.js'
import type { EventFrame } from '../../../src/simulator/exchange/event-encoder.js'
import type { ExchangePlan } from '../../../src/simulator/exchange/exchange-config.js'
import { recordDay } from '../../../src/simulator/exchange/record-traffic.js'
import { stage } from './stage.js'
import { PLAN, play, QUIRKS, type Step, steps } from './traffic.js'

function run(plan: ExchangePlan, seed: number, script: readonly Step[]) {
  const stageOfRun = stage(plan, seed)
  play(stageOfRun.exchange, script, stageOfRun.wait)
  return { frames: stageOfRun.events.map(({ frame }) => frame), exchange: stageOfRun.exchange }
}

/** Checks events one after the other, and collects what is wrong with them. */
class EventChecker {
  readonly wrong: string[] = []
  readonly #known = new Set<unknown>()
  readonly #begun = new Set<unknown>()
  readonly #ends = new Map<unknown, number>()
  /** The waiting caller's id of each offered leg. */
  readonly #parents = new Map<unknown, unknown>()
  /** The waiting callers of each queue. */
  readonly #waiting = new Map<unknown, Set<unknown>>()

  check(frame: EventFrame, index: number): void {
    const id = frame['unique_id']
    const complain = (what: string) => this.wrong.push(`${index}: ${frame.event} ${String(id)} ${what}`)
    const makesKnown = frame.event === 'call.begin' || frame.event === 'call.create_response'
    if (id !== undefined && !this.#known.has(id) && !makesKnown) complain('is unknown')
    if (this.#ends.has(id) && frame.event !== 'call.end') complain('is over')
    switch (frame.event) {
      case 'call.create_response':
        this.#known.add(id)
        break
      case 'call.begin':
        this.#begin(id, frame['from_queue_unique_id'], complain)
        break
      case 'call.pickup':
        this.#leave(this.#parents.get(id))
        break
      case 'call.end':
        this.#ends.set(id, (this.#ends.get(id) ?? 0) + 1)
        this.#leave(id)
        break
      case 'queue.join':
        this.#join(frame['queue'], id, frame['position'], complain)
        break
      case 'queue.left':
        this.#leave(id)
    }
  }

  /** Checks that every call has ended once. */
  finish(): string[] {
    for (const id of this.#begun)
      if (this.#ends.get(id) !== 1) this.wrong.push(`${String(id)} ended ${this.#ends.get(id) ?? 0} times`)
    for (const [id, times] of this.#ends) if (times !== 1) this.wrong.push(`${String(id)} ended ${times} times`)
    return this.wrong
  }

  #begin(id: unknown, parent: unknown, complain: (what: string) => void): void {
    this.#known.add(id)
    this.#begun.add(id)
    if (parent === undefined) this.#leave(id)
    else if (this.#known.has(parent)) this.#parents.set(id, parent)
    else complain('has an unknown parent')
  }

  #join(queue: unknown, id: unknown, position: unknown, complain: (what: string) => void): void {
    const line = this.#waiting.get(queue) ?? new Set()
    this.#waiting.set(queue, line)
    line.add(id)
    if (position !== line.size) complain(`joins at ${String(position)}, not at ${line.size}`)
  }

  #leave(id: unknown): void {
    for (const line of this.#waiting.values()) line.delete(id)
  }
}

/** The faults of a sequence of events, in words. */
function faults(frames: readonly EventFrame[]): string[] {
  const checker = new EventChecker()
  frames.forEach((frame, index) => {
    checker.check(frame, index)
  })
  return checker.finish()
}

/** Translates the Asterisk's frames into the document's dialect: one id a call, an agent's pickup on the caller's. */
function translated(frames: readonly EventFrame[]): object[] {
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
  it('every begun id ends exactly once, no event names an id before it began or after it ended, and positions are right', () => {
    fc.assert(
      fc.property(steps, fc.nat(), (script, seed) => {
        const { frames, exchange } = run(
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
        expect(JSON.stringify(run(plan, seed, script).frames)).toBe(JSON.stringify(run(plan, seed, script).frames))
      }),
      { numRuns: 50 },
    )
  })

  it('both dialects describe the same calls', () => {
    fc.assert(
      fc.property(steps, fc.nat(), (script, seed) => {
        // events that one dialect alone has are left out on both sides
        const asterisk = run({ ...PLAN, createdIds: 3 }, seed, script.filter(namesCallersAlone)).frames
        const document = run({ ...PLAN, dialect: 'document' }, seed, script.filter(namesCallersAlone)).frames
        expect(renumbered(document)).toEqual(renumbered(translated(asterisk)))
      }),
      { numRuns: 200 },
    )
  })
})

/** Steps that name an id choose among those of the moment, of which the dialects have different ones. */
function namesCallersAlone({ kind, which }: Step): boolean {
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
