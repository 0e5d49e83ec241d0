import { type Observable, ReplaySubject, Subject, Subscription } from 'rxjs'
import { encodeAction } from '../../protocol/actions.js'
import { type Cancel, type Clock, systemClock } from '../../shared/clock.js'
import type { PbxError } from '../errors.js'
import type { Log } from '../logger.js'
import type { ResolvedOptions } from '../options.js'
import type { Signal } from './attempt-signal.js'
import { explainClose } from './close-reason.js'
import type { ConnectionLoss } from './connection-loss.js'
import {
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionState,
  type ConnectionStatus,
  initialState,
  isLoggedIn,
  isSteady,
  isWritable,
  reduce,
} from './connection-state.js'
import { createFrameReader, type FrameReader, type FrameStats, type Received } from './frame-reader.js'
import type { Gap } from './gap.js'
import { createHolding } from './holders.js'
import { keepAlive } from './keep-alive.js'
import { login } from './login.js'
import { type NetworkEvents, pageNetworkEvents } from './network-events.js'
import { createSocket, type Socket } from './socket.js'

/** One connection at a time, shared by all its holders, over as many attempts as it takes. */
export interface Connection {
  readonly status: ConnectionStatus
  /** Starts with the present status; completes on `close()`. */
  readonly status$: Observable<ConnectionStatus>
  readonly gap$: Observable<Gap>
  /**
   * Holds the connection open while subscribed. Never emits; errors with the terminal error, completes on `close()`.
   */
  readonly holding$: Observable<never>
  /** True from 202 until the session is lost or its logout is over. */
  readonly isLoggedIn: boolean
  /** Writes into the live session; false when there is none, and then nothing was or will be written. */
  readonly write: (text: string) => boolean
  readonly stats: () => FrameStats
  /** Logs out if there is a session; resolves when the sockets are closed and the streams have completed. */
  readonly close: () => Promise<void>
  /** Logs a fault of our own code, and loses the session: its observers may have missed something. */
  readonly reportFault: (error: unknown) => void
}

/** Follows the sessions of a connection. */
export interface ConnectionObserver {
  /** A frame has come. The status that it brings has been emitted. In wire order. */
  frame(frame: Received): void
  /** As in `SessionObserver`. */
  sessionStarted(at: number): void
  /** As in `SessionObserver`. */
  sessionEnded(loss: ConnectionLoss): void
  /** As in `SessionObserver`. */
  connectionFailed(error: PbxError): void
}

/** Time, chance and the network, passed in so that a spec can hold them. */
export interface ConnectionParts {
  clock?: Clock
  random?: () => number
  networkEvents?: NetworkEvents
}

/** ms that the server has to answer `user.logout` with 110. */
const LOGOUT_TIMEOUT = 2_000
/** ms between looks at the clock while waiting. */
const CLOCK_CHECK = 1_000

/** One try and the session that may come of it. The end of its `life` closes its socket and stops its timers. */
interface Attempt {
  readonly life: Subscription
  socket: Socket | undefined
  /** Events need no operator any more: 202 and everything held back until it have passed. */
  isPastLogin: boolean
  /** Events that went past the operators. */
  straightEvents: number
}

/** A task of the queue. It is dropped when its owner has ended before its turn. */
interface Task {
  readonly owner: Subscription | undefined
  readonly run: () => void
}

/**
 * Carries out the effects that `reduce` in connection-state.ts orders. Inputs are taken one after another: a callback
 * that holds, releases or closes while an effect notifies it gives an input that waits until the effects of the present
 * one are done. An input of a timer or socket that has ended by then is dropped, so that a dead one is inert.
 */
class ConnectionRunner implements Connection {
  readonly status$: Observable<ConnectionStatus>
  readonly gap$: Observable<Gap>
  readonly holding$: Observable<never>

  readonly #options: ResolvedOptions
  readonly #log: Log
  readonly #observer: ConnectionObserver
  readonly #clock: Clock
  readonly #random: () => number
  readonly #networkEvents: NetworkEvents
  readonly #reader: FrameReader
  readonly #statuses = new ReplaySubject<ConnectionStatus>(1)
  readonly #gaps = new Subject<Gap>()

  #state: ConnectionState = initialState
  readonly #tasks: Task[] = []
  #isWorking = false

  #attempt: Attempt | undefined
  #wait = new Subscription()
  #cancelLinger: Cancel = () => {}
  /** ms since the epoch: the last frame or pong. */
  #heardAt = 0
  /** Resolves when no socket holds anything any more. */
  #socketsGone = Promise.resolve()
  readonly #closed: Promise<void>
  #resolveClosed = () => {}

