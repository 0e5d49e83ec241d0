import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  callCentre,
  type EventFrame,
  type ExchangePlan,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../../src/simulator/index.js'
import { launch } from '../../../src/simulator/simulator.js'
import { createClock, type HeldClock } from '../../support/clock.js'
import { type RawClient, rawClient, tearAll } from '../raw-client.js'

const PLAN: ExchangePlan = {
  extensions: [
    { number: '11', name: 'Jana', behaviour: { kind: 'answer', after: 20 } },
    { number: '12', name: 'Peter' },
    { number: '13', name: 'Eva', behaviour: { kind: 'unregistered' } },
  ],
  outside: [{ number: '0911222333', behaviour: { kind: 'answer', after: 20 } }],
  lines: [{ number: '0220282028', to: '601' }],
  queues: [{ queue: '601', members: ['12'] }],
}
const CREATE = { action: 'call.create', from: '11', to: '0911222333', call_random_id: 'r1' }

describe('an exchange in real time', () => {
  let sim: Simulator
  let client: RawClient
  const online = async (username?: string, password?: string) => {
    const one = await rawClient(sim.url)
    expect(await one.login(username, password)).toMatchObject({ code: 202 })
    return one
  }
  const start = async (options: SimulatorOptions = { exchange: PLAN }) => {
    sim = await startSimulator(options)
    client = await online()
  }
  const next = (count: number) =>
    Array.from({ length: count }).reduce<Promise<Record<string, unknown>[]>>(
      async before => [...(await before), await client.next()],
      Promise.resolve([]),
    )
  beforeEach(() => start())
  afterEach(async () => {
    tearAll()
    await sim.close()
  })

  it('makes a call for the API: its ids, its beginning, its answer; and ends it on demand', async () => {
    client.send(CREATE)
    const [first, second, begin, pickup] = await next(4)
    expect(first).toMatchObject({
      event: 'call.create_response',
      call_random_id: 'r1',
      unique_id: expect.stringMatching(/^\d{10}\.\d+$/),
    })
    expect(second).toMatchObject({ event: 'call.create_response', call_random_id: 'r1' })
    expect(second?.['unique_id']).not.toBe(first?.['unique_id'])
    expect(begin).toMatchObject({
      event: 'call.begin',
      caller: '11',
      caller_name: 'Jana',
      callee: '0911222333',
      unique_id: second?.['unique_id'],
    })
    expect(pickup).toEqual({ event: 'call.pickup', unique_id: second?.['unique_id'] })
    client.send({ action: 'call.hangup', unique_id: String(first?.['unique_id']) })
    expect(await client.next()).toEqual({ event: 'call.end', unique_id: second?.['unique_id'], status: 'answer' })
  })

  it.each([
    ['an extension that is not registered', { from: '13' }],
    ['an extension that does not exist', { from: '99' }],
    ['a caller_id that is not the account’s', { caller_id: '0900000000' }],
  ])('fails to call from %s: 500, and no id', async (_, change) => {
    client.send({ ...CREATE, ...change })
    expect(await client.next()).toEqual({ code: 500, message: 'Action failed' })
    await client.ping()
    expect(sim.exchange.calls.size).toBe(0)
  })

  it('takes the numbers of the account as caller_id', async () => {
    client.send({ ...CREATE, caller_id: '0220282028' })
    expect(await client.next()).toMatchObject({ event: 'call.create_response' })
  })

  it('redirects a waiting caller, and says nothing but events', async () => {
    const id = sim.exchange.dial({ from: '0910000001', to: '0220282028' })
    await next(3)
    client.send({ action: 'call.redirect', unique_id: id, destination: '11' })
    expect((await next(4)).map(({ event, unique_id }) => [event, unique_id === id])).toEqual([
      ['queue.left', true],
      ['call.end', false],
      ['call.begin', true],
      ['call.pickup', true],
    ])
  })

  it('finds no call that began before the login, none that is over, and none that never was', async () => {
    const id = sim.exchange.dial({ from: '0910000001', to: '0220282028' })
    const old = await sim.waitForLogin()
    expect(old.loggedIn).toBe(true)
    await next(3)
    // a login that is later by more than a clock's rounding
    while (sim.exchange.now < (sim.exchange.calls.get(id)?.beganAt ?? 0) + 5) await client.ping()
    const late = await online()
    for (const action of [
      { action: 'call.hangup', unique_id: id },
      { action: 'call.redirect', unique_id: id, destination: '11' },
    ]) {
      late.send(action)
      expect(await late.next()).toEqual({ code: 404, message: 'Call not found' })
    }
    client.send({ action: 'call.hangup', unique_id: id })
    await next(3)
    client.send({ action: 'call.hangup', unique_id: id })
    expect(await client.next()).toEqual({ code: 404, message: 'Call not found' })
    client.send({ action: 'call.redirect', unique_id: '1.1', destination: '11' })
    expect(await client.next()).toEqual({ code: 404, message: 'Call not found' })
  })

  it('sends its events to every logged-in client, not only to the one that asked', async () => {
    const other = await online()
    client.send(CREATE)
    expect(await other.next()).toMatchObject({ event: 'call.create_response', call_random_id: 'r1' })
    expect(await client.next()).toMatchObject({ event: 'call.create_response', call_random_id: 'r1' })
  })

  describe('by a clock that is held', () => {
    let clock: HeldClock
    const startHeld = async (options: SimulatorOptions) => {
      await sim.close()
      clock = createClock()
      sim = await launch(options, { clock })
      client = await online()
    }

    it('passes `speed` times as fast as the clock, and its traffic goes on by itself', async () => {
      await startHeld({ traffic: callCentre({ callsPerHour: 3_600, seed: 3 }), speed: 500 })
      const start = sim.exchange.now
      expect(start).toBe(clock.now())
      clock.pass(120)
      expect(sim.exchange.now - start).toBe(60_000)
      const events = sim.sent.slice(2).map(({ frame }) => (frame as EventFrame).event)
      expect(events.length).toBeGreaterThan(20)
      expect(events).toContain('queue.join')
      clock.pass(7)
      expect(sim.exchange.now - start).toBe(63_500)
    })

    it('is at the present at every question, before any timer has fired', async () => {
      await startHeld({ exchange: PLAN, speed: 1_000 })
      const id = sim.exchange.dial({ from: '0910000001', to: '11', talk: 1_000 })
      const began = sim.exchange.now
      clock.sleep(50)
      expect(sim.sent.map(({ frame }) => frame)).not.toContainEqual(expect.objectContaining({ event: 'call.end' }))
      expect(sim.exchange.now).toBe(began + 50_000)
      expect(sim.sent.map(({ frame }) => frame)).toContainEqual({ event: 'call.end', unique_id: id, status: 'answer' })
    })
  })

  it('runs as fast as it can where it cannot keep up, and the server still answers', async () => {
    await sim.close()
    await start({ traffic: callCentre({ agents: 100, queues: 3, callsPerHour: 20_000 }), speed: 1_000_000 })
    const first = sim.exchange.now
    for (let turn = 0; turn < 10; turn += 1) await client.ping()
    expect(sim.exchange.now).toBeGreaterThan(first)
  })

  it('loses the events of the time in which the server has lost the PBX', async () => {
    sim.losePbx()
    expect(await client.next()).toMatchObject({ code: 504 })
    const id = sim.exchange.dial({ from: '0910000001', to: '0220282028' })
    sim.findPbx()
    sim.exchange.hangUp(id)
    expect((await next(1))[0]).toMatchObject({ event: 'queue.left', unique_id: id })
  })

  it('refuses plans and options that contradict themselves, and says why', async () => {
    const start = (options: SimulatorOptions) => startSimulator(options)
    await expect(start({ exchange: { queues: [{ queue: '601', members: ['12'] }] } })).rejects.toThrow(
      'Queue 601 has the member 12, which is no extension of the plan.',
    )
    await expect(start({ exchange: { lines: [{ number: '1', to: '2' }] } })).rejects.toThrow('Line 1 leads to 2')
    await expect(
      start({
        exchange: {
          extensions: [
            { number: '1', name: 'a' },
            { number: '1', name: 'b' },
          ],
        },
      }),
    ).rejects.toThrow('the number 1 to two')
    // what JavaScript lets by would be another strategy or dialect without a word
    for (const [wrong, what] of [
      [
        { queues: [{ queue: '601', members: [], strategy: 'ringall' }] },
        "'strategy' of queue 601 must be one of in-turn, ring-all",
      ],
      [{ dialect: 'documents' }, "'dialect' must be one of asterisk, document"],
      [{ givenUp: 'busy' }, "'givenUp' must be one of"],
      [{ redirectsShow: 'callee' }, "'redirectsShow' must be one of"],
      [
        { extensions: [{ number: '11', name: '', forward: { to: '12', when: 'never' } }] },
        "'when' of the forwarding of 11 must be one of",
      ],
      [{ queues: [{ queue: '601', members: [], retry: Number.POSITIVE_INFINITY }] }, 'retry of queue 601'],
    ] as [object, string][])
      await expect(start({ exchange: wrong })).rejects.toThrow(what)
    await expect(start({ exchange: { createdIds: 7 } })).rejects.toThrow("'createdIds'")
    await expect(start({ exchange: { quirks: { lateLegEnd: 2 } } })).rejects.toThrow("'lateLegEnd' must be a share")
    await expect(start({ exchange: {}, traffic: callCentre() })).rejects.toThrow("either 'traffic' or 'exchange'")
    await expect(start({ speed: 0 })).rejects.toThrow("'speed'")
    expect(() => callCentre({ agents: 0 })).toThrow("'agents'")
  })
})

describe('a scenario', () => {
  it('is played by its name', async () => {
    const sim = await startSimulator()
    const client = await rawClient(sim.url)
    await client.login()
    await sim.playScenario('abandoned', { speed: Number.POSITIVE_INFINITY })
    expect((await client.next())['event']).toBe('call.begin')
    await sim.playScenario('pbx-retrying')
    for (let count = 0; count < 5; count += 1) await client.next()
    expect((await client.next())['code']).toBe(504)
    await expect(sim.playScenario('no-such-thing' as 'abandoned')).rejects.toThrow(
      "There is no scenario 'no-such-thing'",
    )
    tearAll()
    await sim.close()
  })
})
