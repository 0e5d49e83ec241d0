import { afterEach, describe, expect, it } from '@jest/globals'
import type { Simulator, SimulatorOptions } from '../../../src/simulator/index.js'
import { responseFor } from '../../../src/simulator/server/response-table.js'
import type { Telephony, TelephonyLine } from '../../../src/simulator/server/telephony.js'
import { launch } from '../../../src/simulator/simulator.js'
import { noTelephony } from '../no-telephony.js'
import { rawClient, tearAll } from '../raw-client.js'

const CREATE = { action: 'call.create', from: '12', to: '0220282028', call_random_id: '13798421854' }
const HANGUP = { action: 'call.hangup', unique_id: '1453223070.4' }
const REDIRECT = { action: 'call.redirect', unique_id: '1453223070.4', destination: '13' }

describe('telephones that are plugged in', () => {
  let sim: Simulator
  let line: TelephonyLine
  const start = async (telephony: Partial<Telephony>, options: SimulatorOptions = {}) => {
    sim = await launch(options, {
      plugIn: given => {
        line = given
        return { ...noTelephony, ...telephony }
      },
    })
    const client = await rawClient(sim.url)
    await client.login()
    return client
  }
  afterEach(async () => {
    tearAll()
    await sim.close()
  })

  it('are asked in their own words, with numbers as text', async () => {
    const asked: unknown[] = []
    const note = (what: unknown) => {
      asked.push(what)
      return undefined
    }
    const client = await start({
      now: () => 1_795_500_000_123,
      create: request => note(request),
      hangup: (request, since) => note([request, since]),
      redirect: (request, since) => note([request, since]),
    })
    const frames = [
      CREATE,
      { ...CREATE, from: 12, to: 13, caller_id: '+421220282028', more: 1 },
      HANGUP,
      { ...REDIRECT, destination: 13 },
    ]
    for (const frame of frames) client.send(frame)
    await client.ping()
    expect(asked).toEqual([
      { from: '12', to: '0220282028', callRandomId: '13798421854' },
      { from: '12', to: '13', callRandomId: '13798421854', callerId: '+421220282028' },
      [{ uniqueId: '1453223070.4' }, 1_795_500_000_123],
      [{ uniqueId: '1453223070.4', destination: '13' }, 1_795_500_000_123],
    ])
  })

  it('answer nothing for what they carry out: the document has no such response', async () => {
    const client = await start({
      now: Date.now,
      create: () => undefined,
      hangup: () => undefined,
      redirect: () => undefined,
    })
    for (const frame of [CREATE, HANGUP, REDIRECT]) client.send(frame)
    await client.ping()
    expect(client.frames).toHaveLength(2)
  })

  it.each([
    ['call-not-found', { code: 404, message: 'Call not found' }],
    ['action-failed', { code: 500, message: 'Action failed' }],
  ] as const)('refuse with %s', async (refused, response) => {
    const client = await start({ now: Date.now, create: () => refused, hangup: () => refused, redirect: () => refused })
    for (const frame of [CREATE, HANGUP, REDIRECT]) {
      client.send(frame)
      expect(await client.next()).toEqual(response)
    }
  })

  it('send their events to all who are logged in, but not while the server has lost its PBX', async () => {
    const client = await start({})
    expect(line.send({ event: 'call.begin' })).toBe(1)
    expect(await client.next()).toEqual({ event: 'call.begin' })
    sim.losePbx()
    expect(line.send({ event: 'call.pickup' })).toBe(0)
    expect(sim.send({ event: 'played.by.hand' })).toBe(1)
    sim.giveUpPbx()
    line.send({ event: 'call.pickup' })
    sim.findPbx()
    line.send({ event: 'call.end' })
    await client.ping()
    expect(client.frames.slice(3).map(text => JSON.parse(String(text)))).toEqual([
      { code: 504, message: 'Can not connect to PBX, try your action again later' },
      { event: 'played.by.hand' },
      { code: 503, message: 'Unable to connect to PBX' },
      { event: 'call.end' },
    ])
  })

  it('learn that the simulator closes', async () => {
    await start({})
    expect(line.closed.aborted).toBe(false)
    await sim.close()
    expect(line.closed.aborted).toBe(true)
  })

  it('are not asked for what is the session’s, unknown, forbidden, impossible or invalid; the first of these is the answer', async () => {
    const asked: unknown[] = []
    const create = (request: object) => {
      asked.push(request)
      return undefined
    }
    const client = await start(
      { create },
      { users: [{ username: 'viptel', password: 'secret', actions: ['call.create'] }] },
    )
    const invalid = { action: 'call.create' }
    const ask = async (frame: object | string) => {
      client.send(frame)
      return (await client.next())['code']
    }
    expect(await ask('rubbish')).toBe(400)
    expect(await ask(invalid)).toBe(400)
    sim.losePbx()
    await client.next()
    expect(await ask({})).toBe(404)
    expect(await ask({ action: 'no.such.action' })).toBe(404)
    expect(await ask({ action: 'call.hangup' })).toBe(403)
    expect(await ask(invalid)).toBe(504)
    expect(await ask(CREATE)).toBe(504)
    expect(await ask({ action: 'user.login' })).toBe(500)
    client.send({ action: 'user.logout' })
    expect(await client.next()).toEqual({ code: 110, message: 'Bye' })
    expect(asked).toEqual([])
  })

  it('can only answer what the document has', () => {
    expect(() => responseFor('no such meaning' as 'bye')).toThrow(/no response that means 'no such meaning'/)
  })
})
