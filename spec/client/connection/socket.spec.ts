import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import WebSocket from 'isomorphic-ws'
import type { Signal } from '../../../src/client/connection/attempt-signal.js'
import { createFrameReader } from '../../../src/client/connection/frame-reader.js'
import { createSocket } from '../../../src/client/connection/socket.js'
import { type BareServer, bareServer, muteServer, within } from '../../support/bare-server.js'
import { createClock, type HeldClock } from '../../support/clock.js'
import { createWire } from '../../support/page-socket.js'

describe('a socket', () => {
  let clock: HeldClock
  beforeEach(() => {
    clock = createClock()
  })

  it('knows what it took for written, even if it closes as it takes it and cannot take what it is asked then', async () => {
    const wire = createWire()
    class Nested extends wire.WebSocket {
      send(text: string): void {
        taken.push(text)
        wire.socket.readyState = 2
        inner = socket.write('inner')
      }
    }
    const taken: string[] = []
    let inner: boolean | undefined
    const socket = createSocket({ url: 'ws://localhost:1', maxFrame: 1_000, WebSocket: Nested }, clock, data =>
      createFrameReader(1_000, Date.now).read(data, 1),
    )
    const using = socket.signals$.subscribe({ error: () => {} })
    wire.socket.open()
    expect(socket.write('outer')).toBe(true)
    expect({ taken, inner }).toEqual({ taken: ['outer'], inner: false })
    using.unsubscribe()
    wire.socket.end()
    await socket.gone
  })

  let stops: (() => Promise<unknown>)[] = []
  const made: WebSocket[] = []
  class Recorded extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      super(...given)
      made.push(this)
    }
  }
  const reader = createFrameReader(1_000, Date.now)
  const create = (url: string) =>
    createSocket({ url, maxFrame: 1_000, WebSocket: Recorded }, clock, data => reader.read(data, 1))
  /** Resolves when the runtime's socket is closed for good. */
  const cut = (raw: WebSocket | undefined) =>
    new Promise<void>(resolve => raw?.addEventListener('close', () => resolve()))
  const serve = async (): Promise<BareServer> => {
    const server = await bareServer()
    stops.push(server.close)
    return server
  }
  const opened = (signals$: ReturnType<typeof create>['signals$']) => {
    let open = () => {}
    const isOpen = new Promise<void>(resolve => {
      open = resolve
    })
    const signals: Signal[] = []
    const using = signals$.subscribe({
      next: signal => {
        signals.push(signal)
        if (signal.kind === 'open') open()
      },
      error: () => {},
    })
    return { using, isOpen, signals }
  }
  afterEach(async () => {
    for (const stop of stops) await stop()
    stops = []
    made.length = 0
  })

  it('whose peer takes no part in the closing handshake is cut after a second, not left to the thirty of ws', async () => {
    const server = await serve()
    const { signals$, gone } = create(server.url)
    const { using, isOpen } = opened(signals$)
    await isOpen
    ;(await server.peer(1)).socket.pause()
    const closed = cut(made[0])
    using.unsubscribe()
    clock.pass(999)
    expect(made[0]?.readyState).toBe(2)
    clock.pass(1)
    await within(8_000, 'gone', gone)
    await within(8_000, 'the end of the connection', closed)
    expect(made[0]?.readyState).toBe(3)
    expect(clock.pending()).toBe(0)
  })

  it('is not gone before its connection is', async () => {
    const server = await serve()
    const { signals$, gone } = create(server.url)
    const { using, isOpen } = opened(signals$)
    await isOpen
    const order: string[] = []
    made[0]?.addEventListener('close', () => order.push('closed'))
    const left = gone.then(() => order.push('gone'))
    using.unsubscribe()
    await within(8_000, 'gone', left)
    expect(order).toEqual(['closed', 'gone'])
  })

  it('that was left while it connected is gone at once, and makes no connection', async () => {
    const mute = await muteServer()
    stops.push(mute.close)
    const { signals$, gone } = create(mute.url)
    const { using, signals } = opened(signals$)
    using.unsubscribe()
    await within(8_000, 'gone', gone)
    expect(signals).toEqual([])
    expect(made[0]?.readyState).toBe(3)
  })

  it('says of every text whether it was written: not before it is open, and not once it closes', async () => {
    const server = await serve()
    const { signals$, gone, write } = create(server.url)
    expect(write('too early')).toBe(false)
    const { using, isOpen } = opened(signals$)
    expect(write('still too early')).toBe(false)
    await isOpen
    expect(write('in time')).toBe(true)
    using.unsubscribe()
    expect(write('too late')).toBe(false)
    const peer = await server.peer(1)
    await within(8_000, 'the close', peer.closed)
    await gone
    expect(peer.received).toEqual(['in time'])
  })
})
