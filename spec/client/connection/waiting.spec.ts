import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { Subject, type Subscription } from 'rxjs'
import { type Connection, createConnection } from '../../../src/client/connection/connection.js'
import { ConnectionFailedError, LoginRejectedError } from '../../../src/client/errors.js'
import { createLog } from '../../../src/client/logger.js'
import { type PbxOptions, resolveOptions } from '../../../src/client/options.js'
import { systemClock } from '../../../src/shared/clock.js'
import { GREETING } from '../../support/bare-server.js'
import { createWire, settled, type Wire } from '../../support/page-socket.js'

const WRONG = { code: 401, message: 'Wrong username and/or password' }
const UNABLE = { code: 503, message: 'Unable to connect to PBX' }
const TORN = { code: 1006, wasClean: false }

describe('a connection, in virtual time', () => {
  let wire: Wire
  let network$: Subject<void>
  /** ms that the wall clock went on while timers stood still. */
  let slept: number
  let connection: Connection
  let errors: unknown[]
  const holdings: Subscription[] = []

  const hold = () => holdings.push(connection.holding$.subscribe({ error: error => errors.push(error) }))
  const start = (reconnect: PbxOptions['reconnect']) => {
    connection = createConnection(
      resolveOptions({
        url: 'ws://localhost:1',
        credentials: { username: 'viptel', password: 'heslo' },
        linger: 0,
        WebSocket: wire.WebSocket,
        reconnect,
      }),
      createLog(undefined),
      { frame: () => {}, sessionStarted: () => {}, sessionEnded: () => {}, connectionFailed: () => {} },
      {
        clock: { ...systemClock, now: () => Date.now() + slept },
        random: () => 0,
        networkEvents: run => {
          const listening = network$.subscribe(run)
          return () => listening.unsubscribe()
        },
      },
    )
    hold()
  }
  /** ms from now until the next try. */
  const wait = () => {
    const { status } = connection
    if (status.state !== 'waiting') throw new Error(`not waiting but ${status.state}`)
    return status.retryAt - Date.now() - slept
  }
  /** Sits the wait out and tears the socket that follows. */
  const fail = async () => {
    await jest.advanceTimersByTimeAsync(wait())
    wire.socket.end(TORN)
  }
  const refuse = async () => {
    wire.socket.open()
    wire.socket.receive(GREETING)
    await settled()
    wire.socket.receive(WRONG)
    wire.socket.end()
  }

  beforeEach(() => {
    jest.useFakeTimers()
    wire = createWire()
    network$ = new Subject()
    slept = 0
    errors = []
  })
  afterEach(async () => {
    for (const holding of holdings.splice(0)) holding.unsubscribe()
    const closed = connection.close()
    await jest.advanceTimersByTimeAsync(5_000)
    await closed
    expect(jest.getTimerCount()).toBe(0)
    jest.useRealTimers()
  })

  it('waits longer after every failure, and the shortest time again after a login', async () => {
    start({ initialDelay: 500, factor: 2, maxDelay: 30_000, jitter: 0 })
    wire.socket.end(TORN)
    const waits = [wait()]
    for (let failures = 1; failures < 4; failures += 1) {
      await fail()
      waits.push(wait())
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000])
    await jest.advanceTimersByTimeAsync(wait())
    await wire.socket.login()
    wire.socket.end(TORN)
    expect(connection.status).toMatchObject({ state: 'waiting', attempt: 1 })
    expect(wait()).toBe(500)
    await fail()
    expect(wait()).toBe(1_000)
  })

  it('counts the sessions that led to nothing through failed logins between them', async () => {
    start({ initialDelay: 500, factor: 2, maxDelay: 30_000, jitter: 0 })
    const comeToNothing = async () => {
      await wire.socket.login()
      wire.socket.receive(UNABLE)
      wire.socket.end()
      return wait()
    }
    expect(await comeToNothing()).toBe(500)
    await jest.advanceTimersByTimeAsync(wait())
    expect(await comeToNothing()).toBe(1_000)
    await fail()
    expect(wait()).toBe(2_000)
    await jest.advanceTimersByTimeAsync(wait())
    expect(await comeToNothing()).toBe(2_000)
    await jest.advanceTimersByTimeAsync(wait())
    await wire.socket.login()
    wire.socket.end(TORN)
    expect(wait()).toBe(500)
  })

  it('counts failures for maxAttempts from the last login on', async () => {
    start({ initialDelay: 500, maxDelay: 30_000, jitter: 0, maxAttempts: 3 })
    wire.socket.end(TORN)
    await fail()
    await jest.advanceTimersByTimeAsync(wait())
    await wire.socket.login()
    // the loss of a session counts as the first
    wire.socket.end(TORN)
    await fail()
    expect(connection.status).toMatchObject({ state: 'waiting', attempt: 2 })
    await fail()
    expect(connection.status.state).toBe('failed')
    expect(errors).toEqual([expect.any(ConnectionFailedError)])
  })

  it('counts failures for maxAttempts afresh for a new subscription, though it waits on from where it was', async () => {
    start({ initialDelay: 500, factor: 2, maxDelay: 30_000, jitter: 0, maxAttempts: 2 })
    wire.socket.end(TORN)
    await fail()
    expect(errors).toHaveLength(1)
    hold()
    expect(wait()).toBe(1_000)
    await fail()
    expect(connection.status).toMatchObject({ state: 'waiting', attempt: 3 })
    expect(wait()).toBe(2_000)
    await fail()
    expect(errors).toMatchObject([
      { message: expect.stringContaining('failure 2') },
      { message: expect.stringContaining('failure 2') },
    ])
    expect(wire.sockets).toHaveLength(4)
  })

  it('goes on for those who take hold on hearing that nobody does', async () => {
    start({ initialDelay: 60_000, maxDelay: 60_000, jitter: 0 })
    wire.socket.end(TORN)
    connection.status$.subscribe(({ state }) => {
      if (state === 'idle') hold()
    })
    holdings[0]?.unsubscribe()
    await settled()
    expect(connection.status).toMatchObject({ state: 'waiting', attempt: 1 })
    await fail()
    expect(wire.sockets).toHaveLength(2)
  })

  it('is idle after all, though somebody comes and goes on hearing that it is, and the network comes back meanwhile', async () => {
    start({ initialDelay: 60_000, maxDelay: 60_000, jitter: 0 })
    wire.socket.end(TORN)
    const states: string[] = []
    connection.status$.subscribe(({ state }) => {
      states.push(state)
      if (states.length === 2) {
        network$.next()
        connection.holding$.subscribe().unsubscribe()
      }
      if (states.length === 3) network$.next()
    })
    holdings[0]?.unsubscribe()
    await jest.advanceTimersByTimeAsync(200_000)
    expect(states).toEqual(['waiting', 'idle', 'waiting', 'connecting', 'idle'])
    expect(wire.sockets).toHaveLength(2)
  })

  it('stays with its holder after others came and went on hearing that it had failed', async () => {
    start({ initialDelay: 1, maxDelay: 1, jitter: 0, maxAttempts: 1 })
    hold()
    let touched = false
    connection.holding$.subscribe({
      error: () => {
        if (!touched) connection.holding$.subscribe().unsubscribe()
        touched = true
      },
    })
    connection.status$.subscribe(({ state }) => {
      if (state === 'failed' && !touched) connection.holding$.subscribe().unsubscribe()
    })
    wire.socket.end(TORN)
    hold()
    await jest.advanceTimersByTimeAsync(1)
    await wire.socket.login()
    await jest.advanceTimersByTimeAsync(60_000)
    expect(connection.status).toMatchObject({ state: 'online', session: 1 })
  })

  it('knows a login at the very epoch for one, as tests set their clocks', async () => {
    jest.setSystemTime(0)
    start({ initialDelay: 500, maxDelay: 500, jitter: 0 })
    const gaps: number[] = []
    connection.gap$.subscribe(({ session }) => gaps.push(session))
    await wire.socket.login()
    expect(connection.isLoggedIn).toBe(true)
    wire.socket.end(TORN)
    await jest.advanceTimersByTimeAsync(500)
    await wire.socket.login()
    expect(gaps).toEqual([2])
  })

  it('starts the waits afresh after a login, also when its session ended because nobody used it', async () => {
    start({ initialDelay: 3, factor: 4, maxDelay: 10_000, jitter: 0 })
    wire.socket.end(TORN)
    await fail()
    await fail()
    expect(wait()).toBe(3 * 4 * 4)
    await jest.advanceTimersByTimeAsync(wait())
    await wire.socket.login()
    holdings[0]?.unsubscribe()
    await settled()
    expect(connection.status.state).toBe('idle')
    wire.socket.receive({ code: 110, message: 'Bye' })
    await settled()
    hold()
    wire.socket.end(TORN)
    expect(connection.status).toMatchObject({ state: 'waiting', attempt: 1 })
    expect(wait()).toBe(3)
  })

  it('waits no longer than it should when the clock is set back', async () => {
    start({ initialDelay: 60_000, maxDelay: 60_000, jitter: 0, maxAttempts: 1 })
    wire.socket.end(TORN)
    slept = -3_600_000
    hold()
    expect(wait()).toBe(60_000)
  })

  it('tries again at once when the network comes back in the wait after a loss', () => {
    start({ initialDelay: 60_000, maxDelay: 60_000, jitter: 0 })
    wire.socket.end(TORN)
    expect(wait()).toBe(60_000)
    network$.next()
    expect(connection.status).toEqual({ state: 'connecting', attempt: 2 })
  })

  it('hears of no network in the wait after a refused login, so that nothing hammers the account', async () => {
    start({ initialDelay: 60_000, maxDelay: 60_000, jitter: 0 })
    await refuse()
    expect(errors).toEqual([expect.any(LoginRejectedError)])
    hold()
    expect(wait()).toBe(60_000)
    network$.next()
    await jest.advanceTimersByTimeAsync(59_999)
    network$.next()
    expect(connection.status).toMatchObject({ state: 'waiting', reason: { kind: 'credentials', code: 401 } })
    expect(wire.sockets).toHaveLength(1)
    await jest.advanceTimersByTimeAsync(1)
    expect(connection.status.state).toBe('connecting')
  })

  it.each<[string, () => unknown]>([
    ['a loss', () => wire.socket.end(TORN)],
    [
      'a refused login',
      async () => {
        await refuse()
        hold()
      },
    ],
  ])(
    'that waits after %s tries within a second of the machine’s return from a sleep that outlasted the wait',
    async (_, lose) => {
      start({ initialDelay: 60_000, maxDelay: 60_000, jitter: 0 })
      await lose()
      expect(wait()).toBe(60_000)
      slept = 3_600_000
      expect(connection.status.state).toBe('waiting')
      await jest.advanceTimersByTimeAsync(1_000)
      expect(connection.status.state).toBe('connecting')
      expect(wire.sockets).toHaveLength(2)
    },
  )

  it('looks at the clock every second, and goes by it when it has come to the time', async () => {
    start({ initialDelay: 60_000, maxDelay: 60_000, jitter: 0 })
    wire.socket.end(TORN)
    slept = 58_999
    await jest.advanceTimersByTimeAsync(1_000)
    expect(connection.status.state).toBe('waiting')
    slept = 59_000 - 1_000
    await jest.advanceTimersByTimeAsync(999)
    expect(connection.status.state).toBe('waiting')
    await jest.advanceTimersByTimeAsync(1)
    expect(connection.status.state).toBe('connecting')
  })

  it('sits the rest of its wait out after a sleep that was shorter', async () => {
    start({ initialDelay: 60_000, maxDelay: 60_000, jitter: 0 })
    wire.socket.end(TORN)
    slept = 30_000
    await jest.advanceTimersByTimeAsync(29_000)
    expect(connection.status.state).toBe('waiting')
    await jest.advanceTimersByTimeAsync(1_000)
    expect(connection.status.state).toBe('connecting')
  })
})
