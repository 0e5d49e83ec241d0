import { type ChildProcess, spawn } from 'node:child_process'
import { type Simulator, startSimulator } from '../../src/simulator/index.js'
import { within } from '../support/bare-server.js'

describe('demo/terminal', () => {
  let child: ChildProcess | undefined
  let sim: Simulator | undefined
  const start = (args: string[], env: NodeJS.ProcessEnv = {}) => {
    const running = spawn(process.execPath, ['demo/terminal/start.js', ...args], {
      env: { ...process.env, NODE_OPTIONS: '', ...env },
    })
    child = running
    const ran = { output: '', complaints: '' }
    running.stdout.on('data', data => {
      ran.output += String(data)
    })
    running.stderr.on('data', data => {
      ran.complaints += String(data)
    })
    const ended = new Promise<number | null>(resolve => running.on('close', resolve)).then(code => ({ code, ...ran }))
    return { running, ended: within(110_000, 'the end of the demo', ended) }
  }
  afterEach(async () => {
    child?.kill('SIGKILL')
    await sim?.close()
    sim = undefined
  })

  it('shows the login, the traffic, a restart with its gap and the goodbye, and ends by itself', async () => {
    const { code, output, complaints } = await start([]).ended
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' })
    // the traffic and the actions go on beside each other: which comes first depends on the machine
    const traffic = [
      /online, login 1/,
      /call\.begin .* calls 60[12]/,
      /queue\.left .* left queue 601 after \d+ s/,
      /queue\.join .* waits in queue 602/,
    ]
    const actions = [
      /online, login 1/,
      /\*\* create: sent/,
      /\*\* create: created as/,
      /\*\* create: created as/,
      /\*\* create: ringing/,
      /\*\* create: answered/,
      /\*\* redirect: sent/,
      /\*\* redirect: ringing/,
      /\*\* redirect: answered/,
      /\*\* hang up: ended \(answer\)/,
      /ActionRejectedError, safe to repeat/,
      /DeliveryUncertainError, not safe to repeat/,
      /lost: Server is restarting/,
      /NotSentError, safe to repeat/,
      /online, login 2/,
      /events from .* may be lost \(restart\)/,
      /logging out/,
      /closed/,
      /That was \d\d+ events/,
    ]
    for (const inOrder of [traffic, actions]) {
      let from = 0
      for (const line of inOrder) {
        const at = output.slice(from).search(line)
        expect({ line, found: at >= 0 }).toEqual({ line, found: true })
        from += at
      }
    }
    // beside the events the queues and their callers, with all their agents since it was seeded
    expect(output).toMatch(
      /^\d+ calls, \d+ answered, \d+ not sure\nqueue 601 {3}agents: 11 \w+, .*\n {2}(1\. .* waits \d+:\d\d|nobody waits)/m,
    )
    expect(output).toMatch(/ waits \d+:\d\d/)
  }, 120_000)

  it('does the same against a live PBX until Ctrl+C, and a caller’s name steers no terminal', async () => {
    sim = await startSimulator()
    const { running, ended } = start(['--url', sim.url], { VIPTEL_USERNAME: 'viptel', VIPTEL_PASSWORD: 'secret' })
    await sim.waitForLogin()
    const shown = new Promise(resolve =>
      running.stdout?.on('data', data => String(data).includes('evil') && resolve(undefined)),
    )
    sim.send({
      event: 'call.begin',
      unique_id: '1795418999.1',
      caller: '12',
      caller_name: '\u001b[2J\u001b]0;x\u0007\u202eevil\n\u009b31m',
      callee: '13',
    })
    await within(50_000, 'the call', shown)
    running.kill('SIGINT')
    const { code, output, complaints } = await ended
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' })
    expect(output).toContain('[2J]0;xevil31m (12) calls 13')
    expect(output).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u)
    expect((await sim.waitForFrame('user.logout')).client).toBe(1)
  }, 120_000)

  it.each([
    [['--adress', 'wss://x'], {}, 2, /--adress/],
    [['--url', 'http://x'], { VIPTEL_USERNAME: 'a', VIPTEL_PASSWORD: 'b' }, 2, /wss:/],
    [['--url', 'wss://127.0.0.1:1'], { VIPTEL_USERNAME: '', VIPTEL_PASSWORD: '' }, 2, /VIPTEL_USERNAME/],
  ])('says what was wrong with %j', async (args, env, exit, said) => {
    const { code, complaints } = await start(args, env).ended
    expect(code).toBe(exit)
    expect(complaints).toMatch(said)
    expect(complaints).toContain('npm start')
  })

  it('ends with 1 when the PBX refuses the login', async () => {
    sim = await startSimulator()
    const { code, complaints } = await start(['--url', sim.url], {
      VIPTEL_USERNAME: 'viptel',
      VIPTEL_PASSWORD: 'wrong',
    }).ended
    expect(code).toBe(1)
    expect(complaints).toContain('refused the login')
  })
})
