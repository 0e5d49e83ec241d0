import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  type FaultKind,
  type FaultScheduleOptions,
  faultSchedule,
  InvalidOptionsError,
  ListenError,
  type PlannedFault,
  type Simulator,
  startSimulator,
} from '../../../src/simulator/index.js'
import { within } from '../../support/bare-server.js'
import type { HeldClock } from '../../support/clock.js'
import { launchHeld } from '../held-simulator.js'
import { type RawClient, rawClient, tearAll } from '../raw-client.js'

const KINDS: readonly FaultKind[] = ['restart', 'drop', 'freeze', 'lose-pbx', 'refuse-logins', 'frame-faults']
const HANGUP = { action: 'call.hangup', unique_id: '1453223070.4' }
const end = (fault: PlannedFault) => fault.at + ('for' in fault ? fault.for : 0)

describe('faultSchedule()', () => {
  it('plans the same for the same seed, and other for another', () => {
    const options: FaultScheduleOptions = { seed: 7, every: 1_000, length: 600_000 }
    expect(JSON.stringify(faultSchedule(options))).toBe(JSON.stringify(faultSchedule(options)))
    expect(faultSchedule({ ...options, seed: 8 })).not.toEqual(faultSchedule(options))
    expect(faultSchedule({ length: 600_000 })).toEqual(
      faultSchedule({ seed: 1, every: 60_000, length: 600_000, kinds: KINDS }),
    )
  })

  it('goes on as it began when it is to be longer', () => {
    const short = faultSchedule({ length: 600_000 })
    expect(faultSchedule({ length: 6_000_000 }).slice(0, short.length)).toEqual(short)
  })

  it('is data', () => {
    const schedule = faultSchedule()
    expect(JSON.parse(JSON.stringify(schedule))).toEqual(schedule)
  })

  it('has every kind, one trouble after the other, about as often as `every` says', () => {
    const schedule = faultSchedule({ every: 1_000, length: 10_000_000 })
    expect(new Set(schedule.map(({ kind }) => kind))).toEqual(new Set(KINDS))
    const pauses = schedule.map(
      (fault, index) => fault.at - (index === 0 ? 0 : end(schedule[index - 1] as PlannedFault)),
    )
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(0)
    expect(pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length / 1_000).toBeCloseTo(1, 1)
    const lasting = schedule.flatMap(fault => ('for' in fault ? [fault.for] : []))
    expect(Math.min(...lasting)).toBeGreaterThan(0)
    expect(lasting.reduce((sum, ms) => sum + ms, 0) / lasting.length / 250).toBeCloseTo(1, 1)
    expect(schedule.at(-1)?.at).toBeLessThan(10_000_000)
  })

  it('has only the given kinds', () => {
    const kinds = faultSchedule({ kinds: ['drop', 'freeze'], every: 100 }).map(({ kind }) => kind)
    expect(new Set(kinds)).toEqual(new Set(['drop', 'freeze']))
  })

  it('never refuses logins for good: after a 401 a client rightly stays away', () => {
    const modes = faultSchedule({ kinds: ['refuse-logins'], every: 100 }).map(fault =>
      'mode' in fault ? fault.mode : undefined,
    )
    expect(new Set(modes)).toEqual(
      new Set(['server-error', 'restarting', 'pbx-unreachable', 'login-timeout', 'mute', 'no-greeting']),
    )
  })

  it.each<[object, RegExp]>([
    [{ every: 0 }, /'every'/],
    [{ every: Number.NaN }, /'every'/],
    [{ length: -1 }, /'length'/],
    [{ kinds: [] }, /'kinds' must be any of restart, drop/],
    [{ kinds: ['flood'] }, /'kinds'/],
  ])('does not take %j', (options, message) => {
    expect(() => faultSchedule(options as FaultScheduleOptions)).toThrow(InvalidOptionsError)
    expect(() => faultSchedule(options as FaultScheduleOptions)).toThrow(message)
  })
})

