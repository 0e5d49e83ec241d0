import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import type { Anomaly, PbxEvent } from '../src/index.js'
import { bareServer, freePort, within } from './support/bare-server.js'
import { watchedClient } from './support/client.js'
import { createClock } from './support/clock.js'
import type { Flow, Tear } from './support/tearing-flow.js'
import { type ProxiedConnection, type TearingProxy, tearingProxy } from './support/tearing-proxy.js'

/** One end of a TCP connection, written by hand. */
interface Peer {
  readonly socket: Socket
  /** All received bytes, as Latin-1 text. */
  readonly received: string
  /** Sizes of the pieces in which they came. */
  readonly sizes: readonly number[]
  /** Resolves when this many bytes have come. */
  receive(bytes: number): Promise<void>
  say(text: string): void
  /** Resolves with the end of the other side: 'end', or the code of the error that came first. */
  readonly ended: Promise<string>
  readonly closed: Promise<void>
}

function peerOf(socket: Socket): Peer {
  let received = ''
  const sizes: number[] = []
  let wake = () => {}
  socket.setNoDelay(true)
  socket.on('data', data => {
    received += data.toString('latin1')
    sizes.push(data.length)
    wake()
  })
  return {
    socket,
    get received() {
      return received
    },
    sizes,
    receive: bytes =>
      within(
        30_000,
        `${bytes} bytes`,
        (async () => {
          while (received.length < bytes) {
            await new Promise<void>(resolve => {
              wake = resolve
            })
          }
        })(),
      ),
    say: text => socket.write(text, 'latin1'),
    ended: new Promise(resolve => {
      socket.on('end', () => resolve('end'))
      socket.on('error', error => resolve(String((error as { code?: unknown }).code)))
    }),
    closed: new Promise(resolve => socket.on('close', () => resolve())),
  }
}

