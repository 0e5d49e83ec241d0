import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { type Simulator, startSimulator } from '../../src/simulator/index.js'
import { freePort } from '../support/bare-server.js'
import { startCommand } from './cli-process.js'

describe('the installed viptel-pbx', () => {
  let children: ChildProcess[]
  let sim: Simulator | undefined
  let cwd: string
  const viptel = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const started = startCommand(args, { env, cwd })
    children.push(started.child)
    return started
  }
  const pbx = async () => {
    const simulator = await startSimulator()
    sim = simulator
    return { simulator, env: { VIPTEL_URL: simulator.url, VIPTEL_USERNAME: 'viptel', VIPTEL_PASSWORD: 'secret' } }
  }
  beforeEach(() => {
    children = []
    cwd = mkdtempSync(join(tmpdir(), 'viptel-pbx-cli-'))
  })
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    await sim?.close()
    sim = undefined
    rmSync(cwd, { recursive: true, force: true })
  })

  it('simulates in one process, listens and records in others, and replays what was recorded', async () => {
    const simulating = viptel(['simulate', '--port', '0', '--traffic', 'busy', '--speed', '100'])
    await simulating.said('stderr', /extensions/)
    // a .env file takes what the simulator prints
    writeFileSync(join(cwd, '.env'), simulating.ran.stdout)
    const { VIPTEL_PASSWORD: password = '' } = parseEnv(simulating.ran.stdout)

    const listening = viptel(['listen', '--json', '--event', 'call.*'])
    const calls = viptel(['listen', '--calls'])
    const recording = viptel(['record', 'day.jsonl', '--mask'])
    await recording.said('stderr', /online, login 1/)
    // the first listener has shown some events before the recording began
    const before = listening.ran.stdout.split('\n').length
    await listening.said('stdout', new RegExp(`(.*\\n){${before + 20}}`))
    await calls.said('stdout', / begin .*\n[\s\S]* end /)
    for (const { child } of [listening, calls, recording]) child.kill('SIGINT')
    for (const one of [listening, calls, recording]) expect(await one.ended()).toMatchObject({ code: 0 })
    for (const line of listening.ran.stdout.trim().split('\n')) expect(JSON.parse(line).event).toMatch(/^call\./)
    simulating.child.kill('SIGTERM')
    expect(await simulating.ended()).toMatchObject({ code: 0 })
    expect(simulating.ran.stderr).toMatch(/has gone \(1000\)|has gone \(1005\)/)

    const lines = readFileSync(join(cwd, 'day.jsonl'), 'utf8').trim().split('\n')
    expect(lines.length).toBeGreaterThan(10)
    expect(lines.join()).not.toContain(password)
    const replaying = viptel(['replay', 'day.jsonl', '--port', '0', '--speed', 'max'], { VIPTEL_PASSWORD: 'other' })
    await replaying.said('stdout', /USERNAME/)
    const again = viptel(['listen', '--json'], { ...parseEnv(replaying.ran.stdout), VIPTEL_PASSWORD: 'other' })
    await replaying.ended()
    await again.said('stdout', new RegExp(`(.*\\n){${lines.length - 1}}`))
  })

  it('listens over a restart, says so, and logs out at Ctrl+C', async () => {
    const { simulator, env } = await pbx()
    const listening = viptel(['listen'], env)
    await listening.said('stderr', /online, login 1/)
    await simulator.restart({ downFor: 10 })
    await simulator.waitForLogin(2)
    await listening.said('stderr', /lost: [\s\S]*online, login 2[\s\S]*may be lost \(restart\)/)
    simulator.send({
      event: 'call.begin',
      unique_id: '1795418999.1',
      caller: '12',
      caller_name: '\u001b[2J\u202eevil',
      callee: '13',
    })
    await listening.said('stdout', /evil \(12\) calls 13/)
    listening.child.kill('SIGINT')
    expect(await listening.ended()).toMatchObject({ code: 0 })
    expect((await simulator.waitForFrame('user.logout')).client).toBe(2)
    expect(listening.ran.stdout).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u)
  })

  it('ends quietly and logs out when the reader has seen enough', async () => {
    const { simulator, env } = await pbx()
    const listening = viptel(['listen', '--json'], env)
    await listening.said('stderr', /online, login 1/)
    const send = (n: number) => simulator.send({ event: 'call.pickup', unique_id: `1795418999.${n}` })
    send(1)
    await listening.said('stdout', /\n/)
    listening.child.stdout.destroy()
    // only a write shows the command that its reader has left
    const sending = setInterval(send, 10, 2)
    const ended = await listening.ended().finally(() => clearInterval(sending))
    expect(ended).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/EPIPE|Error/) })
    await simulator.waitForFrame('user.logout')
  })

  it.each([
    ['listen', []],
    ['record', ['day.jsonl']],
  ])('%s ends with 1 when the login is refused, with 3 at a wrong address', async (name, words) => {
    const { env } = await pbx()
    const refused = viptel([name, ...words], { ...env, VIPTEL_PASSWORD: 'wrong' })
    const nowhere = viptel([name, ...words], { ...env, VIPTEL_URL: `ws://127.0.0.1:${await freePort()}` })
    expect(await refused.ended()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/refused the login/),
    })
    expect(await nowhere.ended()).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(/Could not connect/),
    })
  })

  it('simulate and replay end with 3 when the port is taken', async () => {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    writeFileSync(join(cwd, 'day.jsonl'), '{"t":0,"frame":{}}\n')
    for (const words of [['simulate'], ['replay', 'day.jsonl']]) {
      const started = viptel([...words, '--port', String(port)])
      expect(await started.ended()).toMatchObject({
        code: 3,
        stdout: '',
        stderr: expect.stringMatching(/^[^\n]*\d+[^\n]*\n$/),
      })
    }
    await new Promise(resolve => server.close(resolve))
  })

  it.each([
    [['listen', '--calls', '--event', 'x']],
    [['listen', 'x']],
    [['simulate', '--traffic', 'heavy']],
    [['simulate', '--password', 'x']],
    [['record']],
    [['record', 'a', '--maks']],
    [['replay']],
    [['replay', 'nothing.jsonl']],
  ])('ends with 2 and one line that helps: %j', async args => {
    const wrong = viptel(args, { VIPTEL_USERNAME: 'viptel', VIPTEL_PASSWORD: 'secret' })
    expect(await wrong.ended()).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(`^[^\\n]+ See 'viptel-pbx ${args[0]} --help'\\.\\n$`),
    })
  })

  it.each(['listen', 'simulate', 'record', 'replay'])('%s --help teaches, within 80 columns', async name => {
    const helping = viptel([name, '--help'])
    expect(await helping.ended()).toMatchObject({ code: 0 })
    expect(helping.ran.stdout).toMatch(new RegExp(`^viptel-pbx ${name} [\\s\\S]*\\n  viptel-pbx ${name} `))
    for (const line of helping.ran.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })
})
