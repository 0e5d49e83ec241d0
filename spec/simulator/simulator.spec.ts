import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import {
  InvalidOptionsError,
  ListenError,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../src/simulator/index.js'
import { freePort, within } from '../support/bare-server.js'
import { rawClient, tearAll } from './raw-client.js'

const CLOSING = { code: 110, message: 'Closing connection, bye' }

/** A TCP connection that says nothing, and bears its end. */
const silent = (port: number) =>
  once(
    connect(port, '127.0.0.1').on('error', () => {}),
    'connect',
  )

describe('a simulator', () => {
  const started: Simulator[] = []
  const start = async (options?: SimulatorOptions) => {
    const sim = await startSimulator(options)
    started.push(sim)
    return sim
  }
  afterEach(async () => {
    tearAll()
    for (const sim of started.splice(0)) await sim.close()
  })

  it('takes a free port at 127.0.0.1 and the user viptel by default', async () => {
    const sim = await start()
    expect(sim.port).toBeGreaterThan(0)
    expect(sim.url).toBe(`ws://127.0.0.1:${sim.port}`)
    expect(await (await rawClient(sim.url)).login('viptel', 'secret')).toMatchObject({ code: 202 })
  })

  it('takes the given port', async () => {
    const port = await freePort()
    expect((await start({ port })).port).toBe(port)
    await rawClient(`ws://127.0.0.1:${port}`)
  })

  it('that listens everywhere names the loopback', async () => {
    const sim = await start({ host: '0.0.0.0' })
    expect(sim.url).toBe(`ws://127.0.0.1:${sim.port}`)
    await rawClient(sim.url)
  })

  it.each<[unknown, RegExp]>([
    [null, /options object/],
    [{ prot: 1 }, /Unknown option 'prot'.*port, host, users, loginTimeout/],
    [{ port: -1 }, /'port' must be a whole number/],
    [{ port: 65_536 }, /'port'/],
    [{ port: '8088' }, /'port'/],
    [{ host: '' }, /'host'/],
    [{ loginTimeout: 0 }, /'loginTimeout'/],
    [{ featureCodes: '*' }, /'featureCodes' must be true or false/],
    [{ loginTimeout: Number.POSITIVE_INFINITY }, /'loginTimeout'/],
    [{ users: {} }, /'users' must be a list/],
    [{ users: [{ username: 'a' }] }, /'users\[0\]' needs a username and a password/],
    [{ users: [null] }, /'users\[0\]'/],
    [{ users: [{ username: 'a', password: 'b', activated: 'no' }] }, /'users\[0\]\.activated'/],
    [
      { users: [{ username: 'a', password: 'b', actions: 'call.create' }] },
      /'users\[0\]\.actions'.*call\.create, call\.hangup, call\.redirect/,
    ],
    [{ users: [{ username: 'a', password: 'b', actions: ['user.logout'] }] }, /'users\[0\]\.actions'/],
    [{ users: [{ username: 'a', password: 'b', events: 'call' }] }, /'users\[0\]\.events' must be a list/],
    [{ users: [{ username: 'a', password: 'b', events: ['queues'] }] }, /'users\[0\]\.events'/],
    [{ users: [{ username: 'a', password: 'b', events: [7] }] }, /'users\[0\]\.events'/],
    [
      {
        users: [
          { username: 'a', password: 'b' },
          { username: 'a', password: 'c' },
        ],
      },
      /'users\[1\]' has the name of an earlier user/,
    ],
  ])('does not start with %j, and says why', async (options, message) => {
    const error = await start(options as SimulatorOptions).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InvalidOptionsError)
    expect((error as Error).message).toMatch(message)
  })

  it('says that a port is in use, and what to do', async () => {
    const { port } = await start()
    const error = await start({ port }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ListenError)
    expect((error as Error).message).toMatch(new RegExp(`Port ${port} at 127.0.0.1 is in use.*'port'`))
    expect((error as Error).cause).toMatchObject({ code: 'EADDRINUSE' })
  })

  it('says that an address is not this machine’s', async () => {
    // an address that is reserved for documentation
    await expect(start({ host: '192.0.2.1' })).rejects.toThrow("'192.0.2.1' is not an address of this machine")
  })

  it('answers a browser that it is no web page', async () => {
    const sim = await start()
    const [response] = await once(request(sim.url.replace('ws:', 'http:')).end(), 'response')
    response.resume()
    expect(response.statusCode).toBe(426)
  })

  describe('close()', () => {
    it('says 110 to everyone, closes in good order and refuses connections', async () => {
      const sim = await start()
      const client = await rawClient(sim.url)
      await client.login()
      const stranger = await rawClient(sim.url)
      await sim.close()
      expect((await client.rest()).slice(2)).toEqual([CLOSING])
      expect((await stranger.rest()).slice(1)).toEqual([CLOSING])
      expect(await client.closed).toBe(1001)
      expect(sim.clients).toEqual([])
      await expect(rawClient(sim.url)).rejects.toThrow('ECONNREFUSED')
    })

    it('may come twice', async () => {
      const sim = await start()
      await Promise.all([sim.close(), sim.close()])
      await sim.close()
    })

    it.each<[string, (sim: Simulator) => unknown]>([
      ['is frozen', sim => sim.freeze()],
      ['has a client that takes no part in the close', async sim => (await rawClient(sim.url)).socket.pause()],
      ['has a connection that never becomes a WebSocket', async sim => silent(sim.port)],
      [
        'is frozen and somebody waits to be let in',
        async sim => {
          sim.freeze()
          const late = rawClient(sim.url)
          late.catch(() => {})
          await silent(sim.port)
        },
      ],
    ])('does not hang when it %s', async (_, trouble) => {
      const sim = await start()
      await rawClient(sim.url)
      await trouble(sim)
      await within(30_000, 'the close', sim.close())
      expect(sim.clients).toEqual([])
    })

    it('leaves no timer, socket or listener: a script ends by itself', () => {
      const script = `
        import { WebSocket } from 'ws'
        import { startSimulator } from './src/simulator/index.js'
        void (async () => {
          const sim = await startSimulator({ loginTimeout: 600_000 })
          new WebSocket(sim.url)
          await sim.waitForClient()
          void sim.play([{ t: 600_000, frame: {} }])
          void sim.runFaults([{ at: 0, kind: 'frame-faults', for: 600_000, faults: { delay: 600_000, reorder: 1, lateAnswers: { share: 1, by: 600_000 } } }])
          sim.sendTo(1, 'held back')
          void sim.waitForAction('user.logout')
          void sim.waitForLogin(9)
          void sim.restart({ downFor: 600_000 })
          await sim.waitForClose()
          await sim.close()
          console.log('closed')
        })()`
      const compile = [
        'node_modules/esbuild/bin/esbuild',
        '--bundle',
        '--platform=node',
        '--format=cjs',
        '--packages=external',
        '--loader=ts',
        '--log-level=error',
      ]
      const bundle = spawnSync(process.execPath, compile, { input: script, encoding: 'utf8' })
      expect(bundle.stderr).toBe('')
      const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['-'], {
        input: bundle.stdout,
        encoding: 'utf8',
        timeout: 45_000,
      })
      expect({ status, signal, stdout, stderr }).toEqual({ status: 0, signal: null, stdout: 'closed\n', stderr: '' })
    })

    it('is what `await using` calls, where the runtime knows it', async () => {
      const sim = await start()
      const { asyncDispose } = Symbol as { asyncDispose?: symbol }
      if (asyncDispose === undefined)
        throw new Error('this runtime has no Symbol.asyncDispose, which Node has from 20 on')
      await (sim as unknown as Record<symbol, () => Promise<void>>)[asyncDispose]?.()
      await expect(rawClient(sim.url)).rejects.toThrow('ECONNREFUSED')
    })
  })
})