  constructor(options: ResolvedOptions, log: Log, observer: ConnectionObserver, parts: ConnectionParts) {
    this.#options = options
    this.#log = log
    this.#observer = observer
    this.#clock = parts.clock ?? systemClock
    this.#random = parts.random ?? Math.random
    this.#networkEvents = parts.networkEvents ?? pageNetworkEvents
    this.#reader = createFrameReader(options.maxFrame, this.#clock.now)
    this.#closed = new Promise(resolve => {
      this.#resolveClosed = resolve
    })
    this.#statuses.next(this.#state.status)
    this.status$ = this.#statuses.asObservable()
    this.gap$ = this.#gaps.asObservable()
    this.holding$ = createHolding(
      holder => this.#dispatch({ kind: 'hold', holder }),
      holder => this.#dispatch({ kind: 'release', holder }),
    )
  }

  get status(): ConnectionStatus {
    return this.#state.status
  }

  get isLoggedIn(): boolean {
    return isLoggedIn(this.#state)
  }

  readonly write = (text: string): boolean => isWritable(this.#state) && (this.#attempt?.socket?.write(text) ?? false)

  readonly stats = (): FrameStats => this.#reader.stats()

  readonly close = (): Promise<void> => {
    this.#dispatch({ kind: 'close' })
    return this.#closed
  }

  #dispatch(input: ConnectionInput, owner?: Subscription): void {
    this.#enqueue(() => this.#take(input), owner)
  }

  #enqueue(run: () => void, owner: Subscription | undefined): void {
    this.#tasks.push({ run, owner })
    if (!this.#isWorking) this.#work()
  }

  #work(): void {
    this.#isWorking = true
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
      if (!task.owner?.closed) this.#guard(task.run)
    }
    this.#isWorking = false
  }

  #take(input: ConnectionInput): void {
    const [state, effects] = reduce(this.#state, input, {
      policy: this.#options.reconnect,
      now: this.#clock.now(),
      random: this.#random(),
      heardAt: this.#heardAt,
    })
    for (const holder of this.#state.memory.holders) if (!state.memory.holders.includes(holder)) holder.letGo()
    this.#state = state
    for (const effect of effects) this.#guard(() => this.#carryOut(effect))
  }

  /** Keeps a fault of our own code from breaking out into the application's. */
  #guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.reportFault(error)
    }
  }

  readonly reportFault = (error: unknown): void => {
    this.#log.write('error', 'a fault of the SDK: the session is given up', { error })
    const message = `A fault of the SDK ended the session: ${this.#log.redact(String(error))}`
    this.#dispatch({ kind: 'faulted', message })
  }

  #carryOut(effect: ConnectionEffect): void {
    switch (effect.kind) {
      case 'openSocket':
        return this.#beginAttempt()
      case 'closeSocket':
        return this.#endAttempt()
      case 'awaitSockets':
        void this.#socketsGone.then(() => this.#dispatch({ kind: 'socketsClosed' }))
        return
      case 'logOut':
        return this.#logOut()
      case 'endLogout':
        return this.#dispatch({ kind: 'loggedOut' }, this.#attempt?.life)
      case 'startWait':
        return this.#startWait(effect.ms, effect.listensToNetwork)
      case 'stopWait':
        return this.#wait.unsubscribe()
      case 'startLinger':
        return this.#startLinger()
      case 'stopLinger':
        return this.#cancelLinger()
      case 'notifyStatus':
        this.#log.write('info', `status: ${effect.status.state}`, effect.status)
        return this.#statuses.next(effect.status)
      case 'notifyGap':
        return this.#gaps.next(effect.gap)
      case 'notifySessionStarted':
        return this.#observer.sessionStarted(effect.at)
      case 'notifySessionEnded':
        return this.#observer.sessionEnded(effect.loss)
      case 'notifyConnectionFailed':
        return this.#observer.connectionFailed(effect.error)
      case 'deliverFrame':
        return this.#observer.frame(effect.frame)
      case 'failHolders':
        for (const holder of effect.holders) holder.error(effect.error)
        return
      case 'completeHolders':
        for (const holder of effect.holders) holder.complete()
        return
      case 'completeStreams':
        this.#gaps.complete()
        this.#statuses.complete()
        return this.#resolveClosed()
    }
  }

  #beginAttempt(): void {
    const attempt: Attempt = { life: new Subscription(), socket: undefined, isPastLogin: false, straightEvents: 0 }
    this.#attempt = attempt
    // a subscriber of `connecting` may have closed the client: that input comes first, and ends this attempt
    this.#enqueue(() => this.#openSocket(attempt), attempt.life)
  }

  #openSocket(attempt: Attempt): void {
    const { credentials, loginTimeout, keepAlive: policy } = this.#options
    const session = this.#state.memory.sessions + 1
    const socket = createSocket(this.#options, this.#clock, data => this.#read(data, session, attempt))
    attempt.socket = socket
    const before = this.#socketsGone
    this.#socketsGone = socket.gone.then(() => before)
    const countEvents = () => attempt.straightEvents
    const signals$ = socket.signals$.pipe(
      login({
        credentials,
        timeout: loginTimeout,
        clock: this.#clock,
        write: socket.write,
        hide: this.#log.hide,
        handOver: () => {
          attempt.isPastLogin = true
        },
      }),
      keepAlive(policy, { clock: this.#clock, ask: () => this.#ask(socket), countEvents }),
      explainClose({ clock: this.#clock, redact: this.#log.redact, countEvents }),
    )
    attempt.life.add(
      signals$.subscribe({
        next: signal => this.#receive(signal, attempt),
        error: error => this.#dispatch({ kind: 'lost', error }, attempt.life),
      }),
    )
  }

  /**
   * The way of a frame: an event of a session in which an event has nothing new to say goes straight to the observer;
   * any other frame is given back, to pass through the operators.
   */
  #read(data: unknown, session: number, attempt: Attempt): Received | undefined {
    if (this.#options.logger) {
      this.#log.write('debug', 'received', { frame: typeof data === 'string' ? data : 'no text' })
    }
    const frame = this.#reader.read(data, session)
    if (frame.kind !== 'event' || !attempt.isPastLogin || this.#isWorking || !isSteady(this.#state)) return frame
    attempt.straightEvents += 1
    this.#heardAt = frame.meta.receivedAt
    this.#deliverStraight(frame)
    return undefined
  }

  /** Delivers a frame without a step. What its subscribers do to the connection waits until they are done, as always. */
  #deliverStraight(frame: Received): void {
    this.#isWorking = true
    try {
      this.#observer.frame(frame)
    } catch (error) {
      this.reportFault(error)
    }
    this.#isWorking = false
    if (this.#tasks.length > 0) this.#work()
  }

  #receive(signal: Signal, attempt: Attempt): void {
    this.#heardAt = this.#clock.now()
    switch (signal.kind) {
      case 'pong':
        return
      case 'open':
        return this.#dispatch({ kind: 'opened' }, attempt.life)
      case 'online':
        return this.#dispatch({ kind: 'loggedIn' }, attempt.life)
      default:
        return this.#dispatch({ kind: 'frame', frame: signal }, attempt.life)
    }
  }

  /**
   * Asks the peer for a sign of life, by a ping or, where the runtime has none and it is wanted, by an empty action.
   */
  #ask(socket: Socket): boolean {
    return socket.ping() || (this.#options.keepAlive?.probe === true && this.write(encodeAction('')))
  }

  #endAttempt(): void {
    this.#attempt?.life.unsubscribe()
    this.#attempt = undefined
  }

  #logOut(): void {
    const attempt = this.#attempt
    const endLogout = () => this.#dispatch({ kind: 'loggedOut' }, attempt?.life)
    if (!attempt?.socket?.write(encodeAction('user.logout'))) return endLogout()
    attempt.life.add(this.#clock.after(LOGOUT_TIMEOUT, endLogout))
  }

  #startWait(ms: number, listensToNetwork: boolean): void {
    const wait = new Subscription()
    this.#wait = wait
    wait.add(this.#clock.after(ms, () => this.#dispatch({ kind: 'waitElapsed' }, wait)))
    wait.add(this.#clock.every(CLOCK_CHECK, () => this.#dispatch({ kind: 'clockChecked' }, wait)))
    if (listensToNetwork) wait.add(this.#networkEvents(() => this.#dispatch({ kind: 'networkChanged' }, wait)))
  }

  #startLinger(): void {
    const linger = new Subscription()
    linger.add(this.#clock.after(this.#options.linger, () => this.#dispatch({ kind: 'lingerElapsed' }, linger)))
    this.#cancelLinger = () => linger.unsubscribe()
  }
}

export function createConnection(
  options: ResolvedOptions,
  log: Log,
  observer: ConnectionObserver,
  parts: ConnectionParts = {},
): Connection {
  return new ConnectionRunner(options, log, observer, parts)
}
