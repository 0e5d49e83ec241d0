import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type Simulator, startSimulator } from '../../../src/simulator/index.js'
import { type RawClient, rawClient, tearAll } from '../raw-client.js'

const WELCOME = { code: 202, message: 'Login successfull' }
const RETRYING = { code: 504, message: 'Can not connect to PBX, try your action again later' }
const UNREACHABLE = { code: 503, message: 'Unable to connect to PBX' }
const SERVER_ERROR = { code: 500, message: 'An unexpected error has occurred, closing connection' }
const NOT_FOUND = { code: 404, message: 'Call not found' }
const CLOSING = { code: 110, message: 'Closing connection, bye' }
const HANGUP = { action: 'call.hangup', unique_id: '1453223070.4' }

describe('a server whose PBX', () => {
  let sim: Simulator
  let client: RawClient
  /** What came since the 202. */
  const got = async (of = client) => {
    await of.ping()
    return of.frames.slice(2).map(text => JSON.parse(String(text)))
  }
  const online = async () => {
    const made = await rawClient(sim.url)
    await made.login()
    return made
  }
  beforeEach(async () => {
    sim = await startSimulator()
    client = await online()
  })
  afterEach(async () => {
    tearAll()
    await sim.close()
  })

  it('is lost says 504, once, to those logged in, and answers their actions with it', async () => {
    const stranger = await rawClient(sim.url)
    sim.losePbx()
    sim.losePbx()
    expect(await got()).toEqual([RETRYING])
    for (let time = 0; time < 2; time += 1) client.send(HANGUP)
    expect(await got()).toEqual([RETRYING, RETRYING, RETRYING])
    await stranger.ping()
    expect(stranger.frames).toHaveLength(1)
  })

  it('is lost lets clients log in, who learn it from their actions', async () => {
    sim.losePbx()
    const late = await online()
    expect(await got(late)).toEqual([])
    late.send(HANGUP)
    expect(await got(late)).toEqual([RETRYING])
  })

  it('is given up says 503 to those logged in, answers their actions with it, and keeps them', async () => {
    const stranger = await rawClient(sim.url)
    sim.losePbx()
    sim.giveUpPbx()
    sim.giveUpPbx()
    client.send(HANGUP)
    expect(await got()).toEqual([RETRYING, UNREACHABLE, UNREACHABLE])
    await stranger.ping()
    expect(stranger.frames).toHaveLength(1)
  })

  it('is given up says so to whoever logs in, right after the 202', async () => {
    sim.giveUpPbx()
    const late = await online()
    expect(await got(late)).toEqual([UNREACHABLE])
    expect(sim.clients).toMatchObject([{ loggedIn: true }, { loggedIn: true }])
  })

  it('is given up closes, with `close`, those who are logged in and those who log in', async () => {
    const stranger = await rawClient(sim.url)
    sim.giveUpPbx()
    sim.giveUpPbx({ close: true })
    expect((await client.rest()).slice(2)).toEqual([UNREACHABLE, UNREACHABLE, CLOSING])
    expect(await client.closed).toBe(1000)
    await stranger.login()
    expect((await stranger.rest()).slice(1)).toEqual([WELCOME, UNREACHABLE, CLOSING])
    expect(await sim.waitForLogin(2)).toEqual({ id: 2, username: 'viptel', loggedIn: true })
    sim.findPbx()
    expect(await got(await online())).toEqual([])
  })

  it('is found again says nothing and works, and can be lost again', async () => {
    sim.losePbx()
    sim.findPbx()
    client.send(HANGUP)
    sim.findPbx()
    expect(await got()).toEqual([RETRYING, NOT_FOUND])
    sim.giveUpPbx()
    sim.findPbx()
    sim.losePbx()
    expect(await got()).toEqual([RETRYING, NOT_FOUND, UNREACHABLE, RETRYING])
  })

  it('is given up says 504 when the server tries again', async () => {
    sim.giveUpPbx()
    sim.losePbx()
    client.send(HANGUP)
    expect(await got()).toEqual([UNREACHABLE, RETRYING, RETRYING])
  })

  it('is lost still answers what is none of the PBX’s business', async () => {
    sim.losePbx()
    client.send({ action: '' })
    client.send({ action: 'no.such.action' })
    client.send({ action: 'user.logout' })
    expect((await client.rest()).slice(3)).toMatchObject([{ code: 404 }, { code: 404 }, { code: 110, message: 'Bye' }])
  })

  it('stays lost over a restart of the server', async () => {
    sim.losePbx()
    await sim.restart()
    const late = await online()
    late.send(HANGUP)
    expect(await got(late)).toEqual([RETRYING])
  })
})

describe('a server that fails', () => {
  let sim: Simulator
  afterEach(async () => {
    tearAll()
    await sim.close()
  })

  it('sends every client 500 and 110, closes, and welcomes new ones', async () => {
    sim = await startSimulator()
    const [client, stranger] = [await rawClient(sim.url), await rawClient(sim.url)]
    await client.login()
    sim.fail()
    expect((await client.rest()).slice(2)).toEqual([SERVER_ERROR, CLOSING])
    expect((await stranger.rest()).slice(1)).toEqual([SERVER_ERROR, CLOSING])
    expect(await client.closed).toBe(1000)
    expect(await (await rawClient(sim.url)).login()).toEqual(WELCOME)
  })
})
