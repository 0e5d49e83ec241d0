import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  InvalidOptionsError,
  ListenError,
  type Simulator,
  SimulatorClosedError,
  startSimulator,
} from '../../../src/simulator/index.js'
import { within } from '../../support/bare-server.js'
import type { HeldClock } from '../../support/clock.js'
import { launchHeld } from '../held-simulator.js'
import { type RawClient, rawClient, tearAll } from '../raw-client.js'

const RESTARTING = { code: 503, message: 'Server is restarting, please reconnect' }
const CLOSING = { code: 110, message: 'Closing connection, bye' }

describe('a simulator that fails on demand', () => {
  let sim: Simulator
  let clock: HeldClock
  let client: RawClient
  beforeEach(async () => {
    const held = await launchHeld()
    sim = held.sim
    clock = held.clock
    client = await rawClient(sim.url)
    await client.login()
  })
  afterEach(async () => {
    tearAll()
    await sim.close()
  })

  describe('restart()', () => {
    it('gives everyone notice, closes, and is back at the same port when it resolves', async () => {
      const stranger = await rawClient(sim.url)
      const { url } = sim
      await sim.restart()
      expect((await client.rest()).slice(2)).toEqual([RESTARTING, CLOSING])
      expect((await stranger.rest()).slice(1)).toEqual([RESTARTING, CLOSING])
      expect(await client.closed).toBe(1001)
      expect(sim.url).toBe(url)
      expect(sim.clients).toEqual([])
      expect(await (await rawClient(url)).login()).toMatchObject({ code: 202 })
      expect(sim.clients).toEqual([{ id: 3, username: 'viptel', loggedIn: true }])
    })

    it('tears the connections when it gives no notice', async () => {
      await sim.restart({ notice: false })
      expect((await client.rest()).slice(2)).toEqual([])
      expect(await client.closed).toBe(1006)
      await rawClient(sim.url)
    })

    it('refuses connections for `downFor` ms', async () => {
      const back = sim.restart({ downFor: 400 })
      await client.closed
      clock.pass(399)
      await expect(rawClient(sim.url)).rejects.toThrow('ECONNREFUSED')
      clock.pass(1)
      await back
      await rawClient(sim.url)
    })

    it('does not wait for a client that takes no part in the close', async () => {
      client.socket.pause()
      const back = sim.restart()
      await new Promise(setImmediate)
      clock.pass(1_000)
      await back
      expect(await sim.waitForClose()).toMatchObject({ id: 1, username: 'viptel', code: 1006 })
    })

    it('follows another restart', async () => {
      const both = Promise.all([sim.restart({ downFor: 20 }), sim.restart()])
      await client.closed
      clock.pass(20)
      await both
      await rawClient(sim.url)
    })

    it('says when its port was taken meanwhile', async () => {
      const back = sim.restart({ downFor: 500 })
      await client.closed
      const thief = createServer()
      await new Promise<void>(resolve => thief.listen(sim.port, '127.0.0.1', resolve))
      clock.pass(500)
      await expect(back).rejects.toBeInstanceOf(ListenError)
      await new Promise(resolve => thief.close(resolve))
      await sim.restart()
      await rawClient(sim.url)
    })

    it('fails when the simulator is closed, before it or during it', async () => {
      const back = sim.restart({ downFor: 600_000 })
      await client.closed
      await within(30_000, 'the close', sim.close())
      await expect(back).rejects.toBeInstanceOf(SimulatorClosedError)
      await expect(sim.restart()).rejects.toBeInstanceOf(SimulatorClosedError)
    })

    it('is not what close() leaves behind, however far it has come', async () => {
      for (let turns = 0; turns < 12; turns += 1) {
        const other = await startSimulator()
        const back = other.restart({ notice: false }).catch(() => {})
        for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate)
        await other.close()
        await back
        await expect(rawClient(other.url)).rejects.toThrow('ECONNREFUSED')
      }
    })

    it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('cannot be down for %s ms', async downFor => {
      await expect(sim.restart({ downFor })).rejects.toBeInstanceOf(InvalidOptionsError)
      await client.ping()
    })
  })

  it('drop() tears the connections without a word and welcomes new ones', async () => {
    sim.drop()
    expect(await client.closed).toBe(1006)
    expect(client.frames).toHaveLength(2)
    expect(await (await rawClient(sim.url)).login()).toMatchObject({ code: 202 })
  })

  it('closeClients() closes with the code and reason given, and without a 110', async () => {
    const reason = new Promise(resolve => client.socket.once('close', (_, text) => resolve(String(text))))
    sim.closeClients({ code: 4001, reason: 'odíď' })
    expect(sim.clients).toEqual([{ id: 1, username: 'viptel', loggedIn: false }])
    expect(await client.closed).toBe(4001)
    expect(await reason).toBe('odíď')
    expect(client.frames).toHaveLength(2)
    expect(await sim.waitForClose()).toMatchObject({ id: 1, code: 4001 })
    const second = await rawClient(sim.url)
    sim.closeClients()
    expect(await second.closed).toBe(1000)
  })

  it.each([
    { code: 1005 },
    { code: 1006 },
    { code: 2000 },
    { code: 999 },
    { code: 1000.5 },
    { reason: 'č'.repeat(62) },
  ])('closeClients() cannot send %j', async frame => {
    expect(() => sim.closeClients(frame)).toThrow(InvalidOptionsError)
    await client.ping()
  })

  describe('freeze()', () => {
    /** Time for a healthy simulator to have answered: another one has, to all of a login and a ping. */
    const turns = async () => {
      const other = await startSimulator()
      const witness = await rawClient(other.url)
      await witness.login()
      await witness.ping()
      await other.close()
    }

    it('reads, answers and sends nothing, and keeps the connection', async () => {
      sim.freeze()
      let pongs = 0
      client.socket.on('pong', () => {
        pongs += 1
      })
      client.socket.ping()
      client.send({ action: '' })
      expect(sim.send({ event: 'x' })).toBe(1)
      await turns()
      expect(pongs).toBe(0)
      expect(client.frames).toHaveLength(2)
      expect(sim.received).toHaveLength(1)
      expect(sim.sent).toHaveLength(2)
      expect(client.socket.readyState).toBe(client.socket.OPEN)
    })

    it('does not answer whoever connects, until the thaw', async () => {
      sim.freeze()
      let connected = false
      const late = rawClient(sim.url).then(made => {
        connected = true
        return made
      })
      await turns()
      expect(connected).toBe(false)
      sim.thaw()
      expect(await (await late).login()).toMatchObject({ code: 202 })
    })

    it('is made good by thaw(): first what was to be sent, in order, then what came', async () => {
      sim.freeze()
      client.send({ action: '' })
      sim.send({ event: 'x' })
      sim.send({ event: 'y' })
      await turns()
      sim.thaw()
      await client.ping()
      expect(client.frames.slice(2).map(text => JSON.parse(String(text)))).toEqual([
        { event: 'x' },
        { event: 'y' },
        { code: 404, message: 'Missing action' },
      ])
    })

    /** Three frames that come in one piece, the first of which freezes the server. */
    const freezeInMidst = async () => {
      const frozen = sim.waitForFrame(({ frame }) => {
        const first = (frame as { action?: unknown }).action === ''
        if (first) sim.freeze()
        return first
      })
      client.socket.send('{"action":""}')
      client.socket.send('{"action":"no.such.action"}')
      client.socket.ping()
      await frozen
      await turns()
    }

    it('holds back what was already read, too', async () => {
      let pongs = 0
      client.socket.on('pong', () => {
        pongs += 1
      })
      await freezeInMidst()
      expect(sim.received).toHaveLength(2)
      expect(client.frames).toHaveLength(2)
      expect(pongs).toBe(0)
      sim.thaw()
      expect(await client.next()).toEqual({ code: 404, message: 'Missing action' })
      expect(await client.next()).toEqual({ code: 404, message: 'Unknown action' })
    })

    it('forgets it in a drop()', async () => {
      await freezeInMidst()
      sim.drop()
      sim.thaw()
      expect(await client.closed).toBe(1006)
      expect(sim.received).toHaveLength(2)
    })

    it('keeps a login timeout that passes to itself, until the thaw', async () => {
      const stranger = await rawClient(sim.url)
      await stranger.next()
      sim.freeze()
      clock.pass(30_000)
      await turns()
      expect(stranger.frames).toHaveLength(1)
      sim.thaw()
      expect((await stranger.rest()).slice(1)).toEqual([{ code: 408, message: 'Login timeout' }, CLOSING])
    })

    it('does not save anyone from drop()', async () => {
      sim.freeze()
      const late = rawClient(sim.url)
      late.catch(() => {})
      await turns()
      sim.send({ event: 'x' })
      sim.drop()
      expect(await client.closed).toBe(1006)
      await expect(late).rejects.toThrow()
      sim.thaw()
      expect(sim.sent).toHaveLength(2)
    })

    it('ends with a restart, which comes without notice', async () => {
      sim.freeze()
      await sim.restart()
      expect(await client.closed).toBe(1006)
      expect(client.frames).toHaveLength(2)
      expect(await (await rawClient(sim.url)).login()).toMatchObject({ code: 202 })
    })
  })
})
