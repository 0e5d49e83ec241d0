import { getEventListeners } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  InvalidOptionsError,
  InvalidRecordingError,
  parseRecording,
  type Recording,
  type Simulator,
} from '../../../src/simulator/index.js'
import { responses } from '../../../src/simulator/server/response-table.js'
import type { HeldClock } from '../../support/clock.js'
import { launchHeld } from '../held-simulator.js'
import { type RawClient, rawClient, tearAll } from '../raw-client.js'

const RECORDINGS = new URL('../../fixtures/recordings/', import.meta.url)
const texts = readdirSync(RECORDINGS).map(name => [name, readFileSync(new URL(name, RECORDINGS), 'utf8')] as const)

describe('what the simulator sends', () => {
  let sim: Simulator
  let clock: HeldClock
  let client: RawClient
  const got = () => client.frames.slice(2).map(text => JSON.parse(String(text)))
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

  it('goes to all that are logged in and to nobody else', async () => {
    const second = await rawClient(sim.url)
    await second.login()
    const stranger = await rawClient(sim.url)
    expect(sim.send({ event: 'x' })).toBe(2)
    for (const { ping } of [client, second, stranger]) await ping()
    expect([client, second, stranger].map(({ frames }) => frames.length)).toEqual([3, 3, 1])
  })

  it('is JSON for an object, the text itself for a string, a binary frame for bytes', async () => {
    sim.send({ event: 'call.end', name: 'Žofia' })
    sim.send('{"event": broken')
    sim.send(new Uint8Array([1, 255]))
    await client.ping()
    expect(client.frames.slice(2)).toEqual([
      '{"event":"call.end","name":"Žofia"}',
      '{"event": broken',
      new Uint8Array([1, 255]),
    ])
  })

  it('goes to one client, logged in or not, by sendTo()', async () => {
    const stranger = await rawClient(sim.url)
    expect(sim.sendTo(2, 'to you')).toBe(true)
    expect(sim.sendTo(3, 'to nobody')).toBe(false)
    await stranger.ping()
    await client.ping()
    expect(stranger.frames.slice(1)).toEqual(['to you'])
    expect(got()).toEqual([])
  })

  it('cannot be what JSON cannot hold', () => {
    expect(() => sim.send((() => {}) as object)).toThrow(TypeError)
  })

  it.each(responses)('can be the response $code $message', async ({ code, message, meaning }) => {
    expect(sim.announce(meaning)).toBe(1)
    expect(await client.next()).toEqual({ code, message })
    expect(sim.clients).toMatchObject([{ loggedIn: true }])
  })

  it('is remembered with what came, oldest first', async () => {
    clock.pass(1_000)
    client.send('rubbish')
    await client.next()
    sim.send('{"event":"x"}')
    await client.next()
    expect(sim.received).toEqual([
      {
        client: 1,
        at: expect.any(Number),
        raw: expect.stringContaining('user.login'),
        frame: { action: 'user.login', username: 'viptel', password: expect.any(String) },
        binary: false,
      },
      { client: 1, at: expect.any(Number), raw: 'rubbish', frame: undefined, binary: false },
    ])
    expect(sim.sent.map(({ frame }) => frame)).toMatchObject([
      { code: 100 },
      { code: 202 },
      { code: 400 },
      { event: 'x' },
    ])
    expect(sim.received.map(({ at }) => at)).toEqual([clock.now() - 1_000, clock.now()])
    expect(sim.sent.map(({ at }) => clock.now() - at)).toEqual([1_000, 1_000, 0, 0])
  })

  it('is remembered as it was, whatever becomes of the object', () => {
    const frame = { event: 'x' }
    sim.send(frame)
    frame.event = 'y'
    expect(sim.sent.at(-1)?.frame).toEqual({ event: 'x' })
  })

  describe('play()', () => {
    it.each(texts)('sends all of %s in its order, at once at infinite speed', async (_, text) => {
      const recording = parseRecording(text)
      await sim.play(recording, { speed: Number.POSITIVE_INFINITY })
      await client.ping()
      expect(got()).toEqual(
        text
          .trim()
          .split('\n')
          .map(line => JSON.parse(line).frame),
      )
    })

    const every = (ms: number, count: number): Recording =>
      Array.from({ length: count }, (_, index) => ({ t: index * ms, frame: { event: 'tick', index } }))

    it.each([
      ['as recorded', 1],
      ['faster by its speed', 10],
    ])('sends each frame at its time, %s', async (_, speed) => {
      const playing = sim.play(every(40 * speed, 4), { speed })
      const sent = () => sim.sent.length - 2
      expect(sent()).toBe(1)
      for (const count of [2, 3, 4]) {
        clock.pass(39)
        expect(sent()).toBe(count - 1)
        clock.pass(1)
        expect(sent()).toBe(count)
      }
      await playing
      await client.ping()
      expect(got().map(({ index }) => index)).toEqual([0, 1, 2, 3])
    })

    it('keeps the order of equal times, and of a time that goes back', async () => {
      const recording = [5, 5, 5, 3, 5].map((t, index) => ({ t, frame: { index } }))
      const playing = sim.play(recording)
      clock.pass(5)
      await playing
      await client.ping()
      expect(got().map(({ index }) => index)).toEqual([0, 1, 2, 3, 4])
    })

    it('reaches whoever is logged in when a frame’s time comes', async () => {
      const signal = new AbortController()
      const playing = sim.play(
        [
          { t: 0, frame: { index: 0 } },
          { t: 600_000, frame: { index: 1 } },
        ],
        { signal: signal.signal },
      )
      await client.next()
      signal.abort(new Error('enough'))
      await expect(playing).rejects.toThrow('enough')
      await client.ping()
      expect(got()).toEqual([{ index: 0 }])
      await expect(sim.play(every(0, 1), { signal: signal.signal })).rejects.toThrow('enough')
      await client.ping()
      expect(got()).toHaveLength(1)
    })

    it('leaves nothing on the signal it was given', async () => {
      const { signal } = new AbortController()
      await sim.play(every(0, 1), { signal })
      expect(getEventListeners(signal, 'abort')).toEqual([])
    })

    it('ends quietly when the simulator closes, and plays nothing afterwards', async () => {
      const playing = sim.play([{ t: 600_000, frame: {} }])
      await sim.close()
      await playing
      await sim.play(every(0, 1))
      expect(sim.sent.some(({ raw }) => raw.includes('tick'))).toBe(false)
    })

    it.each([0, -1, Number.NaN, '2' as unknown as number])('cannot play at the speed %s', async speed => {
      await expect(sim.play([], { speed })).rejects.toBeInstanceOf(InvalidOptionsError)
    })

    it('says what it cannot play', async () => {
      for (const text of ['{"t":0,"frame":{}}', undefined]) {
        await expect(sim.play(text as unknown as Recording)).rejects.toThrow(InvalidRecordingError)
      }
      await expect(sim.play([{ t: -1, frame: {} }])).rejects.toBeInstanceOf(InvalidRecordingError)
      await expect(sim.play([{ t: 0, frame: 'text' as unknown as object }])).rejects.toThrow('Entry 0')
      const circular: { self?: object } = {}
      circular.self = circular
      await expect(sim.play([{ t: 0, frame: circular }])).rejects.toBeInstanceOf(TypeError)
    })
  })
})
