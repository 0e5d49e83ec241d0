import { afterEach, describe, expect, it } from '@jest/globals'
import { InvalidOptionsError, type RefusalMode, type Simulator } from '../../../src/simulator/index.js'
import type { HeldClock } from '../../support/clock.js'
import { launchHeld } from '../held-simulator.js'
import { rawClient, tearAll } from '../raw-client.js'

const WELCOME = { code: 202, message: 'Login successfull' }
const CLOSING = { code: 110, message: 'Closing connection, bye' }

describe('refuseLogins()', () => {
  let sim: Simulator
  let clock: HeldClock
  const start = async () => {
    const held = await launchHeld()
    sim = held.sim
    clock = held.clock
  }
  afterEach(async () => {
    tearAll()
    await sim.close()
  })

  it.each<[RefusalMode, object[]]>([
    ['wrong-credentials', [{ code: 401, message: 'Wrong username and/or password' }]],
    ['user-not-activated', [{ code: 401, message: 'User is not activated' }]],
    ['server-error', [{ code: 500, message: 'An unexpected error has occurred, closing connection' }]],
    ['restarting', [{ code: 503, message: 'Server is restarting, please reconnect' }]],
    ['pbx-unreachable', [WELCOME, { code: 503, message: 'Unable to connect to PBX' }]],
    ['login-timeout', [{ code: 408, message: 'Login timeout' }]],
  ])('%s: answers the right login so, then with 110, and closes', async (mode, answers) => {
    await start()
    sim.refuseLogins(mode)
    const client = await rawClient(sim.url)
    const answered = client.login()
    await sim.waitForFrame('user.login')
    if (mode === 'login-timeout') clock.pass(30_000)
    await answered
    expect((await client.rest()).slice(1)).toEqual([...answers, CLOSING])
    expect(await client.closed).toBe(1000)
  })

  it('pbx-unreachable: counts as a login', async () => {
    await start()
    sim.refuseLogins('pbx-unreachable')
    const client = await rawClient(sim.url)
    await client.login()
    expect(await sim.waitForLogin()).toEqual({ id: 1, username: 'viptel', loggedIn: true })
    expect(await sim.waitForClose()).toEqual({ id: 1, username: 'viptel', code: 1000, reason: '' })
  })

  it.each<[RefusalMode, number]>([
    ['mute', 1],
    ['no-greeting', 0],
  ])('%s: never speaks, nor closes when the login timeout has passed', async (mode, frames) => {
    await start()
    sim.refuseLogins(mode)
    const client = await rawClient(sim.url)
    client.send({ action: 'user.login', username: 'viptel', password: '' })
    await sim.waitForFrame('user.login')
    clock.pass(60_000)
    await client.ping()
    expect(client.frames).toHaveLength(frames)
    expect(sim.clients.map(({ id }) => id)).toEqual([1])
  })

  it('lets those stay who are logged in, until refuseLogins(undefined)', async () => {
    await start()
    const early = await rawClient(sim.url)
    await early.login()
    sim.refuseLogins('mute')
    early.send({ action: '' })
    expect(await early.next()).toEqual({ code: 404, message: 'Missing action' })
    sim.refuseLogins(undefined)
    expect(await (await rawClient(sim.url)).login()).toEqual(WELCOME)
  })

  it('turned-away: gives whoever connects a 403 and no WebSocket, and lets those stay who are connected, and log in', async () => {
    await start()
    const early = await rawClient(sim.url)
    sim.refuseLogins('turned-away')
    await expect(rawClient(sim.url)).rejects.toThrow('403')
    expect(sim.clients).toHaveLength(1)
    expect(await early.login()).toEqual(WELCOME)
    sim.refuseLogins(undefined)
    expect(await (await rawClient(sim.url)).login()).toEqual(WELCOME)
  })

  it('decides when the login comes, not when the connection was made', async () => {
    await start()
    const client = await rawClient(sim.url)
    await client.ping()
    sim.refuseLogins('restarting')
    expect(await client.login()).toEqual({
      code: 503,
      message: 'Server is restarting, please reconnect',
    })
  })

  it('does not take a way it does not know', async () => {
    await start()
    expect(() => sim.refuseLogins('rudely' as RefusalMode)).toThrow(InvalidOptionsError)
    expect(() => sim.refuseLogins('rudely' as RefusalMode)).toThrow(/wrong-credentials, .*no-greeting, turned-away/)
  })
})
