import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { firstValueFrom, retry } from 'rxjs'
import { LoginRejectedError } from '../../../src/client/errors.js'
import type { PbxClient, PbxOptions } from '../../../src/index.js'
import { loginHash, passwordDigest } from '../../../src/protocol/login-hash.js'
import {
  type BareServer,
  bareServer,
  CLOSING,
  GREETING,
  muteServer,
  type Peer,
  WELCOME,
  within,
} from '../../support/bare-server.js'
import { type WatchedClient, watchedClient } from '../../support/client.js'
import { createWire, settled, type Wire } from '../../support/page-socket.js'

const HASH = 'f428e089669585732712ec1a076319ff1539e8f3'

describe('a login', () => {
  let server: BareServer
  let client: WatchedClient | undefined
  const stops: (() => Promise<unknown>)[] = []
  const start = async (onPeer: (peer: Peer, n: number) => unknown, options: Partial<PbxOptions> = {}) => {
    server = await bareServer({ onPeer: (peer, n) => void onPeer(peer, n) })
    client = watchedClient({ url: server.url, ...options })
    stops.push(server.close, client.pbx.close)
    return client
  }
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
  })

  it('answers the greeting with the hash of the vendor’s procedure and is online at 202', async () => {
    let sent = ''
    const { pbx, statuses } = await start(async peer => {
      sent = await peer.login()
    })
    await pbx.online()
    expect(JSON.parse(sent)).toEqual({ action: 'user.login', username: 'viptel', password: HASH })
    expect(statuses.map(status => status.state)).toEqual(['idle', 'connecting', 'authenticating', 'online'])
  })

  it.each([
    ['a digest', { username: 'viptel', passwordDigest: 'CD0F868E778F424C0BF520FA33E1FCB726E26D24' }],
    ['a signer', { username: 'viptel', sign: (nonce: string) => loginHash(passwordDigest('viptel', 'heslo'), nonce) }],
    [
      'an asynchronous signer',
      { username: 'viptel', sign: async (nonce: string) => loginHash(passwordDigest('viptel', 'heslo'), nonce) },
    ],
    ['a function', () => ({ username: 'viptel', password: 'heslo' })],
    ['an asynchronous function', async () => ({ username: 'viptel', password: 'heslo' })],
  ])('takes credentials as %s', async (_, credentials) => {
    let sent = ''
    const { pbx } = await start(
      async peer => {
        sent = await peer.login()
      },
      { credentials },
    )
    await pbx.online()
    expect(JSON.parse(sent)).toMatchObject({ username: 'viptel', password: HASH })
  })

  it('knows the greeting by its nonce, whatever its code, and ignores one without', async () => {
    const { pbx } = await start(async peer => {
      peer.send({ code: 100, message: 'no nonce here' })
      peer.send({ code: '199', message: 'hello', nonce: 'abc' })
      await peer.next()
      peer.send(WELCOME)
    })
    await pbx.online()
  })

  it('is not online by a 202 that came before the greeting', async () => {
    const { pbx } = await start(peer => {
      peer.send(WELCOME)
      return peer.login()
    })
    await pbx.online()
    expect((await server.peer(1)).received).toHaveLength(1)
  })

  it('is not online by a 202 that came before it was written', async () => {
    let give = (_: { username: string; password: string }) => {}
    const { pbx } = await start(
      async peer => {
        peer.send(GREETING)
        peer.send(WELCOME)
        await peer.next()
        peer.send(WELCOME)
      },
      {
        credentials: () =>
          new Promise(resolve => {
            give = resolve
          }),
      },
    )
    const states: string[] = []
    const unasked = new Promise<void>(resolve => {
      pbx.response$.subscribe(({ code }) => {
        if (code !== 202) return
        states.push(pbx.status.state)
        resolve()
      })
    })
    const online = pbx.online()
    await within(5_000, 'the 202 that nobody has asked for', unasked)
    expect(states).toEqual(['authenticating'])
    give({ username: 'viptel', password: 'heslo' })
    await online
    expect(states).toEqual(['authenticating', 'online'])
  })

  it('writes nothing before the greeting, and nothing but the login before 202', async () => {
    const { pbx } = await start(
      async peer => {
        peer.socket.ping()
        await new Promise(resolve => peer.socket.once('pong', resolve))
        expect(peer.received).toEqual([])
        peer.send(GREETING)
        await peer.next()
        peer.socket.ping()
        await new Promise(resolve => peer.socket.once('pong', resolve))
        expect(peer.received).toHaveLength(1)
        peer.send(WELCOME)
      },
      { keepAlive: { interval: 1, probe: true } },
    )
    await pbx.online()
  })

  it.each([
    'User is not activated',
    'Wrong username and/or password',
    'You have to login with action: user.login, username and password',
  ])('ends for good with 401 %s', async message => {
    const { pbx, statuses } = await start(async peer => {
      peer.send(GREETING)
      await peer.next()
      peer.send({ code: 401, message })
      peer.send(CLOSING)
      peer.socket.close()
    })
    const error = await pbx.online().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(LoginRejectedError)
    expect(error).toMatchObject({ code: 401, message: expect.stringContaining(message) })
    expect(statuses.map(status => status.state)).toEqual(['idle', 'connecting', 'authenticating', 'failed'])
    expect(server.count).toBe(1)
  })

  it('is refused by a 401 even when the server forgets to close', async () => {
    const { pbx } = await start(async peer => {
      peer.send(GREETING)
      await peer.next()
      peer.send({ code: '401', message: 'Wrong username and/or password' })
    })
    await expect(pbx.online()).rejects.toBeInstanceOf(LoginRejectedError)
  })

  it.each([
    ['408', { code: 408, message: 'Login timeout' }, 'login-timeout'],
    [
      '500 with a close',
      { code: 500, message: 'An unexpected error has occurred, closing connection' },
      'server-error',
    ],
    ['503 Unable', { code: 503, message: 'Unable to connect to PBX' }, 'server-error'],
    ['a restart', { code: 503, message: 'Server is restarting, please reconnect' }, 'restart'],
    [
      '400, which the document does not foresee here',
      { code: 400, message: 'Inserted values are not valid', errors: {} },
      'server-error',
    ],
  ])('is tried again after %s', async (_, refusal, kind) => {
    const { pbx, status } = await start(async (peer, n) => {
      if (n > 1) return peer.login()
      peer.send(GREETING)
      await peer.next()
      peer.send(refusal)
      peer.send(CLOSING)
      return peer.socket.close()
    })
    await pbx.online()
    const { reason } = await status('waiting')
    expect(reason).toMatchObject({ kind, code: refusal.code, message: refusal.message })
  })

  it.each([
    [
      'closes',
      (peer: Peer) => peer.socket.close(1000, 'busy'),
      { kind: 'closed', closeCode: 1000, message: expect.stringContaining('busy') },
    ],
    ['tears the connection', (peer: Peer) => peer.socket.terminate(), { kind: 'torn', closeCode: 1006 }],
  ])('is tried again when the server %s without a word', async (_, end, reason) => {
    const { pbx, status } = await start((peer, n) => (n > 1 ? peer.login() : end(peer)))
    await pbx.online()
    expect((await status('waiting')).reason).toMatchObject(reason)
  })

  it('is given up after loginTimeout when the server accepts the connection and says nothing, naming the usual causes', async () => {
    const mute = await muteServer()
    stops.push(mute.close)
    const mutely = watchedClient({ url: mute.url, loginTimeout: 50 })
    stops.unshift(mutely.pbx.close)
    const holding = mutely.pbx.connect()
    const { reason } = await mutely.status('waiting')
    expect(reason).toMatchObject({
      kind: 'login-timeout',
      message: expect.stringMatching(/not activated.*IP address.*host or port/),
    })
    holding.unsubscribe()
  })

  it('holds events that come before 202 back until it, then gives them in order', async () => {
    const { pbx } = await start(async peer => {
      peer.send(GREETING)
      await peer.next()
      peer.send({ event: 'call.pickup', unique_id: '1795418999.1' })
      peer.send(WELCOME)
      peer.send({ event: 'call.end', unique_id: '1795418999.1', status: 'answer' })
    })
    const seen: string[] = []
    await within(
      5_000,
      'the end',
      new Promise<void>(resolve => {
        pbx.event$.subscribe(event => {
          seen.push(`${event.event} ${client?.pbx.status.state}`)
          if (event.event === 'call.end') resolve()
        })
      }),
    )
    expect(seen).toEqual(['call.pickup online', 'call.end online'])
  })

  it('gives events that came before a refusal all the same: they came', async () => {
    const { pbx, status } = await start(async peer => {
      peer.send(GREETING)
      await peer.next()
      peer.send({ event: 'call.pickup', unique_id: '1.1' })
      peer.send({ event: 'call.hold', unique_id: '1.1' })
      peer.send({ code: 401, message: 'User is not activated' })
      peer.socket.close()
    })
    const seen: string[] = []
    pbx.event$.subscribe({ next: ({ event }) => seen.push(event), error: () => {} })
    pbx.anomaly$.subscribe(({ kind }) => seen.push(kind))
    await status('failed')
    expect(seen).toEqual(['call.pickup', 'unknown-event'])
  })

  it('emits every response, the login’s included', async () => {
    const { pbx } = await start(peer => peer.login())
    const codes: number[] = []
    pbx.response$.subscribe(response => codes.push(response.code))
    await pbx.online()
    await pbx.close()
    expect(codes.slice(0, 2)).toEqual([100, 202])
  })
})