describe('runFaults()', () => {
  let sim: Simulator
  let clock: HeldClock
  let client: RawClient
  const online = async () => {
    const made = await rawClient(sim.url)
    await made.login()
    return made
  }
  const codes = async (of: RawClient) => {
    await of.ping()
    return of.frames.slice(2).map(text => JSON.parse(String(text)).code)
  }
  beforeEach(async () => {
    const held = await launchHeld()
    sim = held.sim
    clock = held.clock
    client = await online()
  })
  afterEach(async () => {
    tearAll()
    await sim.close()
  })

  it('restart: with notice, away for as long, and then back', async () => {
    const run = sim.runFaults([{ at: 0, kind: 'restart', for: 60 }])
    expect((await client.rest()).slice(2)).toMatchObject([
      { code: 503, message: 'Server is restarting, please reconnect' },
      { code: 110 },
    ])
    clock.pass(59)
    await expect(rawClient(sim.url)).rejects.toThrow('ECONNREFUSED')
    clock.pass(1)
    await run
    await online()
  })

  it('drop: tears', async () => {
    await sim.runFaults([{ at: 0, kind: 'drop' }])
    expect(await client.closed).toBe(1006)
  })

  it('freeze: stands still, and goes on', async () => {
    const run = sim.runFaults([{ at: 0, kind: 'freeze', for: 60 }])
    sim.send({ event: 'x' })
    clock.pass(59)
    expect(sim.sent).toHaveLength(2)
    clock.pass(1)
    await run
    expect(await client.next()).toEqual({ event: 'x' })
  })

  it('lose-pbx: and finds it again', async () => {
    const run = sim.runFaults([{ at: 0, kind: 'lose-pbx', for: 60 }])
    expect(await codes(client)).toEqual([504])
    clock.pass(60)
    await run
    client.send(HANGUP)
    expect(await codes(client)).toEqual([504, 404])
  })

  it('refuse-logins: and takes them again', async () => {
    const run = sim.runFaults([{ at: 0, kind: 'refuse-logins', for: 100, mode: 'restarting' }])
    expect(await (await rawClient(sim.url)).login()).toMatchObject({ code: 503 })
    clock.pass(100)
    await run
    expect(await (await rawClient(sim.url)).login()).toMatchObject({ code: 202 })
  })

  it('frame-faults: and leaves frames alone again', async () => {
    const run = sim.runFaults([{ at: 0, kind: 'frame-faults', for: 60, faults: { duplicate: 1 } }])
    sim.announce('pbx-retrying')
    clock.pass(60)
    await run
    sim.announce('pbx-unreachable')
    expect(await codes(client)).toEqual([504, 504, 503])
  })

  it('plays one after the other, each not before its time', async () => {
    let isOver = false
    const run = sim
      .runFaults([
        { at: 40, kind: 'lose-pbx', for: 10 },
        { at: 100, kind: 'lose-pbx', for: 10 },
      ])
      .then(() => {
        isOver = true
      })
    /** Lets time pass, and everything that follows from it happen. */
    const pass = async (ms: number) => {
      clock.pass(ms)
      return codes(client)
    }
    expect(await pass(39)).toEqual([])
    expect(await pass(1)).toEqual([504])
    await pass(10)
    expect(await pass(49)).toEqual([504])
    expect(await pass(1)).toEqual([504, 504])
    await pass(9)
    expect(isOver).toBe(false)
    clock.pass(1)
    await run
  })

  it('plays a schedule as it was planned', async () => {
    const schedule = faultSchedule({ seed: 3, every: 20, length: 300 })
    await sim.close()
    sim = await startSimulator()
    await sim.runFaults(schedule)
    expect(schedule.length).toBeGreaterThan(5)
    client = await online()
    client.send(HANGUP)
    expect(await codes(client)).toEqual([404])
  })

  it('stops at the signal, ends the trouble of that moment and leaves nothing behind', async () => {
    const abort = new AbortController()
    const run = sim.runFaults(
      [
        { at: 0, kind: 'freeze', for: 600_000 },
        { at: 600_000, kind: 'drop' },
      ],
      abort,
    )
    sim.send({ event: 'x' })
    abort.abort(new Error('enough'))
    await expect(run).rejects.toThrow('enough')
    expect(await client.next()).toEqual({ event: 'x' })
    expect(getEventListeners(abort.signal, 'abort')).toEqual([])
    await expect(sim.runFaults([{ at: 0, kind: 'drop' }], abort)).rejects.toThrow('enough')
    await client.ping()
  })

  it('finishes a restart that has begun when the signal comes', async () => {
    const abort = new AbortController()
    const run = sim.runFaults([{ at: 0, kind: 'restart', for: 30 }], abort)
    await client.closed
    abort.abort(new Error('enough'))
    clock.pass(30)
    await expect(run).rejects.toThrow('enough')
    await online()
  })

  it.each<[string, PlannedFault]>([
    ['before a trouble', { at: 600_000, kind: 'drop' }],
    ['in one', { at: 0, kind: 'freeze', for: 600_000 }],
    ['in a restart', { at: 0, kind: 'restart', for: 600_000 }],
  ])('ends quietly when the simulator closes %s', async (_, fault) => {
    const run = sim.runFaults([fault])
    if (fault.kind === 'restart') await client.closed
    await within(30_000, 'the close', sim.close())
    await run
    await sim.runFaults([fault])
  })

  it('says that it could not listen again', async () => {
    const run = sim.runFaults([{ at: 0, kind: 'restart', for: 300 }])
    await client.closed
    const thief = await startSimulator({ port: sim.port })
    clock.pass(300)
    await expect(run).rejects.toBeInstanceOf(ListenError)
    await thief.close()
  })

  it.each<[unknown, RegExp]>([
    [{ at: 0, kind: 'flood' }, /Entry 1 .* has no kind of a fault: restart, drop/],
    [null, /Entry 1/],
    [{ at: -1, kind: 'drop' }, /needs 'at'/],
    [{ at: 0, kind: 'freeze' }, /needs 'for'/],
    [{ at: 0, kind: 'refuse-logins', for: 1, mode: 'rudely' }, /needs a 'mode' of wrong-credentials/],
    [{ at: 0, kind: 'frame-faults', for: 1, faults: { dely: 1 } }, /no fault 'dely'/],
  ])('does not begin with %j in it', async (fault, message) => {
    const error = await sim
      .runFaults([{ at: 0, kind: 'drop' }, fault as PlannedFault])
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InvalidOptionsError)
    expect((error as Error).message).toMatch(message)
    await client.ping()
  })
})
