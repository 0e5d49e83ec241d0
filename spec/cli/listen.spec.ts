import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type Simulator, startSimulator } from '../../src/simulator/index.js'
import { freePort } from '../support/bare-server.js'
import { objects, type Running, run } from './running.js'

const BEGIN = {
  event: 'call.begin',
  unique_id: '1795418999.1',
  caller: '0910000001',
  caller_name: 'Jana',
  callee: '12',
  callee_name: '12',
  called_number: '12',
}
const END = { event: 'call.end', unique_id: '1795418999.1', status: 'answer' }

describe('listen', () => {
  let sim: Simulator
  let listening: Running
  const listen = async (...args: string[]) => {
    listening = run(['listen', ...args], { VIPTEL_URL: sim.url, VIPTEL_USERNAME: 'viptel', VIPTEL_PASSWORD: 'secret' })
    await listening.said('stderr', /online, login 1/)
  }
  /** Resolves when everything that was sent before has been shown: a frame of its own shows that. */
  const settled = async () => {
    sim.send('no frame at all')
    await listening.said('stderr', /invalid-json.*no frame at all/)
  }
  beforeEach(async () => {
    sim = await startSimulator()
  })
  afterEach(async () => {
    listening.signal('SIGINT')
    await listening.ended
    await sim.close()
  })

  it('shows events line by line, and what could not be read on stderr', async () => {
    await listen()
    sim.send(BEGIN)
    sim.send({ event: 'parking.begin', lot: 701 })
    await settled()
    expect(listening.stdout).toMatch(
      /^\d\d:\d\d:\d\d {2}call\.begin +1795418999\.1 +Jana \(0910000001\) calls 12\n\S+ {2}parking\.begin +\{"lot":701\}\n$/,
    )
    expect(listening.stderr).not.toContain('parking')
  })

  it('prints one object a line with --json, with when it came', async () => {
    await listen('--json')
    sim.send(BEGIN)
    sim.send({ event: 'queue.join', queue: 601, caller: 42, unique_id: '1795418999.2', position: '1' })
    await settled()
    expect(objects(listening)).toMatchObject([
      { ...BEGIN, meta: { session: 1, receivedAt: expect.any(Number) } },
      { queue: '601', caller: '42', position: 1, meta: { session: 1 } },
    ])
  })

  it.each([
    [['call.*'], ['call.begin', 'call.hold', 'call.end']],
    [['*.begin'], ['call.begin', 'parking.begin']],
    [
      ['call.end', 'parking.?egin'],
      ['parking.begin', 'call.end'],
    ],
    [['call'], []],
    [['call.(begin|end)'], []],
  ])('shows with --event %j only those, of unknown names too', async (patterns, names) => {
    await listen('--json', ...patterns.flatMap(pattern => ['--event', pattern]))
    for (const frame of [BEGIN, { event: 'call.hold' }, { event: 'parking.begin' }, { event: 'queue.stats' }, END])
      sim.send(frame)
    await settled()
    expect(objects(listening).map(({ event }) => event)).toEqual(names)
  })

  it('shows an unknown event as often as it comes', async () => {
    await listen('--json')
    for (const n of [1, 2, 3]) sim.send({ event: 'call.hold', n })
    await settled()
    expect(objects(listening).map(({ n }) => n)).toEqual([1, 2, 3])
  })

  it('shows with --calls what becomes of each call', async () => {
    await listen('--calls')
    sim.send(BEGIN)
    sim.send({ event: 'call.pickup', unique_id: BEGIN.unique_id })
    sim.send(END)
    sim.send({ ...END, unique_id: '1795418999.7' })
    await settled()
    expect(listening.stdout.split('\n').map(line => line.replace(/^\S+ +/, '').replace(/\d+\.\d s/, 'N s'))).toEqual([
      'begin                1795418999.1      Jana (0910000001) calls 12 (inbound)',
      'answer               1795418999.1      12 talks to Jana (0910000001)',
      'end                  1795418999.1      Jana (0910000001): ended as answer, N s after it was answered',
      'unseen-end           1795418999.7      something has ended that began before we listened',
      '',
    ])
  })

  it('prints calls as objects with --calls --json', async () => {
    await listen('--calls', '--json')
    sim.send(BEGIN)
    await settled()
    expect(objects(listening)).toMatchObject([{ kind: 'begin', call: { id: BEGIN.unique_id, phase: 'ringing' } }])
  })

  it.each([[[]], [['--json']], [['--calls']], [['--calls', '--json']]])(
    '%j survives frames that are nested deeply, or whose fields are no texts',
    async args => {
      await listen(...args)
      for (const event of ['call.pickup', 'call.hold'])
        for (const levels of [200, 4_000, 50_000]) {
          const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`
          sim.send(`{"event":"${event}","unique_id":"1.1","x":${deep}}`)
          sim.send(`{"event":"${event}","unique_id":${deep}}`)
        }
      sim.send({ event: 'call.hold', unique_id: { toString: 1, valueOf: null } })
      sim.send(BEGIN)
      await listening.said('stdout', /1795418999\.1/)
      await settled()
    },
  )

  it.each([['*a*a*a*a*a*a*b'], ['*?a?*?a?*?a?*b']])(
    'matches --event %s in one pass, however long a name is',
    async pattern => {
      await listen('--json', '--event', pattern, '--event', 'call.begin')
      sim.send({ event: 'a'.repeat(20_000) })
      sim.send(BEGIN)
      await listening.said('stdout', /call\.begin/)
    },
  )

  it('goes on after a loss, and says so and what it may have missed, on stderr only', async () => {
    await listen()
    sim.send(BEGIN)
    await listening.said('stdout', /call\.begin/)
    sim.drop()
    await sim.waitForLogin(2)
    sim.send(END)
    await listening.said('stdout', /call\.end/)
    await settled()
    expect(listening.stderr).toMatch(
      /online, login 1[\s\S]*lost: [^\n]*Next try in[\s\S]*online, login 2[\s\S]*events from \S+ to \S+ may be lost/,
    )
    expect(listening.stdout.trim().split('\n')).toHaveLength(2)
  })

  it('says once that it is online', async () => {
    await listen()
    sim.send(BEGIN)
    await settled()
    expect(listening.stderr.match(/online/g)).toHaveLength(1)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('logs out on %s', async signal => {
    await listen()
    listening.signal(signal)
    expect(await listening.ended).toBe(0)
    await sim.waitForFrame('user.logout')
  })

  it('ends quietly and logs out when nobody reads any more', async () => {
    await listen()
    listening.hangUp()
    expect(await listening.ended).toBe(0)
    await sim.waitForFrame('user.logout')
    expect(listening.stderr).not.toMatch(/EPIPE|Error/)
  })

  it('ends with 1 when the login is refused, and says why', async () => {
    listening = run(['listen'], { VIPTEL_URL: sim.url, VIPTEL_USERNAME: 'viptel', VIPTEL_PASSWORD: 'wrong-one' })
    expect(await listening.ended).toBe(1)
    expect(listening.stderr).toMatch(/refused the login/)
    expect(listening.stderr).not.toContain('wrong-one')
  })

  it('ends with 3 when nobody is there at first', async () => {
    listening = run(['listen'], {
      VIPTEL_URL: `ws://127.0.0.1:${await freePort()}`,
      VIPTEL_USERNAME: 'viptel',
      VIPTEL_PASSWORD: 'secret',
    })
    expect(await listening.ended).toBe(3)
    expect(listening.stderr).toMatch(/Could not connect to 127\.0\.0\.1:\d+[^\n]*\n$/)
  })

  it.each([
    [['--calls', '--event', 'call.*'], 'give one of them'],
    [['here'], 'options only'],
    [['--event'], '--event'],
    [['--events', 'x'], '--events'],
  ])('says with %j in one line what was wrong', async (args, said) => {
    listening = run(['listen', ...args], { VIPTEL_USERNAME: 'viptel', VIPTEL_PASSWORD: 'secret' })
    expect(await listening.ended).toBe(2)
    expect(listening.stderr).toContain(said)
    expect(listening.stderr).toMatch(/^[^\n]+ See 'viptel-pbx listen --help'\.\n$/)
  })
})