describe('a login that takes longer than loginTimeout', () => {
  let wire: Wire
  let pbx: PbxClient
  const start = (credentials?: PbxOptions['credentials']) => {
    wire = createWire()
    ;({ pbx } = watchedClient({
      url: 'ws://localhost:1',
      WebSocket: wire.WebSocket,
      loginTimeout: 50,
      reconnect: { initialDelay: 60_000, maxDelay: 60_000, jitter: 0 },
      ...(credentials && { credentials }),
    }))
    pbx.connect()
    wire.socket.open()
  }
  const greet = async () => {
    wire.socket.receive(GREETING)
    await settled()
  }
  /** The reason of the loss that comes after 50 ms, not before. */
  const reasonOfLoss = async () => {
    await jest.advanceTimersByTimeAsync(49)
    expect(pbx.status.state).toBe('authenticating')
    await jest.advanceTimersByTimeAsync(1)
    return pbx.status.state === 'waiting' && pbx.status.reason
  }

  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(async () => {
    await pbx.close()
    expect(jest.getTimerCount()).toBe(0)
    jest.useRealTimers()
  })

  it('is given up when no greeting comes', async () => {
    start()
    expect(await reasonOfLoss()).toMatchObject({
      kind: 'login-timeout',
      message: expect.stringMatching(/^No greeting .* within 50 ms.*not activated.*IP address.*host or port/),
    })
  })

  it('is given up when nothing answers it', async () => {
    start()
    await greet()
    expect(await reasonOfLoss()).toEqual({ kind: 'login-timeout', message: 'No 202 to the login within 50 ms' })
  })

  it('is a loss of its credentials when their function hangs', async () => {
    start(() => new Promise<never>(() => {}))
    await greet()
    expect(await reasonOfLoss()).toMatchObject({ kind: 'credentials', message: expect.stringContaining('50 ms') })
  })

  it('is tried again, and the credentials are asked for again', async () => {
    let asked = 0
    start(() => (++asked === 1 ? new Promise<never>(() => {}) : { username: 'viptel', password: 'heslo' }))
    await greet()
    await reasonOfLoss()
    wire.socket.end()
    await jest.advanceTimersByTimeAsync(60_000)
    await wire.socket.login()
    expect([pbx.status.state, asked]).toEqual(['online', 2])
    const closed = pbx.close()
    wire.socket.receive({ code: 110, message: 'Bye' })
    await jest.advanceTimersByTimeAsync(1_000)
    await closed
  })
})

