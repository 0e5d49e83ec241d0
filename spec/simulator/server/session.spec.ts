import { afterEach, describe, expect, it } from '@jest/globals'
import { loginHash, passwordDigest } from '../../../src/protocol/login-hash.js'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../src/simulator/index.js'
import { launchHeld } from '../held-simulator.js'
import { type RawClient, rawClient, tearAll } from '../raw-client.js'

const GREETING =
  'Send your username and password hash in action user.login and use this nonce to generate password hash'
const WELCOME = { code: 202, message: 'Login successfull' }
const CLOSING = { code: 110, message: 'Closing connection, bye' }
const LOGIN_REQUIRED = { code: 401, message: 'You have to login with action: user.login, username and password' }
const INVALID = { code: 400, message: 'Inserted values are not valid' }

describe('the simulated session', () => {
  let sim: Simulator
  const start = async (options: SimulatorOptions = {}) => {
    sim = await startSimulator(options)
    return rawClient(sim.url)
  }
  /** A client of a simulator whose time the spec holds. */
  const startHeld = async () => {
    const held = await launchHeld()
    sim = held.sim
    return { client: await rawClient(sim.url), clock: held.clock }
  }
  /** A client that is logged in. */
  const online = async (): Promise<RawClient> => {
    const client = await start()
    await client.login()
    return client
  }
  afterEach(async () => {
    tearAll()
    await sim.close()
  })

  it('begins with 100 and a nonce of its own for every connection', async () => {
    const greetings = [await (await start()).next(), await (await rawClient(sim.url)).next()]
    for (const greeting of greetings)
      expect(greeting).toEqual({ code: 100, message: GREETING, nonce: expect.stringMatching(/^[0-9a-f]{32}$/) })
    expect(greetings[0]?.['nonce']).not.toBe(greetings[1]?.['nonce'])
  })

  it('answers the right hash with 202 and stays', async () => {
    const client = await start()
    expect(await client.login()).toEqual(WELCOME)
    await client.ping()
    expect(client.frames).toHaveLength(2)
  })

  it('takes the hash in upper case too', async () => {
    const client = await start()
    const { nonce } = await client.next()
    client.send({
      action: 'user.login',
      username: 'viptel',
      password: loginHash(passwordDigest('viptel', 'secret'), String(nonce)).toUpperCase(),
    })
    expect(await client.next()).toEqual(WELCOME)
  })

  it('hashes names and passwords as UTF-8', async () => {
    const client = await start({ users: [{ username: 'Ľubomír', password: 'žltý kôň' }] })
    expect(await client.login('Ľubomír', 'žltý kôň')).toEqual(WELCOME)
  })

  it.each([
    ['a wrong password', 'viptel', 'wrong', 'Wrong username and/or password'],
    ['an unknown user', 'nobody', 'secret', 'Wrong username and/or password'],
    ['a name that objects have by themselves', '__proto__', 'secret', 'Wrong username and/or password'],
    ['a user that is not activated', 'sleeper', 'secret', 'User is not activated'],
    ['a user that is not activated and a wrong password', 'sleeper', 'wrong', 'Wrong username and/or password'],
  ])('refuses %s with 401, 110 and the close', async (_, username, password, message) => {
    const client = await start({
      users: [
        { username: 'viptel', password: 'secret', activated: true },
        { username: 'sleeper', password: 'secret', activated: false },
      ],
    })
    expect(await client.login(username, password)).toEqual({ code: 401, message })
    expect((await client.rest()).slice(1)).toEqual([{ code: 401, message }, CLOSING])
    expect(await client.closed).toBe(1000)
  })

  it('refuses the hash made for another connection’s nonce', async () => {
    const client = await start()
    const { nonce } = await (await rawClient(sim.url)).next()
    await client.next()
    client.send({
      action: 'user.login',
      username: 'viptel',
      password: loginHash(passwordDigest('viptel', 'secret'), String(nonce)),
    })
    expect(await client.next()).toEqual({ code: 401, message: 'Wrong username and/or password' })
  })

  it('says what is wrong with a login that lacks its parameters, 110, and closes', async () => {
    const client = await start()
    await client.next()
    client.send({ action: 'user.login', username: 7 })
    expect((await client.rest()).slice(1)).toEqual([
      { ...INVALID, errors: { username: 'must be a string', password: 'must be a string' } },
      CLOSING,
    ])
  })

  it.each(['call.create', 'user.logout', 'login', 'no.such.action'])(
    'answers %s before the login with 401, and can still be logged in to',
    async action => {
      const client = await start()
      const { nonce } = await client.next()
      client.send({ action })
      expect(await client.next()).toEqual(LOGIN_REQUIRED)
      client.send({
        action: 'user.login',
        username: 'viptel',
        password: loginHash(passwordDigest('viptel', 'secret'), String(nonce)),
      })
      expect(await client.next()).toEqual(WELCOME)
    },
  )

  it('says 408, 110 and closes when no login comes in time, whatever else came', async () => {
    const { client, clock } = await startHeld()
    clock.pass(29_999)
    client.send({ action: 'call.create' })
    await sim.waitForAction('call.create')
    clock.pass(1)
    expect((await client.rest()).slice(1)).toEqual([LOGIN_REQUIRED, { code: 408, message: 'Login timeout' }, CLOSING])
  })

  it('has no time limit after the login', async () => {
    const { client, clock } = await startHeld()
    await client.login()
    clock.pass(86_400_000)
    await client.ping()
    expect(client.frames).toHaveLength(2)
  })

  it('answers the logout with 110 Bye and closes', async () => {
    const client = await online()
    client.send({ action: 'user.logout' })
    client.send({ action: 'no.such.action' })
    await sim.waitForFrame('user.logout')
    expect(sim.clients).toEqual([{ id: 1, username: 'viptel', loggedIn: false }])
    expect(sim.send({ event: 'x' })).toBe(0)
    expect((await client.rest()).slice(2)).toEqual([{ code: 110, message: 'Bye' }])
    expect(await client.closed).toBe(1000)
  })

  describe.each([
    ['before the login', start],
    ['after it', online],
  ])('%s', (_, connect) => {
    it.each([
      ['no action', {}, { code: 404, message: 'Missing action' }],
      ['an empty action', { action: '' }, { code: 404, message: 'Missing action' }],
      ['null as action', { action: null }, { code: 404, message: 'Missing action' }],
      ['a number as action', { action: 7 }, { code: 400, message: 'Action has to be string' }],
      ['an object as action', { action: {} }, { code: 400, message: 'Action has to be string' }],
      ['text that is not JSON', 'rubbish', { ...INVALID, errors: { frame: expect.any(String) } }],
      ['an empty frame', '', { ...INVALID, errors: { frame: expect.any(String) } }],
      ['a list', [], { ...INVALID, errors: { frame: expect.any(String) } }],
      ['null', 'null', { ...INVALID, errors: { frame: expect.any(String) } }],
      [
        'a binary frame',
        new TextEncoder().encode('{"action":"user.logout"}'),
        { ...INVALID, errors: { frame: expect.any(String) } },
      ],
    ])('answers %s and stays', async (_, frame, answer) => {
      const client = await connect()
      if (client.frames.length === 0) await client.next()
      while (client.frames.length > 1 && JSON.parse(String(client.frames.at(-1))).code !== 202) await client.next()
      const before = client.frames.length
      client.send(frame)
      await client.ping()
      expect(client.frames.slice(before).map(text => JSON.parse(String(text)))).toEqual([answer])
    })
  })

  it.each([
    ['call.create', { code: 500, message: 'Action failed' }],
    ['call.hangup', { code: 404, message: 'Call not found' }],
    ['call.redirect', { code: 404, message: 'Call not found' }],
  ])('has no telephones unless it is given some, so %s fails and nothing closes', async (action, response) => {
    const client = await online()
    client.send({ action, from: '12', to: '13', call_random_id: '1', unique_id: '1453223070.4', destination: '13' })
    expect(await client.next()).toEqual(response)
    await client.ping()
  })

  it.each(['no.such.action', 'login', '__proto__', 'constructor'])('does not know the action %s', async action => {
    const client = await online()
    client.send({ action })
    expect(await client.next()).toEqual({ code: 404, message: 'Unknown action' })
  })

  it('does not log in twice on one connection', async () => {
    const client = await online()
    client.send({ action: 'user.login', username: 'viptel', password: '' })
    expect(await client.next()).toEqual({ code: 500, message: 'Action failed' })
    expect(sim.clients).toMatchObject([{ loggedIn: true }])
  })

  it('is one of several, and one user may have several', async () => {
    const clients = [
      await start({ users: [...'ab'].map(username => ({ username, password: 'p' })) }),
      await rawClient(sim.url),
      await rawClient(sim.url),
    ] as const
    await clients[2].login('a', 'p')
    await clients[0].login('a', 'p')
    await clients[1].login('b', 'wrong')
    await clients[1].closed
    await sim.waitForClose()
    expect(sim.clients).toEqual([
      { id: 1, username: 'a', loggedIn: true },
      { id: 3, username: 'a', loggedIn: true },
    ])
  })

  it('answers pings', async () => {
    await (await start()).ping()
  })
})
