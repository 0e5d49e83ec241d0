import { Observable, ReplaySubject, Subject, Subscription } from 'rxjs'
import { encodeAction } from '../../protocol/actions.js'
import { meaningOf } from '../../protocol/responses.js'
import { type Clock, systemClock } from '../../shared/clock.js'
import { ConnectionFailedError, LoginRejectedError, type PbxError } from '../errors.js'
import type { Log } from '../logger.js'
import type { ResolvedOptions } from '../options.js'
import type { Signal } from './attempt-signal.js'
import { endings } from './close-reason.js'
import type { ConnectionLoss, Lost } from './connection-loss.js'
import { type ConnectionStatus, type PbxReach, transition } from './connection-state.js'
import { createReader, type FrameStats, type Received } from './frame-reader.js'
import type { Gap } from './gap.js'
import { login } from './login.js'
import { pageWake, type Wake } from './network-events.js'
import { barrenAfter, delayAfter, isEnd } from './retry-policy.js'
import { createSocket, type Socket } from './socket.js'
import { after, every } from './timers.js'

/** Attempts in sequence, shared by all who hold them. */
export interface Connection {
  readonly status: ConnectionStatus
  /** Starts with the present status. */
  readonly status$: Observable<ConnectionStatus>
  readonly gap$: Observable<Gap>
  /** Holds the connection open while subscribed. Never emits; errors with the terminal error, completes on `close()`. */
  readonly holding$: Observable<never>
  /** From 202 until the session is lost or its farewell is over. */
  readonly isLoggedIn: boolean
  /** Writes into the live session; false when there is none, and then nothing was or will be written. */
  write(text: string): boolean
  stats(): FrameStats
  close(): Promise<void>
}

/** Whoever follows the sessions of a connection. */
export interface ConnectionObserver {
  /** A frame has come, after the status and `gap$` have emitted what it means for the connection. In wire order. */
  frame(frame: Received): void
  /** See `SessionObserver`, as the next two. */
  sessionStarted(at: number): void
  sessionEnded(loss: ConnectionLoss): void
  connectionFailed(error: PbxError): void
}

export interface ConnectionParts {
  clock?: Clock
  random?: () => number
  wake?: Wake
}

/** ms that the server has to answer `user.logout` with 110. */
const PATIENCE = 2_000
/** ms between looks at the clock while waiting. */
const TICK = 1_000

/**
 * @param observer see {@link ConnectionObserver}
 * @param parts time, chance and what wakes, passed in so that a spec can hold them
 */
