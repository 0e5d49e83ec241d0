import { defer, EMPTY, merge, NEVER, Observable, of, retry, Subject, Subscription, switchMap, take, throwError, timer } from 'rxjs'
import { ConnectionFailedError, LoginRejectedError, type PbxError } from '../errors.js'
import type { Log } from '../logger.js'
import type { ResolvedOptions } from '../options.js'
import { meaningOf } from '../protocol/responses.js'
import { type Attempt, createAttempt } from './attempt.js'
import { type ConnectionLoss, Lost } from './loss.js'
import type { Reader, Received } from './reader.js'
import { delayAfter, failedToLogIn, loggedIn, lostSession, NO_FAILURES, strikes } from './retry.js'
import { createSessions, type Gap } from './sessions.js'
import type { Signal } from './signal.js'
import { type ConnectionStatus, createStatus } from './status.js'
import { clockPasses, pageWake } from './wake.js'

/** What time and chance are; passed in so that policy can be tested. */
export interface World {
  now: () => number
  random: () => number
  /** Emits when a waiting connection should try again at once. */
  wake$: Observable<unknown>
}

/** The world outside of tests. */
export const realWorld = (): World => ({ now: Date.now, random: Math.random, wake$: pageWake() })

/** Attempts in sequence, shared by all who hold them. */
export interface Connection {
  readonly status: ConnectionStatus
  readonly status$: Observable<ConnectionStatus>
  readonly gap$: Observable<Gap>
  /** Holds the connection open while subscribed. Never emits; errors with the terminal error, completes on `close()`. */
  readonly held$: Observable<never>
  /** From 202 until the session is lost or its farewell is over. */
  readonly loggedIn: boolean
  /** Writes into the live session; false when there is none, and then nothing was or will be written. */
  write(text: string): boolean
  close(): Promise<void>
}

