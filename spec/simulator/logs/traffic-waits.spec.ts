import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type Simulator, SimulatorClosedError, startSimulator } from '../../../src/simulator/index.js'
import { createEventLog } from '../../../src/simulator/logs/event-log.js'
import { launch } from '../../../src/simulator/simulator.js'
import { noTelephony } from '../no-telephony.js'
import { rawClient, tearAll } from '../raw-client.js'

describe('a wait', () => {
  let sim: Simulator
  beforeEach(async () => {
    sim = await startSimulator()
  })
  afterEach(async () => {
    tearAll()
    await sim.close()
  })

  it('sees what comes', async () => {
    const waits = [sim.waitForClient(), sim.waitForLogin(), sim.waitForFrame('user.logout'), sim.waitForClose()]
    const client = await rawClient(sim.url)
    await client.login()
    client.send({ action: 'user.logout' })
    expect(await Promise.all(waits)).toEqual([
      { id: 1, loggedIn: false },
      { id: 1, username: 'viptel', loggedIn: true },
      {
        client: 1,
        at: expect.any(Number),
        raw: '{"action":"user.logout"}',
        frame: { action: 'user.logout' },
        binary: false,
      },
      { id: 1, username: 'viptel', code: 1000, reason: '' },
    ])
  })

  it('sees what has already happened, so it cannot come too late', async () => {
    const client = await rawClient(sim.url)
    await client.login()
    client.send({ action: 'user.logout' })
    await client.closed
    await sim.waitForClose()
    expect(await sim.waitForClient()).toEqual({ id: 1, loggedIn: false })
    expect(await sim.waitForLogin()).toEqual({ id: 1, username: 'viptel', loggedIn: true })
    expect(await sim.waitForFrame('user.logout')).toMatchObject({ client: 1 })
    expect(await sim.waitForClose()).toMatchObject({ id: 1 })
  })

  it('counts from the start, whoever it was', async () => {
    const second = sim.waitForLogin(2)
    const third = sim.waitForFrame(({ client }) => client === 2, 2)
    const clients = [await rawClient(sim.url), await rawClient(sim.url)] as const
    await clients[1].login()
    await clients[0].login()
    expect(await second).toMatchObject({ id: 1 })
    expect(await sim.waitForLogin(1)).toMatchObject({ id: 2 })
    expect(await sim.waitForClient(2)).toMatchObject({ id: 2 })
    clients[1].send({ action: 'third' })
    expect(await third).toMatchObject({ frame: { action: 'third' } })
  })

  it('for a frame takes a predicate, and fails with what it throws without harming the simulator', async () => {
    const client = await rawClient(sim.url)
    const failing = sim.waitForFrame(() => {
      throw new Error('my mistake')
    })
    client.send('rubbish')
    await expect(failing).rejects.toThrow('my mistake')
    expect(await sim.waitForFrame(({ raw }) => raw === 'rubbish')).toMatchObject({ frame: undefined })
    await client.login()
    await expect(sim.waitForFrame(() => Promise.reject as never)).resolves.toMatchObject({ raw: 'rubbish' })
  })

  it('for an action has what was answered, and comes too late for none', async () => {
    const third = sim.waitForAction(undefined, 3)
    const client = await rawClient(sim.url)
    client.send({ action: 'call.hangup' })
    await client.login()
    client.send({ action: '' })
    client.send('rubbish')
    client.send({ action: 'no.such.action', more: 1 })
    client.send({ action: 'user.logout' })
    expect(await third).toEqual({
      client: 1,
      action: 'no.such.action',
      frame: { action: 'no.such.action', more: 1 },
      answer: { code: 404, message: 'Unknown action' },
    })
    expect(await sim.waitForAction()).toMatchObject({ action: 'call.hangup', answer: { code: 401 } })
    expect(await sim.waitForAction('user.login')).toMatchObject({ client: 1, answer: { code: 202 } })
    expect(await sim.waitForAction('user.logout')).toMatchObject({ answer: { code: 110, message: 'Bye' } })
    expect(await sim.waitForAction(undefined, 4)).toMatchObject({ action: 'user.logout' })
  })

  it('for an action is over when what the telephones do at once is done', async () => {
    const order: string[] = []
    const ringing = await launch(
      {},
      {
        plugIn: line => ({
          ...noTelephony,
          create: () => {
            line.send({ event: 'call.begin' })
            order.push('rang')
            return undefined
          },
        }),
      },
    )
    const client = await rawClient(ringing.url)
    await client.login()
    const dealt = ringing.waitForAction('call.create').then(action => {
      order.push('processed')
      return action
    })
    client.send({ action: 'call.create', from: '12', to: '13', call_random_id: '1' })
    expect(await dealt).not.toHaveProperty('answer')
    expect(order).toEqual(['rang', 'processed'])
    expect(ringing.sent.at(-1)?.frame).toEqual({ event: 'call.begin' })
    await ringing.close()
  })

  it('for an action does not take one that the server never looked at', async () => {
    sim.refuseLogins('mute')
    const deaf = await rawClient(sim.url)
    deaf.send({ action: 'user.login', username: 'viptel', password: '' })
    await deaf.ping()
    sim.refuseLogins(undefined)
    const client = await rawClient(sim.url)
    await client.login()
    expect(await sim.waitForAction()).toMatchObject({ client: 2, action: 'user.login' })
  })

  it.each([0, -1, 1.5, Number.NaN])('cannot be for the %s-th', async n => {
    await expect(sim.waitForLogin(n)).rejects.toBeInstanceOf(RangeError)
  })

  it('fails when the simulator closes first, and at once when it is closed', async () => {
    const waits = [
      sim.waitForClient(),
      sim.waitForLogin(),
      sim.waitForFrame('x'),
      sim.waitForAction(),
      sim.waitForClose(),
    ]
    await sim.close()
    for (const wait of waits) await expect(wait).rejects.toBeInstanceOf(SimulatorClosedError)
    await expect(sim.waitForLogin()).rejects.toBeInstanceOf(SimulatorClosedError)
  })

  it('for a close is met by the closes that close() itself brings about', async () => {
    await rawClient(sim.url)
    const closed = sim.waitForClose()
    await sim.close()
    expect(await closed).toMatchObject({ id: 1, code: 1001 })
    expect(await sim.waitForClose()).toMatchObject({ id: 1 })
  })
})

describe('an event log', () => {
  it('keeps at least the newest entries it was made for, and not many more', () => {
    const log = createEventLog<number>(10)
    for (let entry = 1; entry <= 1_000; entry += 1) {
      log.add(entry)
      expect(log.entries.length).toBeLessThanOrEqual(11)
      expect(log.entries.slice(-10)).toEqual(
        Array.from({ length: Math.min(entry, 10) }, (_, index) => Math.max(entry - 9, 1) + index),
      )
    }
  })
})
