import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type ScenarioName, type Simulator, scenarios, startSimulator } from '../../../src/simulator/index.js'
import { EAGER, watchedClient } from '../../support/client.js'
import type { HeldClock } from '../../support/clock.js'
import { launchHeld } from '../held-simulator.js'
import { type RawClient, rawClient, tearAll } from '../raw-client.js'

const PLAN = {
  extensions: [
    { number: '11', name: 'Jana' },
    { number: '12', name: 'Peter', behaviour: { kind: 'unregistered' } },
  ],
} as const
const HANGUP = { action: 'call.hangup', unique_id: '1453223070.4' }
const GREETING =
  '100 Send your username and password hash in action user.login and use this nonce to generate password hash'
const WELCOME = '202 Login successfull'
const CLOSING = '110 Closing connection, bye'
const NOT_FOUND = '404 Call not found'

/** A scenario of sessions on the wire: to the logged-in client, and to the client that connects next. */
interface Course {
  /** Frames to the logged-in client, from the scenario on. */
  frames?: string[]
  /** Close code of that client; absent where the connection stays. */
  closed?: number
  /** ms that a restart is away. */
  downFor?: number
  /** Frames to the next client, which logs in if it can. `refused`: the error of a connection that cannot be made. */
  newcomer?: { frames: string[]; closed?: number } | { refused: RegExp }
}

const WELCOMED = { frames: [GREETING, WELCOME] }
const refused = (answer: string) => ({ closed: 1006, newcomer: { frames: [GREETING, answer, CLOSING], closed: 1000 } })

const COURSES = {
  restart: {
    frames: ['503 Server is restarting, please reconnect', CLOSING],
    closed: 1001,
    downFor: 1_000,
    newcomer: WELCOMED,
  },
  'restart-without-notice': { closed: 1006, downFor: 1_000, newcomer: WELCOMED },
  'clean-close': { closed: 1000, newcomer: WELCOMED },
  goodbye: { frames: [CLOSING], closed: 1000, newcomer: WELCOMED },
  torn: { closed: 1006, newcomer: WELCOMED },
  'server-error': {
    frames: ['500 An unexpected error has occurred, closing connection', CLOSING],
    closed: 1000,
    newcomer: WELCOMED,
  },
  'wrong-address': { closed: 1006, newcomer: { refused: /403/ } },
  'login-then-unreachable': {
    closed: 1006,
    newcomer: { frames: [GREETING, WELCOME, '503 Unable to connect to PBX', CLOSING], closed: 1000 },
  },
  'wrong-credentials': refused('401 Wrong username and/or password'),
  'not-activated': refused('401 User is not activated'),
  'login-server-error': refused('500 An unexpected error has occurred, closing connection'),
  'login-restarting': refused('503 Server is restarting, please reconnect'),
  'no-greeting': { closed: 1006, newcomer: { frames: [] } },
  'pbx-retrying': { frames: ['504 Can not connect to PBX, try your action again later'], newcomer: WELCOMED },
  'pbx-given-up': {
    frames: ['504 Can not connect to PBX, try your action again later', '503 Unable to connect to PBX'],
    newcomer: { frames: [GREETING, WELCOME, '503 Unable to connect to PBX'] },
  },
  'action-failed': { frames: ['500 Action failed'], newcomer: WELCOMED },
  'mute-after-login': { closed: 1006, newcomer: WELCOMED },
  'slow-greeting': { closed: 1006 },
  'odd-greeting': { closed: 1006, newcomer: { frames: [GREETING.replace('100', '101'), WELCOME] } },
  'pings-unanswered': { newcomer: WELCOMED },
  'lost-answers': { newcomer: WELCOMED },
  'late-answers': { newcomer: WELCOMED },
  'error-among-actions': { newcomer: WELCOMED },
  'torn-by-action': { newcomer: WELCOMED },
} satisfies Partial<Record<ScenarioName, Course>>

/** Those with a spec of their own below. */
const APART: readonly ScenarioName[] = ['half-open', 'away', 'lost-again', 'login-timeout', 'idle-limit']

const brief = (frames: readonly unknown[]) =>
  (frames as Record<string, unknown>[]).map(({ event, code, message }) => String(event ?? `${code} ${message}`))

