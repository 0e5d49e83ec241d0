import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type ExchangePlan, type Simulator, startSimulator } from '../../src/simulator/index.js'
import { freePort } from '../support/bare-server.js'
import { CERTIFICATE, tlsProxy } from '../support/tls-proxy.js'
import { startCommand } from './cli-process.js'
import { manifest } from './consumer.js'

const PLAN: ExchangePlan = {
  extensions: [
    { number: '12', name: 'Peter', behaviour: { kind: 'answer', after: 1 } },
    // rings until somebody answers
    { number: '14', name: 'Jana' },
  ],
}
const LOGIN = { VIPTEL_USERNAME: 'viptel', VIPTEL_PASSWORD: 'secret' }
const ID = '1795418999.319'
const PHRASE = { 0: /./, 1: /rejected|refused/, 3: /safe to repeat/, 4: /Look whether it was done/ }

describe('the installed viptel-pbx, in an empty folder:', () => {
  let sim: Simulator
  let cwd: string
  let children: ChildProcess[]
  beforeEach(async () => {
    sim = await startSimulator({ exchange: PLAN })
    cwd = mkdtempSync(join(tmpdir(), 'viptel-pbx-cli-'))
    children = []
  })
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    await sim.close()
    rmSync(cwd, { recursive: true })
  })
  const viptel = (args: readonly string[], env: NodeJS.ProcessEnv = {}, node: readonly string[] = []) => {
    const started = startCommand(args, { cwd, node, env: { VIPTEL_URL: sim.url, ...LOGIN, ...env } })
    children.push(started.child)
    return started
  }

  it('prints its version', async () => {
    expect(await viptel(['--version']).ended()).toMatchObject({
      code: 0,
      stdout: `${manifest().version}\n`,
      stderr: '',
    })
  })

  it.each(['check', 'call', 'hangup', 'redirect'])(
    '%s explains itself, and says what is wrong with its use',
    async name => {
      expect(await viptel([name, '--help']).ended()).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(`viptel-pbx ${name}`),
        stderr: '',
      })
      expect(await viptel([name, '--nonsense']).ended()).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/^.*'--nonsense'.*--help'\.\n$/),
      })
    },
  )

  it('needs a login, which a .env file may hold', async () => {
    const none = { VIPTEL_URL: '', VIPTEL_USERNAME: '', VIPTEL_PASSWORD: '' }
    expect(await viptel(['check'], none).ended()).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^VIPTEL_USERNAME and VIPTEL_PASSWORD are not set/),
    })
    writeFileSync(
      join(cwd, '.env'),
      `# the PBX\nVIPTEL_URL='${sim.url}'\nVIPTEL_USERNAME=viptel\nVIPTEL_PASSWORD="secret" # of the API\n`,
    )
    expect(await viptel(['check', '--wait', '0'], none).ended()).toMatchObject({ code: 0 })
    rmSync(join(cwd, '.env'))
    mkdirSync(join(cwd, '.env'))
    expect(await viptel(['check'], none).ended()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be read'),
    })
    expect(await viptel(['check', '--help'], none).ended()).toMatchObject({ code: 0 })
  })

  describe('check', () => {
    it('goes all the way through TLS to a PBX whose certificate is trusted, and writes its report', async () => {
      const proxy = await tlsProxy(sim.port)
      try {
        const env = { VIPTEL_URL: proxy.url, NODE_EXTRA_CA_CERTS: resolve(CERTIFICATE) }
        const { code, stdout, stderr } = await viptel(['check', '--wait', '0', '--report', 'report.txt'], env).ended()
        expect({ code, stderr }).toEqual({ code: 0, stderr: 'The report is in report.txt.\n' })
        expect(stdout).toMatch(/ok +tls +\d+ ms {2}TLSv1\.3, .*certificate of localhost/)
        const report = readFileSync(join(cwd, 'report.txt'), 'utf8')
        expect(report).toMatch(/viptel-pbx \S+, Node /)
        expect(report + stdout).not.toMatch(/secret"|viptel"|"nonce":"[^[]/)
        expect(await viptel(['check'], { VIPTEL_URL: proxy.url }).ended()).toMatchObject({
          code: 3,
          stdout: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
        })
      } finally {
        await proxy.close()
      }
    })

    it('ends with 1 at a wrong password, which it does not repeat', async () => {
      const { code, stdout, stderr } = await viptel(['check', '--report', '-'], { VIPTEL_PASSWORD: 'geheim' }).ended()
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
      expect(stdout).toMatch(/failed +login .*\n +perhaps: VIPTEL_USERNAME or VIPTEL_PASSWORD is wrong/)
      expect(stdout).not.toContain('geheim')
    })

    it('ends with 3 at a wrong address, and when the PBX is out of reach after the login', async () => {
      expect(await viptel(['check'], { VIPTEL_URL: `ws://127.0.0.1:${await freePort()}` }).ended()).toMatchObject({
        code: 3,
      })
      sim.refuseLogins('pbx-unreachable')
      const { code, stdout } = await viptel(['check']).ended()
      expect(code).toBe(3)
      expect(stdout).toMatch(/ok +login .*\n +failed +pbx .*code 503: the server is unable to connect/)
    })

    it('logs out at Ctrl+C, and ends with 4', async () => {
      const { child, said, ended } = viptel(['check', '--wait', '3600'])
      await said('stdout', /ok +login/)
      child.kill('SIGINT')
      expect(await ended()).toMatchObject({ code: 4 })
      await sim.waitForAction('user.logout')
    })
  })

  describe.each([
    ['call', ['77', '14']],
    ['hangup', [ID]],
    ['redirect', [ID, '14']],
  ])('%s', (name, words) => {
    const action = { call: 'call.create', hangup: 'call.hangup', redirect: 'call.redirect' }[name] ?? ''
    it.each<[string, keyof typeof PHRASE, () => NodeJS.ProcessEnv | Promise<NodeJS.ProcessEnv> | undefined]>([
      ['the PBX refuses it', 1, () => undefined],
      ['the password is wrong', 1, () => ({ VIPTEL_PASSWORD: 'geheim' })],
      ['the address is wrong', 3, async () => ({ VIPTEL_URL: `ws://127.0.0.1:${await freePort()}` })],
      ['it tears the connection', 4, () => void sim.setFaults({ tearOnAction: true })],
    ])('when %s ends with %i and says whether it may be repeated', async (_, exit, arrange) => {
      const env = (await arrange()) ?? {}
      const { code, stderr } = await viptel([name, ...words], env).ended()
      expect(code).toBe(exit)
      expect(stderr).toMatch(PHRASE[exit])
      expect(stderr).not.toContain('geheim')
    })

    it('left by Ctrl+C before the login was not sent', async () => {
      sim.refuseLogins('mute')
      const { child, ended } = viptel([name, ...words])
      await sim.waitForClient()
      child.kill('SIGINT')
      expect(await ended()).toMatchObject({ code: 3, stderr: expect.stringMatching(PHRASE[3]) })
    })

    it('left by SIGTERM before an answer is uncertain, and logs out', async () => {
      sim.setFaults({ loseAnswers: 1 })
      const { child, ended } = viptel([name, ...words])
      await sim.waitForAction(action)
      child.kill('SIGTERM')
      expect(await ended()).toMatchObject({ code: 4, stderr: expect.stringMatching(PHRASE[4]) })
      await sim.waitForAction('user.logout')
    })
  })

  it('call shows each step until the end, in words or as objects', async () => {
    for (const [args, first] of [
      [[], /^sent\n/],
      [['--json'], /^\{"callRandomId":/],
    ] as const) {
      const { said, ended } = viptel(['call', '12', '14', ...args])
      await said('stdout', /ringing/)
      const [id = ''] = [...sim.exchange.calls.keys()]
      sim.exchange.reject(id)
      const { code, stdout, stderr } = await ended()
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(first)
      expect(stdout.trim().split('\n').at(-1)).toMatch(/ended/)
    }
  })

  it('call ends with 4 when nothing shows within --wait what came of it', async () => {
    sim.setFaults({ loseAnswers: 1 })
    expect(await viptel(['call', '77', '14', '--wait=1']).ended()).toMatchObject({
      code: 4,
      stdout: 'sent\n',
      stderr: expect.stringMatching(PHRASE[4]),
    })
  })

  it('call left while it rings logs out; the call goes on', async () => {
    const { child, said, ended } = viptel(['call', '12', '14'])
    await said('stdout', /ringing/)
    child.kill('SIGINT')
    expect(await ended()).toMatchObject({ code: 0, stderr: 'No longer watched: the call goes on. It was ringing.\n' })
    await sim.waitForAction('user.logout')
    expect(sim.exchange.calls.size).toBeGreaterThan(0)
  })

  it('ends at once at the second Ctrl+C, however long the logout takes', async () => {
    const { child, said, ended } = viptel(['call', '12', '14'])
    await said('stdout', /ringing/)
    // the logout is not answered any more
    sim.freeze()
    child.kill('SIGINT')
    await said('stderr', /No longer watched/)
    child.kill('SIGINT')
    expect(await ended()).toMatchObject({ code: null, signal: 'SIGINT' })
  })

  it('hangup and redirect show what became of it', async () => {
    sim.setFaults({ loseAnswers: 1 })
    const hanging = viptel(['hangup', ID])
    await sim.waitForAction('call.hangup')
    sim.send({ event: 'call.end', unique_id: ID, status: 'answer' })
    expect(await hanging.ended()).toMatchObject({ code: 0, stdout: `ended: answer  (${ID})\n`, stderr: '' })
    const moving = viptel(['redirect', ID, '14'])
    await sim.waitForAction('call.redirect')
    sim.send({ event: 'call.begin', unique_id: ID, caller: '0910000001', callee: '14', called_number: '14' })
    sim.send({ event: 'call.pickup', unique_id: ID })
    expect(await moving.ended()).toMatchObject({
      code: 0,
      stdout: `sent  (${ID})\nringing  (${ID})\nanswered  (${ID})\n`,
      stderr: '',
    })
  })

  it('call whose reader has left ends quietly', async () => {
    const { child, said, ended } = viptel(['call', '12', '14'])
    await said('stdout', /ringing/)
    child.stdout?.destroy()
    const [id = ''] = [...sim.exchange.calls.keys()]
    sim.exchange.answer(id)
    expect(await ended()).toMatchObject({ code: 0, stderr: '' })
    await sim.waitForAction('user.logout')
  })

  it('an error that nobody expected ends with a code of its own and with its stack', async () => {
    const broken = [
      '--import',
      `data:text/javascript,${encodeURIComponent("performance.now = () => { throw new TypeError('br\\u001b[31moken') }")}`,
    ]
    const { code, stderr } = await viptel(['check'], {}, broken).ended()
    expect(code).toBe(70)
    expect(stderr).toMatch(/^TypeError: broken\n +at /)
  })
})
