import type { Socket } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { Subject } from 'rxjs'
import { createConnection } from '../../../src/client/connection/connection.js'
import { ConnectionFailedError } from '../../../src/client/errors.js'
import { createLog } from '../../../src/client/logger.js'
import { resolveOptions } from '../../../src/client/options.js'
import type { Gap, PbxEvent, PbxOptions } from '../../../src/index.js'
import { type BareServer, bareServer, CLOSING, freePort, type Peer, within } from '../../support/bare-server.js'
import { EAGER, type WatchedClient, watchedClient } from '../../support/client.js'

const RESTARTING = { code: 503, message: 'Server is restarting, please reconnect' }
const UNABLE = { code: 503, message: 'Unable to connect to PBX' }
const RETRYING = { code: 504, message: 'Can not connect to PBX, try your action again later' }
const pickup = (id: string) => ({ event: 'call.pickup', unique_id: id })

describe('a session', () => {
  let server: BareServer
  let client: WatchedClient
  let gaps: Gap[]
  let events: PbxEvent[]
  let ended: string[]
  const stops: (() => Promise<unknown>)[] = []

  const start = async (options: Partial<PbxOptions> = {}, serverOptions: { autoPong?: boolean } = {}) => {
    gaps = []
    events = []
    ended = []
    server = await bareServer({ ...serverOptions, onPeer: peer => void peer.login() })
    client = watchedClient({ url: server.url, ...options })
    client.pbx.gap$.subscribe(gap => gaps.push(gap))
    client.pbx.event$.subscribe({
      next: event => events.push(event),
      error: error => ended.push(String(error)),
      complete: () => ended.push('complete'),
    })
    stops.push(server.close, client.pbx.close)
    await client.status('online')
    return server.peer(1)
  }
  const secondSession = () => client.status('online', online => online.session === 2)
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
  })

  it.each<[string, (peer: Peer) => void, object]>([
    ['a clean close', peer => peer.socket.close(1001, 'going away'), { kind: 'closed', closeCode: 1001 }],
    ['a terminate', peer => peer.socket.terminate(), { kind: 'torn', closeCode: 1006 }],
    [
      'a restart with notice',
      peer => {
        peer.send(RESTARTING)
        peer.send(CLOSING)
        peer.socket.close()
      },
      { kind: 'restart', code: 503 },
    ],
    ['a restart with notice and without a close', peer => peer.send(RESTARTING), { kind: 'restart', code: 503 }],
    [
      '500 with a close',
      peer => {
        peer.send({ code: 500, message: 'An unexpected error has occurred, closing connection' })
        peer.socket.close()
      },
      { kind: 'server-error', code: 500 },
    ],
    [
      '503 Unable followed by 110',
      peer => {
        peer.send(UNABLE)
        peer.send(CLOSING)
        peer.socket.close()
      },
      { kind: 'server-error', code: 503, message: UNABLE.message },
    ],
    ['110 alone', peer => peer.send(CLOSING), { kind: 'closed', code: 110 }],
    [
      'a 401, as if the server had forgotten the login',
      peer => peer.send({ code: 401, message: 'You have to login with action: user.login, username and password' }),
      { kind: 'credentials', code: 401 },
    ],
  ])('lost by %s comes back, and emits the gap before the first event of the new session', async (_, lose, reason) => {
    const peer = await start()
    peer.send(pickup('1795418999.1'))
    lose(peer)
    await secondSession()
    ;(await server.peer(2)).send(pickup('1795418999.2'))
    await within(5_000, 'the second event', firstEvent(client, '1795418999.2', events))
    expect(gaps).toHaveLength(1)
    const [gap] = gaps
    expect(gap).toMatchObject({ session: 2, reason })
    expect(gap?.from).toBeLessThanOrEqual(gap?.to ?? 0)
    expect(events.map(event => event.meta.session)).toEqual([1, 2])
    expect(events.map(event => event.meta.seq)).toEqual([...events.map(event => event.meta.seq)].sort((a, b) => a - b))
    expect(ended).toEqual([])
    const waiting = client.statuses.find(status => status.state === 'waiting')
    expect(waiting).toMatchObject({ attempt: 1, reason })
  })

  it('whose peer goes mute after the login is replaced', async () => {
    await start({ keepAlive: { interval: 20, timeout: 20 } }, { autoPong: false })
    await secondSession()
    expect(gaps[0]?.reason.kind).toBe('silent')
  })

  it('whose peer is half open is replaced, and the dead socket is not waited for', async () => {
    const peer = await start({ keepAlive: { interval: 20, timeout: 20 } })
    peer.socket.pause()
    await secondSession()
    expect(gaps[0]?.reason).toMatchObject({ kind: 'silent', message: expect.stringContaining('20 ms') })
  })

  it('is lost with a close frame, though the peer never ends the connection below it', async () => {
    const peer = await start({ keepAlive: false })
    peer.socket.pause()
    const { _socket: tcp } = peer.socket as unknown as { _socket: Socket }
    tcp.write(Buffer.from([0x88, 2, 0x03, 0xe8]))
    // ws by itself would wait 30 s for the end of the TCP connection, and the status is waited for a third of that
    await secondSession()
    expect(gaps[0]?.reason).toMatchObject({ kind: 'closed', closeCode: 1000 })
  })

  it('is kept as long as the peer answers pings, since a ping is only sent once the one before was answered', async () => {
    const peer = await start({ keepAlive: { interval: 5, timeout: 60_000 } })
    let pings = 0
    await within(
      5_000,
      'ten pings',
      new Promise<void>(resolve => {
        peer.socket.on('ping', () => ++pings === 10 && resolve())
      }),
    )
    expect(server.count).toBe(1)
    expect(gaps).toEqual([])
  })

  it('is kept when the peer answers no ping but sends frames', async () => {
    const peer = await start({ keepAlive: { interval: 5, timeout: 60_000 } }, { autoPong: false })
    let pings = 0
    await within(
      5_000,
      'five pings',
      new Promise<void>(resolve => {
        peer.socket.on('ping', () => {
          peer.send(pickup('1795418999.1'))
          if (++pings === 5) resolve()
        })
      }),
    )
    expect(server.count).toBe(1)
  })

  it('asks by {"action":""} where the runtime has no ping and the probe is wanted, and takes the 404 for life', async () => {
    const anomalies: unknown[] = []
    const { default: WebSocket } = await import('isomorphic-ws')
    class Pingless extends WebSocket {
      constructor(url: string) {
        super(url)
        Object.defineProperty(this, 'ping', { value: undefined })
      }
    }
    const peer = await start({ keepAlive: { interval: 5, timeout: 60_000, probe: true }, WebSocket: Pingless })
    client.pbx.anomaly$.subscribe(anomaly => anomalies.push(anomaly))
    expect(await peer.next()).toBe('{"action":""}')
    peer.send({ code: 404, message: 'Missing action' })
    expect(await peer.next()).toBe('{"action":""}')
    expect(server.count).toBe(1)
    expect(anomalies).toEqual([])
  })

  it('does not probe unless wanted', async () => {
    const { default: WebSocket } = await import('isomorphic-ws')
    class Pingless extends WebSocket {
      constructor(url: string) {
        super(url)
        Object.defineProperty(this, 'ping', { value: undefined })
      }
    }
    const peer = await start({ keepAlive: { interval: 1, timeout: 1 }, WebSocket: Pingless })
    peer.socket.ping()
    await new Promise(resolve => peer.socket.once('pong', resolve))
    expect(peer.received).toHaveLength(1)
    expect(server.count).toBe(1)
  })

  it('goes on through 504 and 503 Unable without a close; only status.pbx changes, and any event puts it right', async () => {
    const peer = await start()
    const reach = () => client.statuses.flatMap(status => (status.state === 'online' ? [status.pbx] : []))
    for (const frame of [RETRYING, UNABLE, pickup('1795418999.1'), RETRYING]) peer.send(frame)
    await client.status('online', online => online.pbx === 'retrying' && reach().length === 5)
    expect(reach()).toEqual(['unknown', 'retrying', 'unreachable', 'reachable', 'retrying'])
    expect(server.count).toBe(1)
    expect(client.statuses.every(status => status.state !== 'online' || status.session === 1)).toBe(true)
  })

  it('does not blame an old 503 Unable for a close that comes after the PBX was heard again', async () => {
    const peer = await start()
    peer.send(UNABLE)
    peer.send(pickup('1795418999.1'))
    peer.socket.close()
    await secondSession()
    expect(gaps[0]?.reason.kind).toBe('closed')
  })

  it('ended by our own maxFrame says so, counts the frame and goes on', async () => {
    const anomalies: { kind: string; raw: string }[] = []
    const peer = await start({ maxFrame: 1_000 })
    client.pbx.anomaly$.subscribe(anomaly => anomalies.push(anomaly))
    peer.send(JSON.stringify({ event: 'x', filler: 'y'.repeat(2_000) }))
    await secondSession()
    expect(anomalies).toMatchObject([{ kind: 'too-large', raw: '' }])
    expect(gaps[0]?.reason).toMatchObject({ kind: 'torn', message: expect.stringContaining('maxFrame') })
    const { received, events: known, responses, unknown, invalid } = client.pbx.stats
    expect(received).toBe(known + responses + unknown + invalid)
    expect(invalid).toBe(1)
  })
})

