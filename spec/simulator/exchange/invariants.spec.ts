import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { callCentre } from '../../../src/simulator/exchange/call-centre.js'
import { recordDay } from '../../../src/simulator/exchange/day.js'
import type { EventFrame } from '../../../src/simulator/exchange/dialect.js'
import type { Exchange } from '../../../src/simulator/exchange/exchange.js'
import type { ExchangePlan, Quirks } from '../../../src/simulator/exchange/plan.js'
import { stage } from './stage.js'

const QUIRKS: Quirks = {
  callerEndsFirst: 0.5,
  lateLegEnd: 0.3,
  ringingLegEndsLast: 0.3,
  leftAfterPickup: 0.3,
  queuePickup: 0.3,
  offeredTwice: 0.2,
  offeredWhileTalking: 0.2,
  legEndsEarly: 0.2,
  beginBeforeResponse: 0.3,
  endWithoutBegin: 0.2,
}

const PLAN: ExchangePlan = {
  extensions: [
    { number: '11', name: 'Jana', behaviour: { kind: 'answer', after: 2_000 } },
    { number: '12', name: 'Peter', behaviour: { kind: 'answer', after: 900 } },
    { number: '13', name: 'Eva' },
    { number: '14', name: 'Robert', behaviour: { kind: 'reject', after: 1_500 } },
    { number: '15', name: 'Zuzana', behaviour: { kind: 'unregistered' } },
    { number: '16', name: 'Jan', behaviour: { kind: 'refuse', after: 700 }, forward: { to: '11', when: 'busy' } },
    { number: '17', name: 'Martin', forward: { to: '16', when: 'no-answer' } },
    { number: '18', name: 'Lucia', forward: { to: '19', when: 'always' } },
    { number: '19', name: 'Michal', forward: { to: '18', when: 'always' } },
  ],
  outside: [{ number: '0911000000', behaviour: { kind: 'answer', after: 3_000 } }],
  lines: [
    { number: '0220282001', to: '601' },
    { number: '0220282002', to: '603' },
  ],
  queues: [
    { queue: '601', members: ['11', '12', '13'], ringTime: 4_000, timeout: 20_000, overflow: '602' },
    { queue: '602', members: ['12', '14', '15'], ringTime: 3_000, timeout: 15_000 },
    { queue: '603', members: ['11', '13', '14'], strategy: 'ring-all', ringTime: 5_000 },
  ],
  ringTime: 10_000,
}
const NUMBERS = ['11', '12', '13', '14', '15', '16', '17', '18', '0911000000', '0888888888', '601', '603', '0220282001', '0220282002', '*21']

type Step = { readonly kind: number; readonly which: number; readonly number: string; readonly wait: number }

/** Does one thing that people or the API can do, to a call of the moment. */
function act(exchange: Exchange, { kind, which, number }: Step, made: number) {
  const calls = [...new Set(exchange.calls.values())]
  const call = calls[which % Math.max(1, calls.length)]
  const leg = call?.legs[which % Math.max(1, call.legs.length)]
  const some = [call?.ids[which % call.ids.length], leg?.id, '1.1'][which % 3] ?? '1.1'
  switch (kind) {
    case 0:
    case 1:
    case 2:
      return exchange.dial({ from: `09${which}`, to: number, talk: which * 10, patience: 30_000 })
    case 3:
      return exchange.dial({ from: '13', to: number, patience: which * 20 })
    case 4:
    case 5:
      return exchange.create({ from: ['11', '13', '15', '99'][which % 4] ?? '', to: number, callRandomId: `r${made}` }, which * 10)
    case 6:
      return exchange.answer(some)
    case 7:
      return exchange.reject(some)
    case 8:
      return exchange.hangUp(some)
    case 9:
      return exchange.redirect(some, number)
    case 10: {
      const consultation = exchange.consult(some, number)
      exchange.advance(exchange.now + 4_000)
      return consultation !== undefined && exchange.completeTransfer(some, consultation)
    }
    case 11:
      return which % 2 === 0 ? exchange.pause('12') : exchange.unpause('12')
    default:
      return which % 2 === 0 ? exchange.addMember('13', '602', which % 4 === 0) : exchange.removeMember('13', '602')
  }
}

const steps = fc.array(
  fc.record({
    kind: fc.nat({ max: 12 }),
    which: fc.nat({ max: 999 }),
    number: fc.constantFrom(...NUMBERS),
    wait: fc.oneof(fc.constant(0), fc.nat({ max: 6_000 })),
  }),
  { minLength: 1, maxLength: 60 },
)

function live(plan: ExchangePlan, seed: number, script: readonly Step[]) {
  const run = stage(plan, seed)
  script.forEach((step, index) => {
    act(run.exchange, step, index)
    run.wait(step.wait)
  })
  // whoever has no talk to end by itself hangs up in the end
  do {
    run.wait(200_000)
    for (const id of [...run.exchange.calls.keys()]) run.exchange.hangUp(id)
    run.wait(10_000)
  } while (run.exchange.calls.size > 0)
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
    if (id !== undefined && !known.has(id) && frame.event !== 'call.begin' && frame.event !== 'call.create_response') complain('was never heard of')
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
    const day = (seed: number) => JSON.stringify(recordDay(callCentre({ seed, callsPerHour: 300 }), { duration: 8 * 3_600_000 }))
    expect(day(1)).toBe(day(1))
    expect(day(1)).not.toBe(day(2))
  })

  it.each([1, 2, 3])('keeps the order of things, with seed %d', seed => {
    const day = recordDay(callCentre({ seed, agents: 30, queues: 5, callsPerHour: 600, quirks: QUIRKS }), { duration: 4 * 3_600_000 })
    const open = faults(day.map(({ frame }) => frame as EventFrame)).filter(fault => !fault.endsWith('ended 0 times'))
    expect(open).toEqual([])
    expect(day.length).toBeGreaterThan(5_000)
    expect(day.every(({ t }, index) => t >= (day[index - 1]?.t ?? 0))).toBe(true)
  })

  it('is believable: most callers are answered, some give up, some agents miss calls, somebody takes a pause', () => {
    const frames = recordDay(callCentre({ seed: 5, agents: 12, callsPerHour: 150 }), { duration: 8 * 3_600_000 }).map(({ frame }) => frame as EventFrame)
    const count = (event: string) => frames.filter(frame => frame.event === event).length
    const joined = count('queue.join')
    expect(joined).toBeGreaterThan(500)
    expect(count('queue.left') / joined).toBeGreaterThan(0.02)
    expect(count('queue.left') / joined).toBeLessThan(0.5)
    expect(count('queue.pause')).toBeGreaterThan(10)
    expect(new Set(frames.filter(({ event }) => event === 'call.end').map(frame => frame['status'])).size).toBeGreaterThan(4)
  })
})