export function createConnection({
  options,
  reader,
  log,
  receive,
  began = () => {},
  ended = () => {},
  world = realWorld(),
}: {
  options: ResolvedOptions
  reader: Reader
  log: Log
  /** Takes every frame, in wire order, after the status and `gap$` have told what it means for the connection. */
  receive: (frame: Received) => void
  /** Told of every login, after `status$` and `gap$` and before the first event of its session. */
  began?: () => void
  /** Told of the end of every session. */
  ended?: (reason: ConnectionLoss) => void
  world?: World
}): Connection {
  const state = createStatus(log)
  const { tell } = state
  const sessions = createSessions(world.now)

  let holders = 0
  let lingering = new Subscription()
  /** Tells the present holders of a terminal error; replaced by each. */
  let end$ = new Subject<never>()
  /** Attempts are made or waited for: from the first holder to the farewell or the terminal error. */
  let run: Subscription | undefined
  /** The try of the moment. */
  let attempt: Attempt | undefined
  /** From the farewell until the old connection is gone, no other is opened: nobody knows whether one user may log in twice. */
  let leaving = false
  const leave$ = new Subject<void>()
  /** Of the sockets that still hold something. */
  const sockets = new Set<Promise<void>>()
  let closing: Promise<void> | undefined

  let tries = 0
  let tally = NO_FAILURES
  /** Failures in a row in this run, for `maxAttempts`. */
  let runFailures = 0
  /** The wait that is due before the next try, whoever asks for it. */
  let due: Wait | undefined

  const onLogin = () => {
    tries = runFailures = 0
    tally = loggedIn(tally)
    const { gap, ...session } = sessions.begin()
    tell({ type: 'logged-in', ...session })
    if (gap !== undefined) sessions.tell(gap)
    began()
  }

  const onSignal = (signal: Signal) => {
    sessions.heard()
    switch (signal.kind) {
      case 'open':
        return tell({ type: 'opened' })
      case 'logged-in':
        return onLogin()
      case 'pong':
      case 'ending':
        return
      case 'event':
        sessions.eventful()
        tell({ type: 'pbx', pbx: 'reachable' })
        return receive(signal)
      case 'response': {
        const meaning = meaningOf(signal.response)
        if (meaning === 'pbx-retrying') tell({ type: 'pbx', pbx: 'retrying' })
        if (meaning === 'pbx-unreachable') tell({ type: 'pbx', pbx: 'unreachable' })
        return receive(signal)
      }
      default:
        return receive(signal)
    }
  }

  /** A refused login is not repeated before its time, however eagerly somebody wakes or subscribes. */
  const waitFor = ({ until, reason, wakeable }: Wait): Observable<unknown> => {
    tell({ type: 'wait', attempt: tally.failures, retryAt: until, reason })
    return merge(timer(Math.max(0, until - world.now())), clockPasses(until, world.now), wakeable ? world.wake$ : NEVER).pipe(take(1))
  }

  /** What follows a failed attempt: a wait, or the terminal error. */
  const afterFailure = (error: unknown): Observable<unknown> => {
    const reason = lossOf(error)
    const at = world.now()
    attempt = undefined
    runFailures += 1
    const session = sessions.end(reason)
    tally = session === undefined ? failedToLogIn(tally) : lostSession(tally, reason, session, options.reconnect)
    if (session !== undefined) ended(reason)
    const retriable = error instanceof Lost
    due = { until: at + delayAfter(reason, strikes(tally), options.reconnect, world.random()), reason, wakeable: retriable }
    if (retriable && runFailures < options.reconnect.maxAttempts) return waitFor(due)
    return throwError(() => (error instanceof LoginRejectedError ? error : givenUp(runFailures, reason, error)))
  }

  const attempt$ = defer(() => {
    tries += 1
    due = undefined
    tell({ type: 'attempt', attempt: tries })
    // who was told may have closed the client
    if (run === undefined) return EMPTY
    attempt = createAttempt({ options, reader, session: sessions.count + 1, leave$, log })
    const { gone, signals$ } = attempt
    sockets.add(gone)
    void gone.then(() => sockets.delete(gone))
    return signals$
  }).pipe(retry({ delay: afterFailure }))

  const start = () => {
    runFailures = 0
    const starting = new Subscription()
    run = starting
    starting.add(
      defer(() => (due !== undefined && due.until > world.now() ? waitFor(due) : of(undefined)))
        .pipe(switchMap(() => attempt$))
        .subscribe({ next: onSignal, error: fail, complete: settle }),
    )
  }

  const stop = () => {
    run?.unsubscribe()
    run = undefined
    attempt = undefined
  }

  const fail = (error: PbxError) => {
    stop()
    lingering.unsubscribe()
    const holding$ = end$
    end$ = new Subject()
    tell({ type: 'failed', error })
    holding$.error(error)
  }

  /** Logs out if there is something to log out of. */
  const leave = () => {
    if (run === undefined || leaving) return
    if (attempt === undefined) return stop()
    leaving = true
    leave$.next()
  }

  /** After the farewell. */
  const settle = () => {
    stop()
    if (sessions.end(IDLE) !== undefined) {
      tally = NO_FAILURES
      ended(IDLE)
    }
    leaving = true
    void Promise.all(sockets).then(() => {
      leaving = false
      if (holders > 0 && closing === undefined) start()
    })
  }

  const held$ = new Observable<never>(subscriber => {
    if (closing !== undefined) return subscriber.complete()
    holders += 1
    lingering.unsubscribe()
    const ending = end$.subscribe(subscriber)
    if (run === undefined && !leaving) start()
    return () => {
      ending.unsubscribe()
      holders -= 1
      if (holders > 0 || run === undefined || leaving || closing !== undefined) return
      lingering = timer(options.linger).subscribe(() => {
        tell({ type: 'left' })
        leave()
      })
    }
  })

  const close = () => {
    if (closing !== undefined) return closing
    let closed = () => {}
    closing = new Promise(resolve => {
      closed = resolve
    })
    lingering.unsubscribe()
    tell({ type: 'closed' })
    leave()
    // a socket is gone after its farewell, never before
    void Promise.all(sockets).then(() => {
      end$.complete()
      sessions.complete()
      state.complete()
      closed()
    })
    return closing
  }

  return {
    get status() {
      return state.now
    },
    status$: state.status$,
    get loggedIn() {
      return sessions.live
    },
    gap$: sessions.gap$,
    held$,
    write: text => attempt?.write(text) ?? false,
    close,
  }
}

/** A wait before the next try. `until`: ms since the epoch. */
interface Wait {
  readonly until: number
  readonly reason: ConnectionLoss
  readonly wakeable: boolean
}

const IDLE: ConnectionLoss = { kind: 'idle', message: 'Nobody was using the connection, so it was closed' }

function givenUp(failures: number, { message }: ConnectionLoss, cause: unknown): ConnectionFailedError {
  const how = failures === 1 ? 'Given up at the first failure' : `Given up after ${failures} failures in a row, the last`
  return new ConnectionFailedError(`${how}: ${message}`, { cause })
}

function lossOf(error: unknown): ConnectionLoss {
  if (error instanceof Lost) return error.loss
  if (error instanceof LoginRejectedError) return { kind: 'credentials', message: error.message, ...(error.code === undefined ? {} : { code: error.code }) }
  return { kind: 'torn', message: error instanceof Error ? error.message : String(error) }
}
