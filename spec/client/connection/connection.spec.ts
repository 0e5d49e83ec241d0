import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import type { Subscription } from 'rxjs'
import {
  type Connection,
  type ConnectionObserver,
  createConnection,
} from '../../../src/client/connection/connection.js'
import type { Received } from '../../../src/client/connection/frame-reader.js'
import { createLog } from '../../../src/client/logger.js'
import { type PbxOptions, resolveOptions } from '../../../src/client/options.js'
import { GREETING, WELCOME } from '../../support/bare-server.js'
import { createWire, settled, type Wire } from '../../support/page-socket.js'

const TORN = { code: 1006, wasClean: false }
const RETRYING = { code: 504, message: 'Can not connect to PBX, try your action again later' }
const pickup = (id: string) => ({ event: 'call.pickup', unique_id: id })
const nameOf = (frame: Received) => {
  switch (frame.kind) {
    case 'event':
      return 'unique_id' in frame.event ? frame.event.unique_id : frame.event.event
    case 'response':
      return `${frame.response.code}`
    default:
      return frame.kind
  }
}

describe('the runner of a connection', () => {
  let wire: Wire
  let connection: Connection
  /** Statuses, gaps, starts and ends of sessions and frames, in the order of their notification. */
  let order: string[]
  let faults: unknown[]

  const start = (observer: Partial<ConnectionObserver> = {}, options: Partial<PbxOptions> = {}) => {
    const { reconnect } = { reconnect: { initialDelay: 500, jitter: 0 }, ...options }
    connection = createConnection(
      resolveOptions({
        url: 'ws://localhost:1',
        credentials: { username: 'viptel', password: 'heslo' },
        linger: 0,
        WebSocket: wire.WebSocket,
        reconnect,
      }),
      createLog({ debug: () => {}, info: () => {}, warn: () => {}, error: (...fault) => faults.push(fault) }),
      {
        frame: frame => {
          order.push(nameOf(frame))
          observer.frame?.(frame)
        },
        sessionStarted: at => {
          order.push('started')
          observer.sessionStarted?.(at)
        },
        sessionEnded: loss => {
          order.push(`ended: ${loss.kind}`)
          observer.sessionEnded?.(loss)
        },
        connectionFailed: error => {
          order.push('failed for good')
          observer.connectionFailed?.(error)
        },
      },
    )
    connection.status$.subscribe(status =>
      order.push(status.state === 'online' ? `online ${status.pbx}` : status.state),
    )
    connection.gap$.subscribe(({ session }) => order.push(`gap ${session}`))
    return connection
  }
  /** What was notified since it was asked last. */
  const since = () => order.splice(0)

  beforeEach(() => {
    jest.useFakeTimers()
    wire = createWire()
    order = []
    faults = []
  })
  afterEach(async () => {
    const closed = connection.close()
    await jest.advanceTimersByTimeAsync(5_000)
    await closed
    expect(jest.getTimerCount()).toBe(0)
    jest.useRealTimers()
  })

  it('notifies status, gap, start and frames of a session in this order', async () => {
    start().holding$.subscribe()
    await wire.socket.login()
    expect(since()).toEqual(['idle', 'connecting', 'authenticating', '100', 'online unknown', 'started', '202'])
    wire.socket.end(TORN)
    await jest.advanceTimersByTimeAsync(500)
    wire.socket.open()
    wire.socket.receive(GREETING)
    await settled()
    wire.socket.receive(pickup('early'))
    wire.socket.receive(WELCOME)
    expect(since()).toEqual([
      'ended: torn',
      'waiting',
      'connecting',
      'authenticating',
      '100',
      'online unknown',
      'gap 2',
      'started',
      '202',
      'online reachable',
      'early',
    ])
  })

  it('keeps the order of the wire, whichever way a frame goes', async () => {
    start().holding$.subscribe()
    await wire.socket.login()
    since()
    for (const frame of [
      pickup('1'),
      pickup('2'),
      { event: 'call.hold' },
      pickup('3'),
      RETRYING,
      pickup('4'),
      pickup('5'),
    ])
      wire.socket.receive(frame)
    expect(since()).toEqual([
      'online reachable',
      '1',
      '2',
      'unknown',
      '3',
      'online retrying',
      '504',
      'online reachable',
      '4',
      '5',
    ])
  })

  it('delivers a frame in its turn, though a socket gives it while a notification is under way', async () => {
    start({
      sessionStarted: () => {
        wire.socket.receive(pickup('meanwhile'))
        order.push('start is over')
      },
    }).holding$.subscribe()
    await wire.socket.login()
    expect(since().slice(-5)).toEqual(['started', 'start is over', 'online reachable', 'meanwhile', '202'])
  })

  it('takes what a callback does after the notifications that are under way', async () => {
    start()
    connection.status$.subscribe(({ state }) => {
      if (state === 'online') void connection.close()
    })
    connection.holding$.subscribe()
    await wire.socket.login()
    expect(since().slice(-4)).toEqual(['online unknown', 'started', 'closed', '202'])
    expect(wire.socket.written.at(-1)).toBe('{"action":"user.logout"}')
  })

  it.each(['1', '2'])('takes what a subscriber of event %s does after it, whichever way the event goes', async id => {
    start({
      frame: frame => {
        if (nameOf(frame) !== id) return
        void connection.close()
        order.push(`meanwhile ${connection.status.state}`)
      },
    }).holding$.subscribe()
    await wire.socket.login()
    for (const name of ['1', '2']) wire.socket.receive(pickup(name))
    expect(since().slice(-6)).toEqual(expect.arrayContaining([id, 'meanwhile online', 'closed']))
    expect(connection.status.state).toBe('closed')
  })

  it('takes nothing any more of a socket that was given up, though it lives on', async () => {
    start().holding$.subscribe()
    wire.socket.open()
    wire.socket.end(TORN)
    const [first] = wire.sockets
    await jest.advanceTimersByTimeAsync(500)
    since()
    first?.open()
    first?.receive(GREETING)
    await settled()
    first?.end()
    expect(since()).toEqual([])
    expect(first?.written).toEqual([])
  })

  describe('after a fault of our own', () => {
    const fault = new Error('a fault')
    const failing = () => {
      throw fault
    }
    const REASON = { kind: 'torn', message: expect.stringContaining('a fault') }

    it('in a notification loses the session, says so in the log, and comes back', async () => {
      let sessions = 0
      start({ sessionStarted: () => ++sessions === 1 && failing() }).holding$.subscribe()
      await wire.socket.login()
      expect(connection.status).toMatchObject({ state: 'waiting', attempt: 1, reason: REASON })
      expect(connection.isLoggedIn).toBe(false)
      expect(faults).toEqual([[expect.stringContaining('fault'), { error: 'Error: a fault' }]])
      await jest.advanceTimersByTimeAsync(500)
      await wire.socket.login()
      expect(connection.status).toMatchObject({ state: 'online', session: 2 })
    })

    it.each(['the first', 'a later'])('in the delivery of %s event loses the session all the same', async which => {
      const isAtFault = which === 'the first' ? '1' : '2'
      start({ frame: frame => nameOf(frame) === isAtFault && failing() }).holding$.subscribe()
      await wire.socket.login()
      wire.socket.receive(pickup('1'))
      wire.socket.receive(pickup('2'))
      expect(connection.status).toMatchObject({ state: 'waiting', reason: REASON })
      expect(faults).toHaveLength(1)
    })

    it('at the end of a session does what else there is to do', async () => {
      start({ sessionEnded: failing }).holding$.subscribe()
      await wire.socket.login()
      wire.socket.end(TORN)
      expect(connection.status).toMatchObject({ state: 'waiting', reason: { kind: 'torn' } })
      await jest.advanceTimersByTimeAsync(500)
      expect(connection.status.state).toBe('connecting')
    })

    it('at the last failure fails the holders nevertheless', () => {
      const errors: unknown[] = []
      start({ connectionFailed: failing }, { reconnect: false }).holding$.subscribe({
        error: error => errors.push(error),
      })
      wire.socket.end(TORN)
      expect(connection.status.state).toBe('failed')
      expect(errors).toHaveLength(1)
    })
  })
})