describe('the scenarios of a session', () => {
  let sim: Simulator
  let clock: HeldClock
  let client: RawClient
  beforeEach(async () => {
    const held = await launchHeld({ exchange: PLAN })
    sim = held.sim
    clock = held.clock
    client = await rawClient(sim.url)
    await client.login()
  })
  afterEach(async () => {
    tearAll()
    await sim.close()
  })
  /** Compares the frames of one client, to the close, or to the last frame that the server has sent. */
  const compare = async (
    { id, of }: { id: number; of: RawClient },
    expected: readonly string[],
    closed: number | undefined,
    from: number,
  ) => {
    if (closed !== undefined) expect(await of.closed).toBe(closed)
    else {
      while (of.frames.length < from + expected.length) await of.next()
      expect(sim.sent.filter(({ client: receiver }) => receiver === id)).toHaveLength(from + expected.length)
      expect(of.socket.readyState).toBe(of.socket.OPEN)
    }
    expect(brief(of.frames.slice(from).map(frame => JSON.parse(String(frame))))).toEqual(expected)
  }

  it.each(Object.entries(COURSES) as [ScenarioName, Course][])(
    '%s',
    async (name, { frames = [], closed, downFor, newcomer }) => {
      const played = sim.playScenario(name)
      await compare({ id: 1, of: client }, frames, closed, 2)
      if (downFor !== undefined) clock.pass(downFor)
      await played
      if (newcomer === undefined) return
      if ('refused' in newcomer) return expect(rawClient(sim.url)).rejects.toThrow(newcomer.refused)
      const second = await rawClient(sim.url)
      if (newcomer.frames.length > 0) await second.login()
      await compare({ id: 2, of: second }, newcomer.frames, newcomer.closed, 0)
    },
  )

  it('are all here', () => {
    const names = Object.entries(scenarios).flatMap(([name, scenario]) => ('perform' in scenario ? [name] : []))
    expect([...Object.keys(COURSES), ...APART].sort()).toEqual(names.sort())
  })

  it('half-open: nothing comes and nothing is answered, until the thaw', async () => {
    await sim.playScenario('half-open')
    client.send(HANGUP)
    sim.send({ event: 'call.pickup', unique_id: '1.1' })
    await compare({ id: 1, of: client }, [], undefined, 2)
    sim.thaw()
    expect(brief([await client.next(), await client.next()])).toEqual(['call.pickup', NOT_FOUND])
  })

  it('login-timeout: the greeting, then nothing until the 408', async () => {
    await sim.playScenario('login-timeout')
    const ignored = await rawClient(sim.url)
    const answered = ignored.login()
    await sim.waitForFrame('user.login', 2)
    clock.pass(30_000)
    await answered
    expect(brief(await ignored.rest())).toEqual([GREETING, '408 Login timeout', CLOSING])
  })

  it('idle-limit: 110 and the close after a second of silence, now and after the next login', async () => {
    await sim.playScenario('idle-limit')
    for (const one of [client, undefined]) {
      const idle = one ?? (await rawClient(sim.url))
      if (one === undefined) await idle.login()
      clock.pass(999)
      expect(idle.frames).toHaveLength(2)
      clock.pass(1)
      expect(await idle.closed).toBe(1000)
      expect(brief((await idle.rest()).slice(2))).toEqual([CLOSING])
    }
  })

  it('away: the notice, and then no server at that port', async () => {
    const away = sim.playScenario('away')
    away.catch(() => {})
    expect(brief((await client.rest()).slice(2))).toEqual(['503 Server is restarting, please reconnect', CLOSING])
    clock.pass(7_999)
    await expect(rawClient(sim.url)).rejects.toThrow('ECONNREFUSED')
  })

  it('lost-again: the client that comes back is closed at its login, and not at the next one', async () => {
    const played = sim.playScenario('lost-again')
    const { pbx, statuses, status } = watchedClient({
      url: sim.url,
      credentials: { username: 'viptel', password: 'secret' },
      reconnect: EAGER,
    })
    pbx.event$.subscribe({ error: () => {} })
    await client.closed
    clock.pass(1_000)
    await played
    await sim.waitForLogin(3)
    await status('online', ({ session }) => session >= 2)
    expect(statuses.filter(({ state }) => state === 'online')).toHaveLength(2)
    await pbx.close()
  })

  it('odd-greeting: the client of this package logs in all the same', async () => {
    await sim.playScenario('odd-greeting')
    const { pbx, status } = watchedClient({ url: sim.url, credentials: { username: 'viptel', password: 'secret' } })
    pbx.event$.subscribe({ error: () => {} })
    await status('online')
    await pbx.close()
  })

  it('pings-unanswered: events and answers come, pongs do not', async () => {
    let pongs = 0
    client.socket.on('pong', () => {
      pongs += 1
    })
    await sim.playScenario('pings-unanswered')
    client.socket.ping()
    sim.send({ event: 'call.pickup', unique_id: '1.1' })
    client.send(HANGUP)
    expect(brief([await client.next(), await client.next()])).toEqual(['call.pickup', NOT_FOUND])
    expect(pongs).toBe(0)
  })

  it('mute-after-login: after the 202 nothing comes, whatever is asked', async () => {
    await sim.playScenario('mute-after-login')
    const muted = await rawClient(sim.url)
    await muted.login()
    muted.send(HANGUP)
    sim.send({ event: 'call.pickup', unique_id: '1.1' })
    await muted.ping()
    expect(muted.frames).toHaveLength(2)
  })

  it('slow-greeting: nothing but pongs comes for two seconds', async () => {
    await sim.playScenario('slow-greeting')
    const slow = await rawClient(sim.url)
    await slow.ping()
    clock.pass(1_999)
    await slow.ping()
    expect(slow.frames).toHaveLength(0)
    clock.pass(1)
    expect(brief([await slow.next()])).toEqual([GREETING])
  })

  it('lost-answers: the action is carried out, and events come, but no answer', async () => {
    await sim.playScenario('lost-answers')
    client.send(HANGUP)
    expect(await sim.waitForAction('call.hangup')).toMatchObject({ answer: { code: 404 } })
    sim.send({ event: 'call.pickup', unique_id: '1.1' })
    await client.ping()
    expect(brief((client.frames.slice(2) as string[]).map(frame => JSON.parse(frame)))).toEqual(['call.pickup'])
  })

  it('late-answers: three seconds later, overtaken by events', async () => {
    await sim.playScenario('late-answers')
    client.send(HANGUP)
    await sim.waitForAction('call.hangup')
    sim.send({ event: 'call.pickup', unique_id: '1.1' })
    clock.pass(2_999)
    await client.ping()
    expect(client.frames).toHaveLength(3)
    clock.pass(1)
    expect(brief([await client.next(), await client.next()])).toEqual(['call.pickup', NOT_FOUND])
  })

  it('error-among-actions: the error of the first comes after the outcome of the second, and names neither', async () => {
    await sim.playScenario('error-among-actions')
    client.send({ action: 'call.create', from: '12', to: '0911222333', call_random_id: 'first' })
    client.send({ action: 'call.create', from: '11', to: '0911222333', call_random_id: 'second' })
    expect(await client.next()).toMatchObject({ event: 'call.create_response', call_random_id: 'second' })
    clock.pass(300)
    expect(await client.next()).toEqual({ code: 500, message: 'Action failed' })
  })

  it('torn-by-action: the call is there, and its client got nothing of it', async () => {
    await sim.playScenario('torn-by-action')
    client.send({ action: 'call.create', from: '11', to: '0911222333', call_random_id: 'lost' })
    expect(await client.closed).toBe(1006)
    expect(client.frames).toHaveLength(2)
    expect(new Set(sim.exchange.calls.values()).size).toBe(1)
  })
})