describe('a credentials function', () => {
  let server: BareServer
  let client: WatchedClient
  const start = async (credentials: PbxOptions['credentials'], options: Partial<PbxOptions> = {}) => {
    server = await bareServer({ onPeer: peer => void peer.login() })
    client = watchedClient({ url: server.url, credentials, ...options })
    return client
  }
  afterEach(async () => {
    await server.close()
    await client.pbx.close()
  })

  it('is asked again at every login', async () => {
    let asked = 0
    const { pbx, status } = await start(() => ({ username: `user${++asked}`, password: 'heslo' }))
    const holding = pbx.connect()
    await status('online')
    ;(await server.peer(1)).socket.terminate()
    await status('online', online => online.session === 2)
    const names = await Promise.all(
      [1, 2].map(async n => JSON.parse((await server.peer(n)).received[0] ?? '').username),
    )
    expect(names).toEqual(['user1', 'user2'])
    holding.unsubscribe()
  })

  it.each<[string, object]>([
    [
      'a digest beside a password that the environment does not have',
      { passwordDigest: 'CD0F868E778F424C0BF520FA33E1FCB726E26D24', password: undefined },
    ],
    ['a password beside a signer that is not there', { password: 'heslo', sign: undefined }],
  ])('may give %s', async (_, form) => {
    const { pbx } = await start(() => ({ username: 'viptel', ...form }) as never)
    await pbx.online()
    const { password } = JSON.parse((await server.peer(1)).received[0] ?? '')
    expect(password).toBe('f428e089669585732712ec1a076319ff1539e8f3')
  })

  it('that gives a password beside an empty digest logs in by the password', async () => {
    const { pbx } = await start(() => ({ username: 'viptel', password: 'heslo', passwordDigest: '' }) as never)
    await pbx.online()
    expect(JSON.parse((await server.peer(1)).received[0] ?? '').password).toBe(
      'f428e089669585732712ec1a076319ff1539e8f3',
    )
  })

  it('that gives two forms at once is a loss that says so', async () => {
    const { pbx, status } = await start(
      () =>
        ({
          username: 'viptel',
          password: 'heslo',
          passwordDigest: 'cd0f868e778f424c0bf520fa33e1fcb726e26d24',
        }) as never,
      {
        reconnect: false,
      },
    )
    pbx.connect()
    expect((await status('failed')).error.message).toMatch(
      /one of password, passwordDigest \(40 hex digits\) and sign.*; they have username, password, passwordDigest/,
    )
  })

  it('that throws is a loss like any other, and its words are not repeated', async () => {
    let asked = 0
    const { pbx, status } = await start(() => {
      if (++asked === 1) throw new Error('no password heslo in the vault')
      return { username: 'viptel', password: 'heslo' }
    })
    await pbx.online()
    const { reason } = await status('waiting')
    expect(reason.kind).toBe('credentials')
    expect(reason.message).not.toContain('heslo')
  })

  it('that gives rubbish is a loss that says what was wrong', async () => {
    const { pbx, status } = await start((() => ({ username: 'viptel' })) as unknown as PbxOptions['credentials'])
    const holding = pbx.connect()
    expect((await status('waiting')).reason).toMatchObject({
      kind: 'credentials',
      message: expect.stringContaining('password'),
    })
    holding.unsubscribe()
  })

  it('that throws a LoginRejectedError ends it for good', async () => {
    const refusal = new LoginRejectedError('the user was dismissed')
    const { pbx, status } = await start(() => {
      throw refusal
    })
    await expect(pbx.online()).rejects.toBe(refusal)
    expect((await status('failed')).error).toBe(refusal)
  })

  it('whose signer gives nothing is a loss', async () => {
    const { pbx, status } = await start({ username: 'viptel', sign: () => '' })
    const holding = pbx.connect()
    expect((await status('waiting')).reason.kind).toBe('credentials')
    holding.unsubscribe()
  })
})