const firstEvent = ({ pbx }: WatchedClient, id: string, seen: PbxEvent[]) =>
  new Promise<void>(resolve => {
    const test = (event: PbxEvent) => 'unique_id' in event && event.unique_id === id && resolve()
    seen.forEach(test)
    pbx.event$.subscribe(test)
  })

describe('a server that is away', () => {
  it('is tried again with growing waits, and a login resets them', async () => {
    const port = await freePort()
    const { pbx, statuses, status } = watchedClient({
      url: `ws://127.0.0.1:${port}`,
      reconnect: { initialDelay: 2, factor: 2, jitter: 0, maxDelay: 64 },
    })
    const holding = pbx.connect()
    await status('waiting', waiting => waiting.attempt === 6)
    const server = await bareServer({ port, onPeer: peer => void peer.login() })
    await status('online')
    ;(await server.peer(1)).socket.terminate()
    await status('online', online => online.session === 2)
    const waits = statuses.flatMap(now => (now.state === 'waiting' ? [now] : []))
    const again = waits.findIndex(waiting => waiting.reason.kind === 'torn')
    expect(waits.slice(0, 6).map(waiting => waiting.attempt)).toEqual([1, 2, 3, 4, 5, 6])
    expect(waits.slice(0, 6).every(waiting => waiting.reason.kind === 'refused')).toBe(true)
    expect(waits[0]?.reason.message).toMatch(/ECONNREFUSED.*not activated.*IP address.*host or port/)
    expect(waits[again]?.attempt).toBe(1)
    const connecting = statuses.flatMap(now => (now.state === 'connecting' ? [now.attempt] : []))
    expect(connecting.slice(0, 3)).toEqual([1, 2, 3])
    expect(connecting.at(-1)).toBe(1)
    holding.unsubscribe()
    await server.close()
    await pbx.close()
  })

  it('fails after maxAttempts, with the last reason; a new subscription tries again', async () => {
    const port = await freePort()
    const { pbx, statuses } = watchedClient({ url: `ws://127.0.0.1:${port}`, reconnect: { ...EAGER, maxAttempts: 3 } })
    const error = await pbx.online().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ConnectionFailedError)
    expect(error).toMatchObject({ message: expect.stringMatching(/failure 3.*ECONNREFUSED/) })
    expect(pbx.status).toMatchObject({ state: 'failed', error })
    expect(statuses.filter(({ state }) => state === 'connecting')).toHaveLength(3)
    const server = await bareServer({ port, onPeer: peer => void peer.login() })
    await pbx.online()
    await server.close()
    await pbx.close()
  })

  it('fails at once with reconnect: false', async () => {
    const port = await freePort()
    const { pbx, statuses } = watchedClient({ url: `ws://127.0.0.1:${port}`, reconnect: false })
    await expect(pbx.online()).rejects.toBeInstanceOf(ConnectionFailedError)
    expect(statuses.filter(({ state }) => state === 'connecting')).toHaveLength(1)
    await pbx.close()
  })

  it('is tried at once when the page wakes, instead of sitting out the wait', async () => {
    const port = await freePort()
    const network$ = new Subject<void>()
    const options = resolveOptions({
      url: `ws://127.0.0.1:${port}`,
      credentials: { username: 'a', password: 'b' },
      reconnect: { initialDelay: 60_000, maxDelay: 60_000, jitter: 0 },
    })
    const states: string[] = []
    const connection = createConnection(
      options,
      createLog(undefined),
      { frame: () => {}, sessionStarted: () => {}, sessionEnded: () => {}, connectionFailed: () => {} },
      {
        networkEvents: run => {
          const listening = network$.subscribe(run)
          return () => listening.unsubscribe()
        },
      },
    )
    const server = { current: undefined as BareServer | undefined }
    const online = new Promise<void>(resolve => {
      connection.status$.subscribe(async ({ state }) => {
        states.push(state)
        if (state === 'waiting') {
          server.current = await bareServer({ port, onPeer: peer => void peer.login() })
          network$.next()
        }
        if (state === 'online') resolve()
      })
    })
    const holding = connection.holding$.subscribe()
    await within(5_000, 'the login', online)
    expect(states).toEqual(['idle', 'connecting', 'waiting', 'connecting', 'authenticating', 'online'])
    holding.unsubscribe()
    await connection.close()
    await server.current?.close()
  })
})

describe('202 followed at once by 503 Unable and 110', () => {
  it('shows as it is, and each login resets the count', async () => {
    const server = await bareServer({
      onPeer: async peer => {
        await peer.login()
        peer.send(UNABLE)
        peer.send(CLOSING)
        peer.socket.close()
      },
    })
    const { pbx, statuses, status } = watchedClient({
      url: server.url,
      reconnect: { initialDelay: 4, factor: 3, jitter: 0, maxDelay: 10_000 },
    })
    const holding = pbx.connect()
    await status('online', online => online.session === 4)
    const shown = statuses.slice(1, 7)
    expect(shown).toMatchObject([
      { state: 'connecting', attempt: 1 },
      { state: 'authenticating' },
      { state: 'online', pbx: 'unknown', session: 1 },
      { state: 'online', pbx: 'unreachable', session: 1 },
      { state: 'waiting', attempt: 1, reason: { kind: 'server-error', code: 503 } },
      { state: 'connecting', attempt: 1 },
    ])
    const waits = statuses.flatMap(now => (now.state === 'waiting' ? [now] : []))
    expect(waits.map(waiting => waiting.attempt)).toEqual([1, 1, 1])
    holding.unsubscribe()
    await server.close()
    await pbx.close()
  })
})