describe('a tearing proxy', () => {
  let target: Server & { port: number }
  let proxy: TearingProxy
  /** The target's ends, oldest first. */
  let servers: Peer[]
  let clients: Peer[]
  /** Runs for each new end of the target's. */
  let serve: (peer: Peer) => void
  let arrived: () => void

  beforeEach(async () => {
    servers = []
    clients = []
    serve = () => {}
    arrived = () => {}
    const server = createServer({ allowHalfOpen: true }, socket => {
      const peer = peerOf(socket)
      servers.push(peer)
      serve(peer)
      arrived()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    target = Object.assign(server, { port: (server.address() as AddressInfo).port })
    proxy = await tearingProxy(target)
  })
  afterEach(async () => {
    await proxy.close()
    for (const { socket } of [...clients, ...servers]) socket.destroy()
    await Promise.all([...clients, ...servers].map(({ closed }) => closed))
    await new Promise(resolve => target.close(resolve))
  })

  const dial = () => {
    const peer = peerOf(connect({ host: '127.0.0.1', port: proxy.port, allowHalfOpen: true }))
    clients.push(peer)
    return peer
  }
  /** The n-th end of the target's. */
  const served = (n: number) =>
    within(
      30_000,
      `connection ${n} of the target`,
      (async () => {
        while (servers[n - 1] === undefined) {
          await new Promise<void>(resolve => {
            arrived = resolve
          })
        }
        return servers[n - 1] as Peer
      })(),
    )
  /** A new connection, seen from all three. */
  const line = async () => {
    const n = proxy.connections.length + 1
    const client = dial()
    const connection = await within(30_000, `connection ${n}`, proxy.connection(n))
    return { client, connection, server: await served(servers.length + 1) }
  }
  /** Replaces the proxy by one whose delays and pauses pass only when the spec says so. */
  const holdTime = async () => {
    const clock = createClock()
    await proxy.close()
    proxy = await tearingProxy(target, clock)
    return clock
  }
  const closed = ({ closed }: ProxiedConnection) => within(30_000, 'the end of the connection', closed)

  /** A thousand turns of the event loop in which the proxy read whatever it would read. */
  const idle = async () => {
    const { client, server, connection } = await line()
    connection.toServer.trickle({ bytes: 1 })
    client.say('.'.repeat(1_000))
    await server.receive(1_000)
  }

  describe('without faults', () => {
    it('passes the bytes of both directions untouched and counts them', async () => {
      const { client, server, connection } = await line()
      const text = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7 + (at >> 8)) % 256)).toString(
        'latin1',
      )
      client.say(text)
      server.say(`${text}!`)
      await Promise.all([server.receive(300_000), client.receive(300_001)])
      expect(server.received === text).toBe(true)
      expect(client.received === `${text}!`).toBe(true)
      expect([connection.toServer.passed, connection.toClient.passed]).toEqual([300_000, 300_001])
    })

    it.each<['client' | 'server', 'client' | 'server']>([
      ['client', 'server'],
      ['server', 'client'],
    ])(
      'passes the end of the %s and keeps the direction from the %s open until that ends too',
      async (first, second) => {
        const { connection, ...peers } = await line()
        peers[first].socket.end('question')
        expect(await peers[second].ended).toBe('end')
        expect(peers[second].received).toBe('question')
        peers[second].say('ans')
        await peers[first].receive(3)
        peers[second].socket.end('wer')
        expect(await peers[first].ended).toBe('end')
        expect(peers[first].received).toBe('answer')
        await closed(connection)
      },
    )

    it.each(['client', 'server'] as const)('passes a reset by the %s', async side => {
      const both = await line()
      both[side].socket.resetAndDestroy()
      expect(await both[side === 'client' ? 'server' : 'client'].ended).toBe('ECONNRESET')
      await closed(both.connection)
    })

    it('lets a sender that goes away wait behind its bytes', async () => {
      const { client, server, connection } = await line()
      connection.toServer.delay(5)
      connection.toServer.trickle({ bytes: 1 })
      client.socket.end('last words')
      expect(await server.ended).toBe('end')
      expect(server.received).toBe('last words')
    })

    it('tears a connection while no server listens behind it', async () => {
      const lonely = await tearingProxy({ port: await freePort() })
      const client = peerOf(connect({ host: '127.0.0.1', port: lonely.port }))
      expect(await within(30_000, 'the end', client.ended)).toBe('ECONNRESET')
      await lonely.close()
    })
  })

  describe('its waits', () => {
    it('give a connection past or to come to everybody who asked', async () => {
      const [second, again] = [proxy.connection(2), proxy.connection(2)]
      await line()
      await line()
      expect((await second).n).toBe(2)
      expect(await again).toBe(await second)
      expect(await proxy.connection(2)).toBe(await second)
      expect(proxy.connections.map(({ n }) => n)).toEqual([1, 2])
    })

    it('stop at exactly the byte, whatever the chunks, in order of asking', async () => {
      const { client, server, connection } = await line()
      const { toServer } = connection
      const seen: string[] = []
      toServer.after(7, () => seen.push(`7: ${toServer.passed}`))
      toServer.after(3, () => seen.push(`3: ${toServer.passed}`))
      toServer.after(7, () => seen.push(`7 again: ${toServer.passed}`))
      client.say('0123456789')
      await within(30_000, 'ten bytes', toServer.reached(10))
      await server.receive(10)
      toServer.after(4, () => seen.push('4, long ago'))
      expect(seen).toEqual(['3: 3', '7: 7', '7 again: 7', '4, long ago'])
      expect(server.received).toBe('0123456789')
      await toServer.reached(10)
    })

    it('reject when it can no longer happen', async () => {
      const { connection } = await line()
      const byte = expect(connection.toServer.reached(1)).rejects.toThrow('closed when 0 bytes had passed, not 1')
      const next = expect(proxy.connection(2)).rejects.toThrow('closed before connection 2')
      await proxy.close()
      await byte
      await next
      await expect(connection.toServer.reached(1)).rejects.toThrow('closed')
      await expect(proxy.connection(2)).rejects.toThrow('closed')
    })

    it('refuse what is no count of bytes', async () => {
      const { connection } = await line()
      for (const bytes of [-1, 0.5, Number.NaN]) {
        expect(() => connection.toServer.after(bytes, () => {})).toThrow(RangeError)
        expect(() => connection.toServer.tearAfter(bytes)).toThrow(RangeError)
      }
      for (const bytes of [0, Number.NaN]) expect(() => connection.toServer.trickle({ bytes })).toThrow(RangeError)
    })
  })

  describe('delay', () => {
    it('holds one direction only', async () => {
      const clock = await holdTime()
      const { client, server, connection } = await line()
      connection.toServer.delay(15)
      client.say('late')
      server.say('at once')
      await client.receive(7)
      await idle()
      clock.pass(14)
      await idle()
      expect(server.received).toBe('')
      clock.pass(1)
      await server.receive(4)
    })

    it('that gets shorter lets nothing overtake', async () => {
      const { client, server, connection } = await line()
      connection.toServer.delay(15)
      client.say('first ')
      server.say('.')
      // by then the proxy has looked at both sides
      await client.receive(1)
      connection.toServer.delay(0)
      client.say('second')
      await server.receive(12)
      expect(server.received).toBe('first second')
    })

    it("does not depend on a spec's fake clock", async () => {
      const { client, server, connection } = await line()
      jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] })
      try {
        connection.toServer.delay(5)
        connection.toServer.trickle({ bytes: 1 })
        client.say('on')
        await server.receive(2)
      } finally {
        jest.useRealTimers()
      }
    })
  })

  describe('stall', () => {
    it('holds one direction until it resumes', async () => {
      const { client, server, connection } = await line()
      connection.toServer.stall()
      client.say('held')
      server.say('free')
      await client.receive(4)
      await idle()
      expect(server.received).toBe('')
      connection.toServer.resume()
      await server.receive(4)
      expect(server.received).toBe('held')
    })

    it('can begin at a byte', async () => {
      const { client, server, connection } = await line()
      connection.toServer.after(5, connection.toServer.stall)
      client.say('until here')
      await server.receive(5)
      await idle()
      expect(server.received).toBe('until')
      connection.toServer.resume()
      await server.receive(10)
      expect(server.received).toBe('until here')
    })

    it('hides that the sender has gone', async () => {
      const { client, server, connection } = await line()
      let hasEnded = false
      void server.ended.then(() => {
        hasEnded = true
      })
      connection.toServer.stall()
      client.socket.resetAndDestroy()
      await idle()
      expect(hasEnded).toBe(false)
      connection.toServer.resume()
      await server.ended
      await closed(connection)
    })
  })

  it.each<[string, (connection: ProxiedConnection, server: Peer) => void]>([
    ['a stalled network', ({ toServer }) => toServer.stall()],
    ['a slow network', ({ toServer }) => toServer.trickle({ bytes: 1, every: 1_000 })],
    ['a late network', ({ toServer }) => toServer.delay(60_000)],
    ['a receiver that does not read', (_, server) => void server.socket.pause()],
  ])('%s makes the sender wait', async (_, slow) => {
    const { client, server, connection } = await line()
    slow(connection, server)
    let written = false
    // more than the system's own buffers hold
    client.socket.write(Buffer.alloc(64 * 1_024 * 1_024), error => {
      written = !error
    })
    await idle()
    expect(written).toBe(false)
  })

  it('goes on where a receiver reads again', async () => {
    const { client, server } = await line()
    server.socket.pause()
    client.socket.end(Buffer.alloc(24 * 1_024 * 1_024))
    await idle()
    server.socket.resume()
    await server.receive(24 * 1_024 * 1_024)
  })

  describe('trickle', () => {
    it('passes pieces of the wanted size at the wanted pace, and then the rest at once', async () => {
      const clock = await holdTime()
      const { client, server, connection } = await line()
      connection.toServer.trickle({ bytes: 2, every: 3 })
      client.say('0123456789rest')
      for (const bytes of [2, 4, 6, 8, 10]) {
        await server.receive(bytes)
        clock.pass(2)
        await idle()
        expect(server.received).toHaveLength(bytes)
        if (bytes < 10) clock.pass(1)
      }
      expect(server.sizes).toEqual([2, 2, 2, 2, 2])
      connection.toServer.trickle(undefined)
      await server.receive(14)
      expect(server.received).toBe('0123456789rest')
    })

    it('that is stopped does not wait for its next piece', async () => {
      const { client, server, connection } = await line()
      connection.toServer.trickle({ bytes: 1, every: 60_000 })
      client.say('slow')
      await server.receive(1)
      connection.toServer.trickle(undefined)
      await server.receive(4)
    })

    it.each<['toServer' | 'toClient', 'server' | 'client', 'server' | 'client']>([
      ['toServer', 'client', 'server'],
      ['toClient', 'server', 'client'],
    ])('without a pause splits %s a frame over turns of the event loop', async (direction, from, to) => {
      const { connection, ...peers } = await line()
      connection[direction].trickle({ bytes: 1 })
      const frame = 'abcdefghij'.repeat(30)
      peers[from].say(frame)
      await peers[to].receive(frame.length)
      expect(peers[to].received).toBe(frame)
      // the first two can be read together
      expect(peers[to].sizes.length).toBeGreaterThanOrEqual(frame.length - 1)
    })
  })

  describe('tearAfter', () => {
    const CHUNKS = ['a', 'bcd', 'efghijk', 'l']
    const WHOLE = CHUNKS.join('')
    const say = (peer: Peer) => {
      for (const chunk of CHUNKS) peer.say(chunk)
    }

    it.each<['toServer' | 'toClient', Tear]>([
      ['toServer', 'reset'],
      ['toServer', 'end'],
      ['toClient', 'reset'],
      ['toClient', 'end'],
    ])("tears %s by '%s' at every byte of an exchange, and exactly there", async (direction, how) => {
      const isToServer = direction === 'toServer'
      serve = peer => !isToServer && say(peer)
      proxy.arrange(connection => connection[direction].tearAfter(connection.n - 1, how))
      for (let bytes = 0; bytes <= WHOLE.length; bytes++) {
        const client = dial()
        if (isToServer) say(client)
        const connection = await proxy.connection(bytes + 1)
        const server = await served(bytes + 1)
        await closed(connection)
        await within(30_000, 'the end of both sides', Promise.all([client.ended, server.ended]))
        expect((isToServer ? server : client).received).toBe(WHOLE.slice(0, bytes))
        expect(connection[direction].passed).toBe(bytes)
        // both ends are half open by their own choice
        client.socket.destroy()
        server.socket.destroy()
      }
    })

    it.each<[Tear, string]>([
      ['reset', 'ECONNRESET'],
      ['end', 'end'],
    ])("lets both sides see a '%s' as %s", async (how, seen) => {
      const { client, server, connection } = await line()
      client.say('12')
      await server.receive(2)
      connection.toServer.tearAfter(2, how)
      expect(await Promise.all([client.ended, server.ended])).toEqual([seen, seen])
    })

    it('tears at once when as many bytes have passed already', async () => {
      const { client, server, connection } = await line()
      client.say('12345')
      await server.receive(5)
      connection.toServer.tearAfter(3)
      await closed(connection)
      expect(server.received).toBe('12345')
    })

    it('lets no byte slip past between others that wait for the same one', async () => {
      const { client, server, connection } = await line()
      connection.toServer.after(2, () => connection.toServer.trickle({ bytes: 1 }))
      connection.toServer.tearAfter(2)
      client.say('123')
      await closed(connection)
      await server.ended
      expect(server.received).toBe('12')
    })

    it('can be put off and called off', async () => {
      const { client, server, connection } = await line()
      connection.toServer.tearAfter(2)
      connection.toServer.tearAfter(Number.POSITIVE_INFINITY)
      client.say('12345')
      await server.receive(5)
      connection.toServer.tearAfter(7)
      connection.toServer.tearAfter(6)
      client.say('6789')
      await closed(connection)
      await server.ended
      expect(server.received).toBe('123456')
    })

    it('still resolves the waits for that byte', async () => {
      const { client, connection } = await line()
      connection.toServer.tearAfter(2)
      const reached = connection.toServer.reached(2)
      client.say('123')
      await within(30_000, 'the second byte', reached)
      await closed(connection)
    })

    it('loses what the other direction holds', async () => {
      const { client, server, connection } = await line()
      connection.toClient.stall()
      server.say('never')
      client.say('.')
      await server.receive(1)
      connection.toServer.tearAfter(1)
      await closed(connection)
      await client.ended
      expect(client.received).toBe('')
    })

    it('keeps the order and the byte over any chunks and changes of pace', async () => {
      const chunks = fc.array(fc.string({ minLength: 1, maxLength: 20, unit: 'binary-ascii' }), {
        minLength: 1,
        maxLength: 8,
      })
      const change = fc.record({
        at: fc.nat(60),
        what: fc.constantFrom<((flow: Flow) => void)[]>(
          flow => flow.delay(2),
          flow => flow.delay(0),
          flow => flow.trickle({ bytes: 3 }),
          flow => flow.trickle({ bytes: 1, every: 1 }),
          flow => flow.trickle(undefined),
          flow => {
            flow.stall()
            setImmediate(flow.resume)
          },
        ),
      })
      await fc.assert(
        fc.asyncProperty(
          chunks,
          fc.array(change, { maxLength: 4 }),
          fc.nat(80),
          fc.constantFrom<Tear[]>('reset', 'end'),
          async (parts, changes, bytes, how) => {
            proxy.arrange(({ toServer }) => {
              for (const { at, what } of changes) toServer.after(at, () => what(toServer))
              toServer.tearAfter(bytes, how)
            })
            const client = dial()
            const connection = await proxy.connection(proxy.connections.length + 1)
            const server = await served(connection.n)
            for (const part of parts) client.say(part)
            client.socket.end()
            await server.ended
            expect(server.received).toBe(parts.join('').slice(0, bytes))
            server.socket.destroy()
            client.socket.destroy()
            await closed(connection)
          },
        ),
        { numRuns: 100 },
      )
    })
  })

  describe('halfClose', () => {
    it('ends one direction after its bytes, swallows the rest, and leaves the other alone', async () => {
      const { client, server, connection } = await line()
      connection.toServer.trickle({ bytes: 1 })
      connection.toServer.after(1, connection.toServer.halfClose)
      client.say('before')
      expect(await within(30_000, 'the end', server.ended)).toBe('end')
      expect(server.received).toBe('before')
      client.say('after')
      server.say('still here')
      await client.receive(10)
      expect(server.received).toBe('before')
      expect(connection.toServer.passed).toBe(6)
      client.socket.end()
      server.socket.end()
      await closed(connection)
    })

    it('does not hide a reset', async () => {
      const { client, server, connection } = await line()
      connection.toServer.stall()
      client.socket.resetAndDestroy()
      await idle()
      connection.toServer.halfClose()
      connection.toServer.resume()
      expect(await within(30_000, 'the reset', server.ended)).toBe('ECONNRESET')
    })
  })

  it('tears all connections on demand', async () => {
    const lines = [await line(), await line()]
    proxy.tear()
    for (const { client, server, connection } of lines) {
      expect(await Promise.all([client.ended, server.ended])).toEqual(['ECONNRESET', 'ECONNRESET'])
      await closed(connection)
    }
    const next = await line()
    next.connection.tear('end')
    expect(await Promise.all([next.client.ended, next.server.ended])).toEqual(['end', 'end'])
    await closed(next.connection)
  })

  it('refuses connections, keeps those it has, and accepts at the same port again', async () => {
    const { client, server } = await line()
    await proxy.refuse()
    expect(await dial().ended).toBe('ECONNREFUSED')
    client.say('still connected')
    await server.receive(15)
    await proxy.accept()
    await line()
    expect(proxy.connections).toHaveLength(2)
  })

  it('says so when the port is gone, and accepts once it is back', async () => {
    await proxy.refuse()
    const thief = createServer()
    await new Promise<void>(resolve => thief.listen(proxy.port, '127.0.0.1', resolve))
    await expect(proxy.accept()).rejects.toThrow('EADDRINUSE')
    await new Promise(resolve => thief.close(resolve))
    await proxy.accept()
    await line()
  })

  it('sends nothing on demand, swallows everything received, and ends with its client', async () => {
    serve = peer => peer.say('welcome')
    await proxy.silence()
    const client = dial()
    client.say('hello?')
    const connection = await proxy.connection(1)
    await proxy.accept()
    await idle()
    expect(client.received).toBe('')
    expect(servers).toHaveLength(1)
    expect(connection.toServer.passed).toBe(0)
    client.socket.destroy()
    await closed(connection)
  })

  it.each<Tear>(['reset', 'end'])("tears a silent connection by '%s', too", async how => {
    await proxy.refuse()
    await proxy.silence()
    const client = dial()
    const connection = await proxy.connection(1)
    connection.tear(how)
    await client.ended
    await closed(connection)
    expect(servers).toHaveLength(0)
  })

  it('prepares a connection before its first byte', async () => {
    proxy.arrange(({ n, toClient }) => n === 1 && toClient.stall())
    serve = peer => peer.say('early')
    const first = await line()
    const second = await line()
    await second.client.receive(5)
    expect(first.client.received).toBe('')
    first.connection.toClient.resume()
    await first.client.receive(5)
  })

  it('leaves no timer and no socket behind when it closes in the middle of everything', async () => {
    const resources = async () => {
      // what was closed is gone after a turn of the event loop
      await new Promise<void>(resolve => setImmediate(() => setImmediate(resolve)))
      return process
        .getActiveResourcesInfo()
        .filter(name => /TCP|Timeout|Immediate/.test(name))
        .sort()
    }
    const before = await resources()
    const other = await tearingProxy(target)
    const faults: ((connection: ProxiedConnection) => void)[] = [
      ({ toServer }) => toServer.delay(60_000),
      ({ toServer }) => toServer.stall(),
      ({ toServer }) => toServer.trickle({ bytes: 1, every: 60_000 }),
      ({ toServer }) => toServer.halfClose(),
      () => {},
    ]
    other.arrange(connection => faults[connection.n - 1]?.(connection))
    const peers: Peer[] = []
    const join = async () => {
      const peer = peerOf(connect({ host: '127.0.0.1', port: other.port }))
      peers.push(peer)
      peer.say('some bytes')
      await other.connection(peers.length)
    }
    for (const _ of faults) await join()
    await served(faults.length)
    await other.silence()
    await join()
    await other.close()
    await other.close()
    await Promise.all(peers.map(({ ended }) => ended))
    for (const { socket } of [...peers, ...servers]) socket.destroy()
    await Promise.all([...peers, ...servers].map(({ closed }) => closed))
    expect(await resources()).toEqual(before)
    await expect(freeAgain(other.port)).resolves.toBe(true)
  })

  describe('between the client and its server', () => {
    const stops: (() => Promise<unknown>)[] = []
    afterEach(async () => {
      for (const stop of stops.splice(0)) await stop()
    })
    const start = async (prepare: (connection: ProxiedConnection) => void) => {
      const pbxServer = await bareServer({ onPeer: peer => void peer.login() })
      const network = await tearingProxy(pbxServer)
      network.arrange(prepare)
      const client = watchedClient({ url: network.url })
      // the network first: no server answers the client's logout
      stops.push(network.close, client.pbx.close, pbxServer.close)
      const events: PbxEvent[] = []
      const anomalies: Anomaly[] = []
      client.pbx.anomaly$.subscribe(anomaly => anomalies.push(anomaly))
      client.pbx.event$.subscribe(event => events.push(event))
      return { pbxServer, network, client, events, anomalies }
    }
    /** Bytes of the answer to the handshake. */
    const HANDSHAKE = 129

    it('a tear in the middle of the login is survived', async () => {
      const { pbxServer, network, client } = await start(({ n, toClient, toServer }) => {
        // the request has passed when its answer has; what follows the greeting is the login
        if (n === 1) toClient.after(HANDSHAKE + 1, () => toServer.tearAfter(toServer.passed + 20))
      })
      expect(await client.status('online')).toMatchObject({ session: 1 })
      expect(network.connections).toHaveLength(2)
      expect((await pbxServer.peer(1)).received).toEqual([])
      expect(client.statuses.find(({ state }) => state === 'waiting')).toMatchObject({
        attempt: 1,
        reason: { kind: 'torn', closeCode: 1006 },
      })
    })

    it('a tear in the middle of a frame is survived, and half a frame is no frame', async () => {
      const { pbxServer, network, client, events, anomalies } = await start(() => {})
      await client.status('online')
      const { toClient } = await network.connection(1)
      toClient.tearAfter(toClient.passed + 20)
      ;(await pbxServer.peer(1)).send({ event: 'call.pickup', unique_id: '1795418999.1' })
      await client.status('online', ({ session }) => session === 2)
      const next = new Promise<void>(resolve => {
        client.pbx.on('call.pickup').subscribe(() => resolve())
      })
      ;(await pbxServer.peer(2)).send({ event: 'call.pickup', unique_id: '1795418999.2' })
      await within(30_000, 'the next event', next)
      expect(events.map(event => 'unique_id' in event && event.unique_id)).toEqual(['1795418999.2'])
      expect(anomalies).toEqual([])
    })

    it.each(['toServer', 'toClient'] as const)(
      'a client that is torn %s at the first byte, then at the second, and so on, logs in at last',
      async direction => {
        const { network, client, anomalies } = await start(connection =>
          connection[direction].tearAfter(connection.n - 1),
        )
        await client.status('online')
        // every byte of the handshake and of the login was the last one once
        expect(network.connections.length).toBeGreaterThan(HANDSHAKE + 100)
        expect(network.connections.slice(0, -1).map(connection => connection[direction].passed)).toEqual(
          network.connections.slice(0, -1).map((_, n) => n),
        )
        expect(anomalies).toEqual([])
      },
    )
  })
})

/** Whether a port of this machine can be listened at. */
async function freeAgain(port: number): Promise<boolean> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  await new Promise(resolve => server.close(resolve))
  return true
}
