import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import WebSocket from 'isomorphic-ws'
import { config, lastValueFrom, type Observable, toArray } from 'rxjs'
import { ClientClosedError } from '../../src/client/errors.js'
import type { PbxOptions } from '../../src/index.js'
import { type BareServer, bareServer, freePort, muteServer, type Peer, within } from '../support/bare-server.js'
import { type WatchedClient, watchedClient } from '../support/client.js'

const BYE = { code: 110, message: 'Bye' }
/** ms after which a spec fails instead of hanging. */
const GUARD = 30_000
/** ms that the server has to answer `user.logout`. */
const LOGOUT_TIMEOUT = 2_000
/** ms that the closing handshake may take. */
const CLOSE_GRACE = 1_000

/** Holds the timers of the client and of `ws`. Sockets and promises go on: a step that happens meanwhile needs no timer. */
const holdTimers = () =>
  jest.useFakeTimers({
    doNotFake: ['Date', 'performance', 'hrtime', 'nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'],
  })

/** Logs in, and answers the logout as the document has it. */
const courteous = async (peer: Peer) => {
  await peer.login()
  for (;;) {
    if (JSON.parse(await peer.next()).action !== 'user.logout') continue
    peer.send(BYE)
    peer.socket.close()
  }
}

describe('the shared connection', () => {
  let server: BareServer
  let client: WatchedClient
  const start = (options: Partial<PbxOptions> = {}) => {
    client = watchedClient({ url: server.url, ...options })
    return client
  }
  beforeEach(async () => {
    server = await bareServer({ onPeer: peer => void courteous(peer) })
  })
  afterEach(async () => {
    jest.useRealTimers()
    config.onUnhandledError = null
    await server.close()
    await client.pbx.close()
  })

  it('emits every status in order, even when a logger closes the client', async () => {
    const close = (message: string) => {
      if (message === 'status: online') void client.pbx.close()
    }
    const { pbx, statuses } = start({ logger: { debug: close, info: close, warn: close, error: close } })
    pbx.connect()
    await client.pbx.online().catch(() => {})
    await pbx.close()
    expect(statuses.map(({ state }) => state)).toEqual(['idle', 'connecting', 'authenticating', 'online', 'closed'])
  })

  it('is opened by nobody who only makes a client or only observes', async () => {
    const { pbx, statuses } = start()
    const observing: Observable<unknown>[] = [pbx.status$, pbx.gap$, pbx.response$, pbx.anomaly$]
    for (const stream$ of observing) stream$.subscribe()
    await pbx.close()
    expect(server.count).toBe(0)
    expect(statuses.map(({ state }) => state)).toEqual(['idle', 'closed'])
  })

  it.each<[string, (client: WatchedClient) => unknown]>([
    ['event$', ({ pbx }) => pbx.event$.subscribe()],
    ['on() of a known name', ({ pbx }) => pbx.on('call.begin').subscribe()],
    ['on() of an unknown name', ({ pbx }) => pbx.on('call.hold').subscribe()],
    ['connect()', ({ pbx }) => pbx.connect()],
    ['online()', ({ pbx }) => pbx.online()],
  ])('is opened by %s', async (_, use) => {
    use(start())
    await client.status('online')
  })

  it('is one for all its users, and ends with a logout when the last one has left', async () => {
    const { pbx, status, statuses } = start({ linger: 20 })
    const holdings = [pbx.connect(), pbx.event$.subscribe(), pbx.on('call.end').subscribe()]
    await pbx.online()
    for (const holding of holdings) holding.unsubscribe()
    const peer = await server.peer(1)
    await within(GUARD, 'the close', peer.closed)
    await status('idle', idle => idle !== statuses[0])
    expect(server.count).toBe(1)
    expect(peer.received.map(text => JSON.parse(text).action)).toEqual(['user.login', 'user.logout'])
  })

  it('stays for linger ms after its last user, and for a user who comes meanwhile', async () => {
    holdTimers()
    const { pbx } = start({ linger: 5_000 })
    await pbx.online()
    await jest.advanceTimersByTimeAsync(4_999)
    await pbx.online()
    await jest.advanceTimersByTimeAsync(4_999)
    expect(pbx.status).toMatchObject({ state: 'online', session: 1 })
    await jest.advanceTimersByTimeAsync(1)
    expect(pbx.status.state).toBe('idle')
    const peer = await server.peer(1)
    await within(GUARD, 'the close', peer.closed)
    expect(peer.received.map(text => JSON.parse(text).action)).toEqual(['user.login', 'user.logout'])
    expect(server.count).toBe(1)
  })

  it('that had nobody comes back with a gap of reason idle', async () => {
    const { pbx, status, statuses } = start({ linger: 0 })
    await pbx.online()
    await status('idle', idle => idle !== statuses[0])
    const gap = lastValueFrom(pbx.gap$.pipe(toArray()))
    await pbx.online()
    await pbx.close()
    expect(await gap).toMatchObject([{ session: 2, reason: { kind: 'idle' } }])
  })

  it('does not log in again before the old login is gone', async () => {
    const { pbx, status, statuses } = start({ linger: 0 })
    await pbx.online()
    await status('idle', idle => idle !== statuses[0])
    let old: number | undefined
    void (await server.peer(1)).closed.then(() => {
      old = server.count
    })
    await pbx.online()
    expect(old).toBe(1)
  })

  it('survives a subscriber that throws, and so do the others', async () => {
    const { pbx } = start()
    const thrown: unknown[] = []
    // RxJS reports each error in a macrotask of its own
    const reported = new Promise<void>(resolve => {
      config.onUnhandledError = error => void (thrown.push(error) === 4 && resolve())
    })
    const seen: string[] = []
    pbx.on('call.pickup').subscribe(() => {
      throw new Error('a fault of the application')
    })
    pbx.event$.subscribe(() => {
      throw new Error('another fault')
    })
    const both = new Promise<void>(resolve => {
      pbx.on('call.pickup').subscribe(event => seen.push(event.unique_id) === 2 && resolve())
    })
    await pbx.online()
    const peer = await server.peer(1)
    for (const id of ['1.1', '1.2']) peer.send({ event: 'call.pickup', unique_id: id })
    await within(GUARD, 'both events', both)
    await within(GUARD, 'the report of what was thrown', reported)
    expect(seen).toEqual(['1.1', '1.2'])
    expect(pbx.status.state).toBe('online')
  })

  it('hands an event to event$ and to its name only, and the same object to all', async () => {
    const { pbx } = start()
    const seen: [string, object][] = []
    pbx.event$.subscribe(event => seen.push(['event$', event]))
    pbx.on('call.end').subscribe(event => seen.push(['call.end', event]))
    const done = new Promise<void>(resolve => {
      pbx.on('call.pickup').subscribe(event => {
        seen.push(['call.pickup', event])
        resolve()
      })
    })
    await pbx.online()
    ;(await server.peer(1)).send({ event: 'call.pickup', unique_id: '1.1' })
    await within(GUARD, 'the event', done)
    expect(seen.map(([where]) => where)).toEqual(['event$', 'call.pickup'])
    expect(seen[0]?.[1]).toBe(seen[1]?.[1])
  })

  it('refuses a listener given to on(), and says what to write instead', () => {
    const { pbx } = start()
    const on = pbx.on as unknown as (name: string, listener: () => void) => void
    expect(() => on('call.begin', () => {})).toThrow(TypeError)
    expect(() => on('call.begin', () => {})).toThrow(/\.subscribe/)
  })
})