describe('actions in the recordings, done by a client', () => {
  let sim: Simulator
  let client: RawClient
  beforeEach(async () => {
    sim = await startSimulator({ exchange: PLAN })
    client = await rawClient(sim.url)
    await client.login()
  })
  afterEach(async () => {
    tearAll()
    await sim.close()
  })

  it('created-from-unregistered: 500 to the client that asked alone, and no id', async () => {
    const other = await rawClient(sim.url)
    await other.login()
    client.send({ action: 'call.create', from: '12', to: '11', call_random_id: 'r1' })
    await client.ping()
    await other.ping()
    expect(brief((client.frames.slice(2) as string[]).map(frame => JSON.parse(frame)))).toEqual(['500 Action failed'])
    expect(other.frames).toHaveLength(2)
  })

  it('hangup-after-reconnect: 404 for a call that had begun before, which goes on', async () => {
    const id = sim.exchange.dial({ from: '0910000001', to: '11' })
    await sim.playScenario('torn')
    await client.closed
    const again = await rawClient(sim.url)
    await again.login()
    again.send({ ...HANGUP, unique_id: id })
    expect(brief([await again.next()])).toEqual([NOT_FOUND])
    sim.exchange.hangUp(id)
    expect(brief([await again.next()])).toEqual(['call.end'])
  })

  it('hangup-by-first-id: the end comes on the last id of the call', async () => {
    client.send({ action: 'call.create', from: '11', to: '0911222333', call_random_id: 'r1' })
    const { unique_id: first } = await client.next()
    sim.exchange.answer(String(first))
    const { unique_id: last } = await client.next()
    client.send({ ...HANGUP, unique_id: first })
    const { unique_id: begun } = await client.next()
    expect([begun, (await client.next())['unique_id']]).toEqual([last, last])
    expect(last).not.toBe(first)
  })
})