describe('after a refused login', () => {
  it('retry() does not hammer: every further try waits the backoff, counted over the refusals', async () => {
    jest.useFakeTimers()
    const wire = createWire()
    const { pbx, statuses } = watchedClient({
      url: 'ws://localhost:1',
      WebSocket: wire.WebSocket,
      reconnect: { initialDelay: 20, factor: 3, jitter: 0, maxDelay: 1_000 },
    })
    const refuse = async () => {
      wire.socket.open()
      wire.socket.receive(GREETING)
      await settled()
      wire.socket.receive({ code: 401, message: 'Wrong username and/or password' })
      wire.socket.end()
    }
    pbx.event$.pipe(retry(2)).subscribe({ error: () => {} })
    await refuse()
    for (const wait of [20, 60]) {
      await jest.advanceTimersByTimeAsync(wait - 1)
      expect(pbx.status.state).toBe('waiting')
      await jest.advanceTimersByTimeAsync(1)
      await refuse()
    }
    expect(pbx.status).toMatchObject({ state: 'failed', error: expect.any(LoginRejectedError) })
    expect(statuses.flatMap(now => (now.state === 'waiting' ? [now.attempt] : []))).toEqual([1, 2])
    expect(wire.sockets).toHaveLength(3)
    await pbx.close()
    jest.useRealTimers()
  })

  it('a later subscriber gets what the PBX says then', async () => {
    const server = await bareServer({
      onPeer: (peer, n) => {
        if (n > 1) return void peer.login()
        peer.send(GREETING)
        void peer.next().then(() => peer.send({ code: 401, message: 'User is not activated' }))
      },
    })
    const { pbx } = watchedClient({ url: server.url })
    await expect(pbx.online()).rejects.toBeInstanceOf(LoginRejectedError)
    await pbx.online()
    expect(pbx.status.state).toBe('online')
    const next = firstValueFrom(pbx.on('call.end'))
    ;(await server.peer(2)).send({ event: 'call.end', unique_id: '1.1', status: 'answer' })
    expect((await next).meta).toMatchObject({ session: 1 })
    await server.close()
    await pbx.close()
  })
})