describe('close()', () => {
  let server: BareServer
  const started: WatchedClient[] = []
  const start = (options: Partial<PbxOptions> = {}) => {
    const client = watchedClient({ url: server.url, ...options })
    started.push(client)
    return client
  }
  // timers stand still: time passes only where a spec lets it
  beforeEach(async () => {
    holdTimers()
    server = await bareServer({ onPeer: peer => void courteous(peer) })
  })
  afterEach(async () => {
    jest.useRealTimers()
    await server.close()
    for (const { pbx } of started.splice(0)) await pbx.close()
  })

  it('logs out, waits for the goodbye, closes and completes every stream', async () => {
    const { pbx } = start()
    const ended: string[] = []
    const codes: number[] = []
    for (const [name, stream$] of Object.entries<Observable<unknown>>({
      status: pbx.status$,
      event: pbx.event$,
      on: pbx.on('call.end'),
      other: pbx.on('call.hold'),
      response: pbx.response$,
      anomaly: pbx.anomaly$,
      gap: pbx.gap$,
    })) {
      stream$.subscribe({ complete: () => ended.push(name), error: error => ended.push(`${name} ${String(error)}`) })
    }
    pbx.response$.subscribe(({ code }) => codes.push(code))
    const holding = pbx.connect()
    await pbx.online()
    await pbx.close()
    expect(codes).toEqual([100, 202, 110])
    expect(ended.sort()).toEqual(['anomaly', 'event', 'gap', 'on', 'other', 'response', 'status'])
    expect(holding.closed).toBe(true)
    expect((await server.peer(1)).received.map(text => JSON.parse(text).action)).toEqual(['user.login', 'user.logout'])
    expect(pbx.status).toEqual({ state: 'closed' })
  })

  it('waits two seconds, no longer, for a server that does not answer the logout', async () => {
    await server.close()
    server = await bareServer({ onPeer: peer => void peer.login() })
    const { pbx } = start()
    await pbx.online()
    const peer = await server.peer(1)
    const closing = pbx.close()
    expect(JSON.parse(await peer.next())).toEqual({ action: 'user.logout' })
    await jest.advanceTimersByTimeAsync(LOGOUT_TIMEOUT - 1)
    peer.socket.ping()
    await within(GUARD, 'the pong', once(peer.socket, 'pong'))
    expect(peer.socket.readyState).toBe(WebSocket.OPEN)
    await jest.advanceTimersByTimeAsync(1)
    await within(GUARD, 'close()', closing)
    await within(GUARD, 'the close', peer.closed)
  })

  it('does not wait for a half-open peer to shake hands', async () => {
    const { pbx } = start()
    await pbx.online()
    ;(await server.peer(1)).socket.pause()
    const closing = pbx.close()
    await jest.advanceTimersByTimeAsync(LOGOUT_TIMEOUT)
    await jest.advanceTimersByTimeAsync(CLOSE_GRACE)
    await within(GUARD, 'close()', closing)
  })

  it('twice is once', async () => {
    const { pbx } = start()
    await pbx.online()
    const [first, second] = [pbx.close(), pbx.close()]
    expect(first).toBe(second)
    await first
    await pbx.close()
  })

  it('works when nothing was ever opened', async () => {
    const { pbx, statuses } = start()
    await pbx.close()
    expect(statuses.map(({ state }) => state)).toEqual(['idle', 'closed'])
  })

  it('works while connecting', async () => {
    const mute = await muteServer()
    const { pbx, status } = start({ url: mute.url })
    const opening = pbx.online().catch((error: unknown) => error)
    await status('connecting')
    await within(GUARD, 'close()', pbx.close())
    expect(await opening).toBeInstanceOf(ClientClosedError)
    await mute.close()
  })

  it('works while authenticating', async () => {
    await server.close()
    server = await bareServer()
    const { pbx, status } = start()
    pbx.connect()
    await status('authenticating')
    await within(GUARD, 'close()', pbx.close())
    expect((await server.peer(1)).received).toEqual([])
  })

  it('works while waiting', async () => {
    const port = await freePort()
    const { pbx, status } = start({
      url: `ws://127.0.0.1:${port}`,
      reconnect: { initialDelay: 60_000, maxDelay: 60_000, jitter: 0 },
    })
    pbx.connect()
    await status('waiting')
    await within(GUARD, 'close()', pbx.close())
  })

  it('works after a failure', async () => {
    const port = await freePort()
    const { pbx, status } = start({ url: `ws://127.0.0.1:${port}`, reconnect: false })
    pbx.connect()
    await status('failed')
    await pbx.close()
    expect(pbx.status.state).toBe('closed')
  })

  it('works from a subscriber of every status', async () => {
    for (const state of ['connecting', 'authenticating', 'online'] as const) {
      const { pbx } = start()
      const closed = new Promise<void>(resolve => {
        pbx.status$.subscribe(status => status.state === state && resolve(pbx.close()))
      })
      pbx.connect()
      await within(GUARD, `close() at ${state}`, closed)
      expect(pbx.status.state).toBe('closed')
    }
  })

  it('opens no socket when called by a subscriber of the status connecting', async () => {
    let made = 0
    class Counted extends WebSocket {
      constructor(...given: ConstructorParameters<typeof WebSocket>) {
        super(...given)
        made += 1
      }
    }
    const { pbx } = start({ WebSocket: Counted })
    const closed = new Promise<void>(resolve => {
      pbx.status$.subscribe(({ state }) => state === 'connecting' && resolve(pbx.close()))
    })
    pbx.connect()
    await within(GUARD, 'close()', closed)
    expect(made).toBe(0)
    expect(server.count).toBe(0)
  })

  it('is not over before the connection is', async () => {
    const order: string[] = []
    class Recorded extends WebSocket {
      constructor(...given: ConstructorParameters<typeof WebSocket>) {
        super(...given)
        this.addEventListener('close', () => order.push('the connection'))
      }
    }
    const { pbx } = start({ WebSocket: Recorded })
    pbx.event$.subscribe({ complete: () => order.push('event$') })
    pbx.status$.subscribe({ complete: () => order.push('status$') })
    await pbx.online()
    await pbx.close()
    order.push('close()')
    expect(order[0]).toBe('the connection')
    expect(order.at(-1)).toBe('close()')
    expect(order).toHaveLength(4)
  })

  it('waits for the end of a connection that was left before it', async () => {
    const order: string[] = []
    class Recorded extends WebSocket {
      constructor(...given: ConstructorParameters<typeof WebSocket>) {
        super(...given)
        this.addEventListener('close', () => order.push('the connection'))
      }
    }
    const { pbx } = start({ WebSocket: Recorded, linger: 0 })
    await pbx.online()
    await jest.advanceTimersByTimeAsync(0)
    expect(pbx.status.state).toBe('idle')
    await pbx.close()
    order.push('close()')
    expect(order).toEqual(['the connection', 'close()'])
  })

  it('leaves nothing to start afresh: streams complete, online() rejects, connect() is closed', async () => {
    const { pbx } = start()
    await pbx.close()
    expect(await lastValueFrom(pbx.event$.pipe(toArray()))).toEqual([])
    expect(await lastValueFrom(pbx.status$.pipe(toArray()))).toEqual([{ state: 'closed' }])
    await expect(pbx.online()).rejects.toBeInstanceOf(ClientClosedError)
    expect(pbx.connect().closed).toBe(true)
    expect(server.count).toBe(0)
  })

  it('is what Symbol.asyncDispose does', async () => {
    const { pbx } = start()
    const dispose = (Symbol as unknown as { asyncDispose?: symbol }).asyncDispose
    if (dispose === undefined) throw new Error('this Node does not know Symbol.asyncDispose')
    await (pbx as unknown as Record<symbol, () => Promise<void>>)[dispose]?.()
    expect(pbx.status.state).toBe('closed')
  })
})
