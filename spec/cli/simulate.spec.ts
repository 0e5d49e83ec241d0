import { parseEnv } from 'node:util'
import { afterEach, describe, expect, it } from '@jest/globals'
import { firstValueFrom } from 'rxjs'
import { createPbxClient, LoginRejectedError, ofType, type PbxClient } from '../../src/index.js'
import { startSimulator } from '../../src/simulator/index.js'
import { objects, type Running, run } from './running.js'

describe('simulate', () => {
  let simulating: Running
  let pbx: PbxClient | undefined
  const simulate = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) => {
    simulating = run(['simulate', '--port', '0', ...args], env)
  }
  /** A client with the environment that was printed. */
  const client = async (given: Readonly<Record<string, string>> = {}) => {
    await simulating.said('stderr', /extensions/)
    const {
      VIPTEL_URL: url,
      VIPTEL_USERNAME: username,
      VIPTEL_PASSWORD: password,
    } = { ...parseEnv(simulating.stdout), ...given }
    pbx = createPbxClient({ url, credentials: { username: username ?? '', password: password ?? '' } })
    return pbx
  }
  afterEach(async () => {
    await pbx?.close()
    pbx = undefined
    simulating.signal('SIGINT')
    await simulating.ended
  })

  it('prints an environment that logs in, as text for a shell, and for PowerShell', async () => {
    simulate(['--traffic', 'none'])
    await (await client()).online()
    expect(simulating.stdout).toMatch(
      /^export VIPTEL_URL='ws:\/\/127\.0\.0\.1:\d+\/?'\nexport VIPTEL_USERNAME='viptel'\nexport VIPTEL_PASSWORD='\S{12}'\n$/,
    )
    expect(simulating.stderr).toMatch(
      /\$env:VIPTEL_URL='ws:.*'; \$env:VIPTEL_USERNAME='viptel'; \$env:VIPTEL_PASSWORD='\S+'/,
    )
    await simulating.said('stderr', /client 1 has logged in as viptel/)
  })

  it('takes the password of the environment, and never shows it', async () => {
    simulate(['--user', "o'neill", '--user', 'eva'], { VIPTEL_PASSWORD: 'hush-hush' })
    await (await client({ VIPTEL_USERNAME: 'eva', VIPTEL_PASSWORD: 'hush-hush' })).online()
    expect(simulating.stdout + simulating.stderr).not.toContain('hush-hush')
    expect(simulating.stdout).toContain(`VIPTEL_USERNAME='o'\\''neill'`)
    await pbx?.close()
    await expect(
      (await client({ VIPTEL_USERNAME: 'viptel', VIPTEL_PASSWORD: 'hush-hush' })).online(),
    ).rejects.toBeInstanceOf(LoginRejectedError)
  })

  it('says with --json where it is and who may log in', async () => {
    simulate(['--json', '--user', 'eva'])
    await simulating.said('stdout', /\n/)
    expect(objects(simulating)).toEqual([
      { url: expect.stringMatching(/^ws:/), users: [{ username: 'eva', password: expect.any(String) }] },
    ])
  })

  it('has people who call, as fast as --speed says, and the telephones of the same seed', async () => {
    simulate(['--speed', '1000', '--seed', 'monday'])
    const { event } = await firstValueFrom((await client()).event$.pipe(ofType('call.begin')))
    expect(event).toBe('call.begin')
    await simulating.said('stderr', /extensions 11 to 18; queues 601, 602; lines 0220282000, 0220282001/)
  })

  it('is quiet without traffic, and has telephones all the same', async () => {
    simulate(['--traffic', 'none', '--speed', '100'])
    const call$ = (await client()).createCall({ from: '11', to: '12' })
    expect((await firstValueFrom(call$.pipe())).phase).toBe('sent')
    await simulating.said('stderr', /client 1 asks: .*"call\.create"/)
  })

  it('speaks the dialect of the document with --dialect', async () => {
    simulate(['--speed', '1000', '--dialect', 'document', '--traffic', 'busy'])
    const events: string[] = []
    const offers: unknown[] = []
    await new Promise<void>(resolve => {
      void client().then(({ event$ }) =>
        event$.subscribe(event => {
          if ('from_queue_unique_id' in event) offers.push(event)
          if (event.event === 'queue.join' && events.push(event.event) === 20) resolve()
        }),
      )
    })
    expect(offers).toEqual([])
  })

  it('makes trouble with --faults, and says when and what', async () => {
    simulate(['--faults', '--every', '1', '--seed', '7'])
    const found = await simulating.said(
      'stderr',
      /in \d+\.\d s: (restart|drop|freeze|lose-pbx|refuse-logins \(\S+\)|frame-faults)[\s\S]*\n[\s\S]*in \d+\.\d s: /,
    )
    expect(found[0]).toBeTruthy()
  })

  it('ends with 3 when the port is taken, and says what to do', async () => {
    const other = await startSimulator()
    simulating = run(['simulate', '--port', String(other.port)])
    expect(await simulating.ended).toBe(3)
    expect(simulating.stderr).toMatch(new RegExp(`^[^\\n]*${other.port}[^\\n]*\\n$`))
    expect(simulating.stdout).toBe('')
    await other.close()
  })

  it('says goodbye to its clients on SIGTERM', async () => {
    simulate()
    await (await client()).online()
    simulating.signal('SIGTERM')
    expect(await simulating.ended).toBe(0)
  })

  it.each([
    [['--port', 'http'], '--port must be a whole number from 0 to 65535'],
    [['--port', '70000'], '--port'],
    [['--speed', '0'], '--speed must be a number over 0'],
    [['--speed', 'max'], '--speed'],
    [['--traffic', 'heavy'], '--traffic must be none, small, busy'],
    [['--dialect', 'slovak'], '--dialect must be asterisk, document'],
    [['--every', '5'], '--faults'],
    [['--every', '0', '--faults'], '--every'],
    [['--user', ''], '--user'],
    [['--password', 'x'], '--password'],
    [['now'], 'options only'],
  ])('says with %j in one line what was wrong', async (args, said) => {
    simulating = run(['simulate', ...args])
    expect(await simulating.ended).toBe(2)
    expect(simulating.stderr).toContain(said)
    expect(simulating.stderr).toMatch(/^[^\n]+ See 'viptel-pbx simulate --help'\.\n$/)
  })
})