export function createConnection(
  options: ResolvedOptions,
  log: Log,
  observer: ConnectionObserver,
  { clock = systemClock, random = Math.random, wake = pageWake }: ConnectionParts = {},
): Connection {
  const { keepAlive, reconnect } = options
  const { now } = clock
  const reader = createReader(options.maxFrame, now)

  let status: ConnectionStatus = { state: 'idle' }
  const statuses = new ReplaySubject<ConnectionStatus>(1)
  statuses.next(status)
  // who is told of a status may cause the next one; all shall hear of them in order
  const untold: ConnectionStatus[] = []
  const gaps = new Subject<Gap>()

  /** Those who hold it observe this, until the terminal error; then there is another. */
  let holders = new Subject<never>()
  let lingering: ReturnType<typeof setTimeout> | undefined
  /** What is under way, a try or the wait before it: from the first holder to the farewell or the terminal error. */
  let run: Subscription | undefined
  /** The socket of the try of the moment. */
  let socket: Socket | undefined
  /** Its `write`, between the login and the first sign of an end. */
  let write: Socket['write'] | undefined
  /** From the farewell until the old connection is gone, no other is opened: nobody knows whether one user may log in twice. */
  let leaving = false
  /** Resolves when no socket holds anything any more. */
  let gone = Promise.resolve()

  let tries = 0
  /** Failures in a row since the last login, the loss of its session counting as the first. */
  let failures = 0
  /** Failures in a row since somebody began to hold the connection, for `maxAttempts`. */
  let runFailures = 0
  /** Sessions in a row that led to nothing. */
  let barren = 0
  /** What there is to wait for before the next try, whoever asks for it, how long, and until when in ms since the epoch. */
  let last: Lost
  let delay = 0
  let retryAt = 0

  /** How many logins there have been. */
  let sessions = 0
  /** When the present session began. */
  let since: number | undefined
  /** When something last came from the PBX, and whether an event came in this session. */
  let heardAt = 0
  let eventful = false
  /** The end of the last session, until the next one begins. */
  let over: Pick<Gap, 'from' | 'reason'> | undefined

  const tell = (happening: ConnectionStatus | PbxReach) => {
    const next = transition(status, happening)
    if (next === status) return
    status = next
    if (untold.push(next) > 1) return
    // what is added meanwhile is told too
    for (const told of untold) {
      log.write('info', `status: ${told.state}`, told)
      statuses.next(told)
    }
    untold.length = 0
  }

  const isClosed = () => status.state === 'closed'

  const endSession = (reason: ConnectionLoss) => {
    if (since === undefined) return
    barren = barrenAfter(reason, barren, eventful, now() - since, reconnect)
    over = { from: heardAt, reason }
    since = undefined
    observer.sessionEnded(reason)
  }

  const onSignal = (signal: Signal) => {
    heardAt = now()
    switch (signal.kind) {
      case 'open':
        return tell({ state: 'authenticating', attempt: tries })
      case 'online': {
        write = socket?.write
        since = heardAt
        sessions += 1
        tries = failures = runFailures = 0
        eventful = false
        const gap = over && { ...over, to: heardAt, session: sessions }
        over = undefined
        tell({ state: 'online', since: heardAt, session: sessions, pbx: 'unknown' })
        if (gap) gaps.next(gap)
        return observer.sessionStarted(heardAt)
      }
      case 'pong':
        return
      case 'event':
        eventful = true
        tell('reachable')
        break
      case 'response': {
        const { response } = signal
        if (response.code === 504) tell('retrying')
        if (meaningOf(response) === 'pbx-unreachable') tell('unreachable')
        // the server has said that it will end this: frames may still come, nothing may be written any more
        if (isEnd(response, since !== undefined)) write = undefined
        observer.frame(signal)
        if (leaving && response.code === 110) settle()
        return
      }
    }
    observer.frame(signal)
  }

  /** Ends what is under way; the next step may begin. */
  const step = () => {
    run?.unsubscribe()
    socket = write = undefined
    run = new Subscription()
    return run
  }

  const open = () => {
    const trying = step()
    tries += 1
    retryAt = 0
    tell({ state: 'connecting', attempt: tries })
    // who was told may have closed the client
    if (trying.closed) return
    const session = sessions + 1
    const made = createSocket(options, data => {
      log.write('debug', 'received', { frame: typeof data === 'string' ? data : 'no text' })
      return reader.read(data, session)
    })
    socket = made
    const before = gone
    gone = made.gone.then(() => before)
    trying.add(
      made.signals$
        .pipe(
          login(options.credentials, options.loginTimeout, made.write, log.hide),
          endings(log.redact, now, keepAlive, () => made.ping() || (keepAlive?.probe && write?.(encodeAction('')))),
        )
        .subscribe({ next: onSignal, error: lose }),
    )
  }

  /** A refused login is not repeated before its time, however eagerly somebody wakes or subscribes. */
  const wait = () => {
    const waiting = step()
    tell({ state: 'waiting', attempt: failures, retryAt, reason: last.loss })
    // who was told may have closed the client: then this is over at once
    after(Math.max(0, retryAt - now()), open, waiting)
    // timers stand still while a machine sleeps; the wall clock does not, so this finds out on return
    every(TICK, () => now() >= retryAt && open(), waiting)
    if (!(last.cause instanceof LoginRejectedError)) waiting.add(wake(open))
  }

  const start = () => {
    runFailures = 0
    // a clock that was set back makes no wait longer
    retryAt = Math.min(retryAt, now() + delay)
    if (retryAt > now()) wait()
    else open()
  }

  const stop = () => {
    step().unsubscribe()
    run = undefined
  }

  const lose = (lost: Lost) => {
    const { loss, cause } = lost
    if (leaving) return settle()
    socket = write = undefined
    failures += 1
    runFailures += 1
    endSession(loss)
    last = lost
    delay = delayAfter(loss, failures, barren, reconnect, random())
    retryAt = now() + delay
    // who was told may have closed the client
    if (!run) return
    const isRefused = cause instanceof LoginRejectedError
    if (!isRefused && runFailures < reconnect.maxAttempts) return wait()
    const error = isRefused
      ? cause
      : new ConnectionFailedError(`Given up at failure ${runFailures}: ${loss.message}`, { cause: lost })
    stop()
    clearTimeout(lingering)
    const failed = holders
    // who is told may take hold again
    holders = new Subject()
    tell({ state: 'failed', error })
    observer.connectionFailed(error)
    failed.error(error)
  }

  /** Logs out if there is something to log out of: 110, the end of the connection or two seconds later it is over. Frames that come meanwhile still pass. */
  const leave = () => {
    const left = run
    if (!left || leaving) return
    if (!socket) return stop()
    leaving = true
    if (!write?.(encodeAction('user.logout'))) return settle()
    write = undefined
    after(PATIENCE, settle, left)
  }

  /** After the farewell. */
  const settle = () => {
    stop()
    endSession({ kind: 'idle', message: 'Nobody used the connection' })
    void gone.then(() => {
      leaving = false
      // who took hold meanwhile is served
      if (holders.observed && !isClosed()) start()
    })
  }

  return {
    get status() {
      return status
    },
    status$: statuses.asObservable(),
    gap$: gaps.asObservable(),
    holding$: new Observable<never>(holder => {
      if (isClosed()) return holder.complete()
      holders.subscribe(holder)
      clearTimeout(lingering)
      if (!run && !leaving) start()
      return () => {
        if (holders.observed || !run || leaving) return
        // of several who leave at once the last one counts
        clearTimeout(lingering)
        lingering = setTimeout(() => {
          // in this order: who is told may take hold again
          leave()
          tell({ state: 'idle' })
        }, options.linger)
      }
    }),
    get isLoggedIn() {
      return since !== undefined
    },
    write: text => write?.(text) ?? false,
    stats: reader.stats,
    close: async () => {
      tell({ state: 'closed' })
      leave()
      clearTimeout(lingering)
      // a socket is gone after its farewell, never before
      await gone
      holders.complete()
      gaps.complete()
      statuses.complete()
    },
  }
}