describe('a connection, whatever happens to it in whatever order', () => {
  const UNABLE = { code: 503, message: 'Unable to connect to PBX' }
  const BYE = { code: 110, message: 'Bye' }
  const WRONG = { code: 401, message: 'Wrong username and/or password' }
  const happenings = [
    'hold',
    'release',
    'open',
    'greet',
    'welcome',
    'event',
    'retrying',
    'unable',
    'bye',
    'refuse',
    'tear',
    'close cleanly',
    'network',
    'a moment',
    'a second',
    'a minute',
  ] as const
  type Happening = (typeof happenings)[number] | 'close'
  const happening = fc.constantFrom(...happenings)

  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  const play = async (script: readonly Happening[], meanwhile: readonly Happening[]) => {
    const wire = createWire()
    const faults: unknown[] = []
    const listening = new Set<(event: unknown) => void>()
    const holdings: Subscription[] = []
    const states: string[] = []
    /** What callbacks do while they are notified, one thing at each notification. */
    const reactions = [...meanwhile]
    const react = () => {
      const reaction = reactions.shift()
      if (reaction) happen(reaction)
    }
    const connection = createConnection(
      resolveOptions({
        url: 'ws://localhost:1',
        credentials: { username: 'viptel', password: 'heslo' },
        linger: 100,
        WebSocket: wire.WebSocket,
        reconnect: { initialDelay: 500, maxAttempts: 3 },
      }),
      createLog({ debug: () => {}, info: () => {}, warn: () => {}, error: (...fault) => faults.push(fault) }),
      { frame: react, sessionStarted: react, sessionEnded: react, connectionFailed: react },
      {
        networkEvents: run => {
          listening.add(run)
          return () => listening.delete(run)
        },
      },
    )
    const socket = () => wire.sockets.at(-1)
    const happen = (what: Happening): void => {
      switch (what) {
        case 'hold':
          holdings.push(connection.holding$.subscribe({ error: react, complete: react }))
          return
        case 'release':
          return holdings.shift()?.unsubscribe()
        case 'close':
          return void connection.close()
        case 'open':
          return socket()?.readyState === 0 ? socket()?.open() : undefined
        case 'tear':
          return socket()?.end(TORN)
        case 'close cleanly':
          return socket()?.end()
        case 'network':
          for (const run of listening) run({})
          return
        case 'a moment':
        case 'a second':
        case 'a minute':
          return
        default: {
          const frames = {
            greet: GREETING,
            welcome: WELCOME,
            event: pickup('1.1'),
            retrying: RETRYING,
            unable: UNABLE,
            bye: BYE,
            refuse: WRONG,
          }
          if (socket()?.readyState === 1) socket()?.receive(frames[what])
        }
      }
    }
    connection.status$.subscribe(({ state }) => {
      states.push(state)
      react()
    })
    for (const what of script) {
      happen(what)
      const ms = { 'a moment': 1, 'a second': 1_000, 'a minute': 60_000 }[what as string] ?? 0
      await jest.advanceTimersByTimeAsync(ms)
      expect(wire.sockets.filter(({ readyState }) => readyState < 2).length).toBeLessThanOrEqual(1)
    }
    const closed = connection.close()
    await jest.advanceTimersByTimeAsync(5_000)
    await closed
    expect(faults).toEqual([])
    expect(holdings.every(holding => holding.closed)).toBe(true)
    expect(wire.sockets.every(({ readyState }) => readyState === 3)).toBe(true)
    expect(listening.size).toBe(0)
    expect(jest.getTimerCount()).toBe(0)
    return { states, count: wire.sockets.length }
  }

  it('takes no forbidden arrow, has one socket at most, and leaves nothing behind', async () => {
    const reached = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 3, arbitrary: happening }, fc.constant<Happening>('hold')), { maxLength: 40 }),
        fc.array(fc.oneof({ weight: 20, arbitrary: happening }, fc.constant<Happening>('close')), { maxLength: 20 }),
        async (script, meanwhile) => {
          const { states } = await play(script, meanwhile)
          for (const state of states) reached.add(state)
        },
      ),
      {
        numRuns: 150,
        examples: [
          [['hold', 'open', 'greet', 'welcome', 'event', 'release', 'a second', 'bye', 'hold', 'a second', 'open'], []],
          [
            ['hold', 'open', 'greet', 'refuse', 'close cleanly', 'hold', 'a minute', 'open', 'greet', 'welcome'],
            ['hold'],
          ],
          [
            ['hold', 'tear', 'network', 'tear', 'a minute', 'tear', 'a minute'],
            ['release', 'hold', 'network', 'close'],
          ],
          [
            ['hold', 'open', 'greet', 'welcome'],
            ['hold', 'release', 'tear', 'event', 'bye', 'unable', 'close'],
          ],
        ],
      },
    )
    expect([...reached].sort()).toEqual([
      'authenticating',
      'closed',
      'connecting',
      'failed',
      'idle',
      'online',
      'waiting',
    ])
  })
})
