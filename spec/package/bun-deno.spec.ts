import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Simulator, startSimulator } from '../../src/simulator/index.js'
import { within } from '../support/bare-server.js'
import { createMessages } from '../support/collect.js'
import { folder } from './consumer.js'

const run = promisify(execFile)

/** Their binaries come as packages of their own, one for each system; without the scripts of the package nothing else is downloaded. */
const RUNTIMES = [
  { name: 'Bun', install: 'bun@1.4.5', scope: '@oven', binary: 'bin/bun', args: [] },
  {
    name: 'Deno',
    install: 'deno@2.9.6',
    scope: '@deno',
    binary: 'deno',
    args: ['run', '--allow-net', '--allow-env', '--no-prompt'],
  },
] as const

/** Says what it sees; ends by itself, so anything that it left open shows. */
const PROGRAM = `
import { createPbxClient, trackCalls } from 'viptel-pbx'
const tell = what => console.log(what)
const reconnect = { initialDelay: 1, maxDelay: 5 }
const pbx = createPbxClient({ url: process.env.PBX, credentials: { username: 'viptel', password: 'secret' }, reconnect })
const calls = trackCalls(pbx)
pbx.status$.subscribe(({ state }) => tell('status ' + state))
pbx.gap$.subscribe(({ session }) => tell('gap before ' + session))
calls.change$.subscribe(({ kind, call }) => tell(kind + ' ' + call.caller + ' ' + call.callerName))
pbx.on('call.begin').subscribe(({ unique_id }) => {
  if (unique_id !== '1453466550.2') return
  tell('known ' + calls.current.size)
  pbx.close().then(() => tell('closed'))
})
pbx.createCall({ from: '12', to: '13' }).subscribe(({ phase }) => tell('call ' + phase))
`

describe('the packed package in', () => {
  let sim: Simulator
  let child: ChildProcess | undefined
  beforeEach(async () => {
    const answers = { kind: 'answer', after: 1 } as const
    const extensions = [
      { number: '12', name: 'Peter', behaviour: answers },
      { number: '13', name: 'Eva', behaviour: answers },
    ]
    sim = await startSimulator({ exchange: { extensions } })
  })
  afterEach(async () => {
    child?.kill('SIGKILL')
    await sim.close()
  })

  it.each(RUNTIMES)(
    '$name logs in, calls, tracks, comes back after a restart with a gap, logs out and ends by itself',
    async ({ name, install, scope, binary, args }) => {
      const home = join(folder, name)
      await mkdir(home)
      await writeFile(join(home, 'package.json'), JSON.stringify({ name: 'runtime', private: true }))
      await run('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', install], {
        cwd: home,
      }).catch(error => {
        throw new Error(`${name} could not be tried: npm did not get ${install}`, { cause: error })
      })
      const [system] = await readdir(join(home, 'node_modules', scope)).catch(() => [])
      const executable = join(home, 'node_modules', scope, String(system), binary)
      if (!existsSync(executable))
        throw new Error(`${name} could not be tried: ${install} has no binary for this machine`)
      await writeFile(join(folder, `${name}.mjs`), PROGRAM)

      const env = {
        PATH: process.env['PATH'],
        HOME: home,
        DENO_DIR: join(home, 'cache'),
        DENO_NO_UPDATE_CHECK: '1',
        PBX: sim.url,
      }
      const running = spawn(executable, [...args, `${name}.mjs`], { cwd: folder, env })
      child = running
      const messages = createMessages()
      let complaints = ''
      let rest = ''
      running.stdout.on('data', data => {
        const lines = (rest + String(data)).split('\n')
        rest = lines.pop() ?? ''
        lines.forEach(messages.add)
      })
      running.stderr.on('data', data => {
        complaints += String(data)
      })
      const ended = new Promise<number | null>(resolve => running.on('close', resolve))

      for (const phase of ['sent', 'created', 'ringing', 'answered']) await messages.seen(`call ${phase}`)
      await messages.seen('answer 12 Peter')
      await sim.restart()
      await messages.seen('gap before 2')
      sim.send({
        event: 'call.begin',
        caller: '0900111222',
        caller_name: 'Jana',
        callee: '601',
        unique_id: '1453466550.2',
      })
      await messages.seen('begin 0900111222 Jana')
      await messages.seen('known 2')
      await messages.seen('closed')
      expect((await sim.waitForFrame('user.logout')).client).toBe(2)
      expect({ code: await within(10_000, `the end of ${name}`, ended), complaints }).toEqual({
        code: 0,
        complaints: '',
      })
    },
    60_000,
  )
})
