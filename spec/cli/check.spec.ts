import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { causesAtTls } from '../../src/cli/check/causes.js'
import { keepFrames } from '../../src/cli/check/report.js'
import { type RefusalMode, type Simulator, startSimulator } from '../../src/simulator/index.js'
import { bareServer, freePort, GREETING, muteServer } from '../support/bare-server.js'
import { tlsProxy } from '../support/tls-proxy.js'
import { objects, run } from './running.js'

const LOGIN = { VIPTEL_USERNAME: 'viptel', VIPTEL_PASSWORD: 'secret' }
const check = (url: string, args: readonly string[] = [], env: Record<string, string> = {}) =>
  run(['check', ...args], { ...LOGIN, VIPTEL_URL: url, ...env })

describe('check', () => {
  let sim: Simulator
  let closing: (() => Promise<void>)[] = []
  beforeEach(async () => {
    sim = await startSimulator()
  })
  afterEach(async () => {
    for (const close of closing) await close()
    closing = []
    await sim.close()
  })
  const open = <T extends { close: () => Promise<void> }>(server: T): T => {
    closing.push(server.close)
    return server
  }
  /** How each step went, and what is said of the one that failed. */
  const outcomes = async (running: ReturnType<typeof run>) => {
    const code = await running.ended
    const all = objects(running)
    const steps = Object.fromEntries(all.flatMap(({ step, outcome }) => (step === undefined ? [] : [[step, outcome]])))
    const failed = all.find(({ outcome }) => outcome === 'failed') as
      | { step: string; detail: string; causes: string[] }
      | undefined
    return { code, steps, failed, verdict: all.find(({ result }) => result !== undefined)?.['result'] }
  }

  it('shows each step in a line with its time, logs out and ends with 0', async () => {
    const running = check(sim.url, ['--wait', '0'])
    expect(await running.ended).toBe(0)
    const lines = running.stdout.split('\n').map(line => line.trim().split(/ {2,}/))
    expect(lines.map(([outcome, step, ms]) => [outcome, step, /^\d+ ms$/.test(ms ?? '')])).toEqual([
      ['ok', 'resolve', true],
      ['ok', 'connect', true],
      ['skipped', 'tls', false],
      ['ok', 'greeting', true],
      ['ok', 'login', true],
      ['ok', 'pbx', true],
      ['logged in; nothing speaks against the PBX', undefined, false],
      ['', undefined, false],
    ])
    expect(running.stdout).toContain('no proof')
    await sim.waitForAction('user.logout')
  })

  it('knows the PBX to be reachable from an event, without waiting longer', async () => {
    const running = check(sim.url, ['--wait', '3600', '--json'])
    await sim.waitForLogin()
    sim.send({ event: 'queue.pause', queue: '601', member: '12' })
    expect(await running.ended).toBe(0)
    expect(objects(running).find(({ step }) => step === 'pbx')).toMatchObject({
      outcome: 'ok',
      detail: 'an event came',
    })
  })

  it('names the host that cannot be resolved', async () => {
    const { code, steps, failed } = await outcomes(check('wss://pbx.invalid:8088/', ['--json']))
    expect({ code, steps }).toMatchObject({ code: 3, steps: { resolve: 'failed', connect: 'skipped', pbx: 'skipped' } })
    expect(failed?.detail).toContain('pbx.invalid')
  })

  it('names what stops a connection', async () => {
    const { code, failed, verdict } = await outcomes(check(`ws://127.0.0.1:${await freePort()}`, ['--json']))
    expect({ code, step: failed?.step, verdict }).toEqual({
      code: 3,
      step: 'connect',
      verdict: 'no connection: it failed at connect',
    })
    expect(failed?.causes.join()).toMatch(/wrong host or port.*not activated.*IP address.*not reported/)
  })

  it('names an address without its port as the first mistake', async () => {
    const { failed } = await outcomes(check('ws://127.0.0.1', ['--json']))
    expect(failed?.causes[0]).toMatch(/has no port, so 80 was taken.*write ws:\/\/127\.0\.0\.1:8088\//)
  })

  it('names a certificate that nobody vouches for, and whose it is', async () => {
    const proxy = open(await tlsProxy(sim.port))
    const { code, steps, failed } = await outcomes(check(proxy.url, ['--json']))
    expect({ code, steps }).toMatchObject({ code: 3, steps: { connect: 'ok', tls: 'failed', greeting: 'skipped' } })
    expect(failed?.detail).toMatch(
      /DEPTH_ZERO_SELF_SIGNED_CERT: certificate of localhost, issued by localhost, valid until/,
    )
    expect(failed?.causes[0]).toContain('NODE_EXTRA_CA_CERTS')
  })

  it('names a port that speaks no TLS', async () => {
    const { code, failed } = await outcomes(check(`wss://127.0.0.1:${sim.port}`, ['--json']))
    expect({ code, step: failed?.step }).toEqual({ code: 3, step: 'tls' })
    expect(failed?.causes[0]).toContain('does not speak TLS')
  })

  it.each(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'has a cause of its own for %s',
    code => {
      expect(causesAtTls(code)[0]).not.toBe(causesAtTls('')[0])
    },
  )

  it.each<[RefusalMode, string, number, RegExp]>([
    ['turned-away', 'greeting', 3, /not activated.*not reported/],
    ['wrong-credentials', 'login', 1, /login of the API, not that of the web manager/],
    ['user-not-activated', 'login', 1, /is not activated/],
    ['server-error', 'login', 3, /trouble of its own/],
    ['restarting', 'login', 3, /trouble of its own/],
    ['pbx-unreachable', 'pbx', 3, /login is right.*cannot reach the PBX/],
  ])('names what causes %s, and ends with its code', async (mode, step, exit, cause) => {
    sim.refuseLogins(mode)
    const { code, failed } = await outcomes(check(sim.url, ['--json']))
    expect({ code, step: failed?.step }).toEqual({ code: exit, step })
    expect(failed?.causes.join(' ')).toMatch(cause)
  })

  it.each<[RefusalMode, string, RegExp]>([
    ['no-greeting', 'greeting', /"tls","outcome":"skipped"/],
    ['mute', 'login', /"greeting","outcome":"ok"/],
  ])('waits for a server with %s no longer than --timeout', async (mode, step, before) => {
    sim.refuseLogins(mode)
    const running = run(['check', '--json', '--timeout', '10'], { ...LOGIN, VIPTEL_URL: sim.url }, { isTimeHeld: true })
    await running.said('stdout', before)
    await running.expire()
    const { code, failed } = await outcomes(running)
    expect({ code, step: failed?.step, detail: failed?.detail }).toEqual({ code: 3, step, detail: 'no answer in time' })
  })

  it('waits for TLS no longer than --timeout', async () => {
    const { url } = open(await muteServer())
    const env = { ...LOGIN, VIPTEL_URL: url.replace('ws:', 'wss:') }
    const running = run(['check', '--json'], env, { isTimeHeld: true })
    await running.said('stdout', /"connect","outcome":"ok"/)
    await running.expire()
    const { failed } = await outcomes(running)
    expect({ step: failed?.step, detail: failed?.detail }).toEqual({ step: 'tls', detail: 'no answer in time' })
  })

  it('keeps to --timeout though garbage is collected meanwhile', async () => {
    sim.refuseLogins('mute')
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const running = check(sim.url, ['--json', '--timeout', '3'])
    await running.said('stdout', /"greeting","outcome":"ok"/)
    for (let turn = 0; turn < 5; turn += 1) {
      await new Promise(resolve => setImmediate(resolve))
      collect()
    }
    await running.ended
    expect(objects(running).find(({ step }) => step === 'login')).toMatchObject({ detail: 'no answer in time' })
  })

  it('distinguishes a PBX that is out of reach for now from one that is given up', async () => {
    const running = check(sim.url, ['--json', '--wait', '3600'])
    await sim.waitForLogin()
    sim.losePbx()
    const { code, failed } = await outcomes(running)
    expect({ code, step: failed?.step, detail: failed?.detail }).toEqual({
      code: 3,
      step: 'pbx',
      detail: 'code 504: the server has lost the PBX and tries to find it again',
    })
    expect(failed?.causes[0]).toContain('keeps trying')
  })

  it('ends soon at Ctrl+C, and says that it was interrupted', async () => {
    const running = check(sim.url, ['--wait', '3600'])
    await running.said('stdout', /ok +login/)
    running.signal('SIGINT')
    expect(await running.ended).toBe(4)
    expect(running.stdout).toMatch(/skipped {2}pbx .*interrupted\ninterrupted\n/)
    await sim.waitForAction('user.logout')
  })

  it('says no more when nobody reads it', async () => {
    const running = check(sim.url, ['--wait', '3600'])
    await running.said('stdout', /ok +login/)
    running.hangUp()
    expect(await running.ended).toBe(0)
    expect(running.stderr).toBe('')
  })

  describe('writes a report', () => {
    let folder: string
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'viptel-pbx-check-'))
    })
    afterEach(() => rm(folder, { recursive: true }))

    it('with versions, steps, addresses and frames, and without a secret or a name', async () => {
      const server = open(
        await bareServer({
          onPeer: peer => {
            peer.send({ ...GREETING, nonce: 'n0nce-of-this' })
            void peer.next().then(login => {
              const { password, username } = JSON.parse(login)
              peer.send({
                event: 'call.begin',
                unique_id: '1.2',
                caller: '0910000001',
                caller_name: 'Jana',
                callee: '12',
              })
              peer.send(`${password} secret n0nce-of-this`)
              peer.send('"caller_name": "Jana", "callee": "12"}')
              peer.send({ code: 401, message: `Wrong username and/or password`, was: password, username })
              peer.socket.close()
            })
          },
        }),
      )
      const path = join(folder, 'report.txt')
      const running = check(`${server.url}/path?token=abc`, ['--report', path], { VIPTEL_USERNAME: 'nobody-else' })
      expect(await running.ended).toBe(1)
      const report = await readFile(path, 'utf8')
      expect(report).toMatch(/viptel-pbx \d+\.\d+\.\d+, Node \d+/)
      expect(report).toContain(`address    ws://127.0.0.1:${server.port}/path?[hidden]`)
      expect(report).toMatch(/result {5}the login was refused/)
      expect(report).toMatch(/failed {3}login .*\n {13}perhaps:/)
      expect(report).toMatch(/127\.0\.0\.1:\d+ to 127\.0\.0\.1:\d+/)
      expect(report).toContain('an event, call.begin')
      expect(report).toContain('"nonce":"[hidden]"')
      expect(report).toContain('no response and no event, 26 characters like [xxxxxx] [xxxxxx] [x\n')
      const [login = '{}'] = (await server.peer(1)).received
      const all = report + running.stdout + running.stderr
      for (const secret of [
        'secret',
        'n0nce',
        'nobody-else',
        JSON.parse(login).password,
        'Jana',
        '0910000001',
        'token=abc',
      ])
        expect(all).not.toContain(secret)
    })

    it.each([
      [[], /^Report of 'viptel-pbx check'/m],
      [['--json'], /^\{"report":"Report of/m],
    ])('on stdout with --report - %j', async (args, expected) => {
      const running = check(sim.url, ['--report', '-', '--wait', '0', ...args])
      expect(await running.ended).toBe(0)
      expect(running.stdout).toMatch(expected)
    })

    it('only where one can be written, which it knows before anything else', async () => {
      const running = check(sim.url, ['--report', join(folder, 'none', 'x')])
      expect(await running.ended).toBe(2)
      expect(running.stderr).toMatch(/cannot be written .*ENOENT/)
      expect(sim.clients).toHaveLength(0)
    })

    it('of a hundred frames at most', () => {
      const frames = keepFrames({ username: 'a', password: 'b' }, () => 0)
      for (let n = 0; n < 200; n += 1)
        frames.logger.debug('received', { frame: JSON.stringify({ code: 400, message: 'x'.repeat(1_000) }) })
      expect(frames.all).toHaveLength(100)
      expect(frames.all[0]?.text).toHaveLength(500)
    })
  })
})
