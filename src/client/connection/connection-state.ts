import { meaningOf } from '../../protocol/responses.js'
import { ConnectionFailedError, LoginRejectedError, type PbxError } from '../errors.js'
import type { ReconnectPolicy } from '../options.js'
import { type ConnectionLoss, ConnectionLostError } from './connection-loss.js'
import type { Received } from './frame-reader.js'
import type { Gap } from './gap.js'
import { addHolder, type Holder, removeHolder } from './holders.js'
import { delayAfter, emptySessionsAfter, isEnd } from './retry-policy.js'

/**
 * What is known of the exchange behind the server: any event proves it `reachable`, 504 says `retrying`, 503 'Unable to
 * connect to PBX' says `unreachable`.
 */
export type PbxReach = 'unknown' | 'reachable' | 'retrying' | 'unreachable'

/**
 * Where the connection stands. The first user leads from `idle` over `connecting` and `authenticating` to `online`. A
 * loss leads to `waiting`, and the end of the wait to `connecting` again; a 401 or the last of `maxAttempts` leads to
 * `failed`. When the last user has left and `linger` has passed, the connection is `idle`. A user who comes while a wait
 * is due leads from `idle` and `failed` to `waiting`. `close()` leads from every status to `closed`, for good.
 */
export type ConnectionStatus =
  /** Nobody uses the connection. */
  | { state: 'idle' }
  /** A socket is being opened; `attempt`: the n-th try since the last login. */
  | { state: 'connecting'; attempt: number }
  /** The socket is open, 202 has not come yet. */
  | { state: 'authenticating'; attempt: number }
  /** Logged in. `since`: ms since the epoch; `session`: the n-th login of this client. */
  | { state: 'online'; since: number; session: number; pbx: PbxReach }
  /**
   * Between two tries. `attempt`: how many have failed, the loss of a session counting as the first; `retryAt`: ms
   * since the epoch.
   */
  | { state: 'waiting'; attempt: number; retryAt: number; reason: ConnectionLoss }
  /** Given up until somebody subscribes again. */
  | { state: 'failed'; error: PbxError }
  /** Closed for good by `close()`. */
  | { state: 'closed' }

type StatusOf<S extends ConnectionStatus['state']> = Extract<ConnectionStatus, { state: S }>

/** Facts that outlast a phase. */
export interface ConnectionMemory {
  /** Those who hold the connection open. */
  readonly holders: readonly Holder[]
  /** Tries since the last login. */
  readonly tries: number
  /** Failures in a row since the last login, the loss of its session counting as the first. */
  readonly failures: number
  /** Failures in a row since somebody began to hold the connection, for `maxAttempts`. */
  readonly runFailures: number
  /** Sessions in a row that led to nothing. */
  readonly emptySessions: number
  /** Logins so far. */
  readonly sessions: number
  /**
   * The wait that the last failure demands, until the next try. `error` is the failure, `delay` in ms, `at` in ms since
   * the epoch.
   */
  readonly retry: { readonly error: ConnectionLostError; readonly delay: number; readonly at: number } | undefined
  /** The end of the last session, until the next one begins. */
  readonly interruption: Pick<Gap, 'from' | 'reason'> | undefined
}

/** The phase of the connection, the status that it shows, and its memory. */
export type ConnectionState = { readonly memory: ConnectionMemory } & (
  | { readonly phase: 'idle'; readonly status: StatusOf<'idle'> }
  | { readonly phase: 'connecting'; readonly status: StatusOf<'connecting'> }
  | { readonly phase: 'authenticating'; readonly status: StatusOf<'authenticating'> }
  | {
      readonly phase: 'online'
      readonly status: StatusOf<'online'>
      /** An event came in this session. */
      readonly isEventful: boolean
      /** The server has said that it ends this session. Frames may still come; nothing is written any more. */
      readonly isEnding: boolean
    }
  | { readonly phase: 'waiting'; readonly status: StatusOf<'waiting'> }
  | { readonly phase: 'failed'; readonly status: StatusOf<'failed'> }
  /** The session lives on until 110, the end of the connection or two seconds later. Frames still pass. */
  | { readonly phase: 'loggingOut'; readonly status: StatusOf<'idle' | 'closed'> }
  /**
   * The sockets of this client are closing. No other is opened meanwhile: a second login of one user is undocumented.
   */
  | { readonly phase: 'disconnecting'; readonly status: StatusOf<'idle' | 'closed'> }
  | { readonly phase: 'closed'; readonly status: StatusOf<'closed'> }
)

type Phase = ConnectionState['phase']
type StateOf<P extends Phase> = Extract<ConnectionState, { phase: P }>

/** Everything that can happen to a connection. */
export type ConnectionInput =
  | { readonly kind: 'hold'; readonly holder: Holder }
  /** A holder has left, or was ended. */
  | { readonly kind: 'release'; readonly holder: Holder }
  | { readonly kind: 'close' }
  /** `linger` has passed since the last holder left. */
  | { readonly kind: 'lingerElapsed' }
  /** The socket is open. */
  | { readonly kind: 'opened' }
  /** 202 has come. */
  | { readonly kind: 'loggedIn' }
  /** A frame has come that may change the state. */
  | { readonly kind: 'frame'; readonly frame: Received }
  /** The attempt or its session is over. */
  | { readonly kind: 'lost'; readonly error: ConnectionLostError }
  /** The logout is confirmed, or is waited for no longer. */
  | { readonly kind: 'loggedOut' }
  /** Every socket of this client holds nothing any more. */
  | { readonly kind: 'socketsClosed' }
  /** The timer of a wait has run out. */
  | { readonly kind: 'waitElapsed' }
  /** A second of the wait has passed. The wall clock decides: timers stand still while a machine sleeps. */
  | { readonly kind: 'clockChecked' }
  /** The network may be back. */
  | { readonly kind: 'networkChanged' }
  /** Our own code has failed. A session is lost by that, since its observers may have missed something. */
  | { readonly kind: 'faulted'; readonly message: string }

/** Orders of a step to its runner, carried out after the step in their order. */
export type ConnectionEffect =
  /** Opens a socket, once the inputs that came before have been taken, unless one of them has closed this attempt. */
  | { readonly kind: 'openSocket' }
  /** Ends the attempt: its socket closes, its timers stop, none of its inputs comes any more. */
  | { readonly kind: 'closeSocket' }
  /** Gives `socketsClosed` once every socket is closed. */
  | { readonly kind: 'awaitSockets' }
  /** Writes `user.logout`; gives `loggedOut` after two seconds, or at once if nothing could be written. */
  | { readonly kind: 'logOut' }
  /** Gives `loggedOut`. */
  | { readonly kind: 'endLogout' }
  /** Gives `waitElapsed` in `ms`, `clockChecked` every second, and `networkChanged` if it is listened for. */
  | { readonly kind: 'startWait'; readonly ms: number; readonly listensToNetwork: boolean }
  | { readonly kind: 'stopWait' }
  /** Gives `lingerElapsed` after `linger`. */
  | { readonly kind: 'startLinger' }
  | { readonly kind: 'stopLinger' }
  | { readonly kind: 'notifyStatus'; readonly status: ConnectionStatus }
  | { readonly kind: 'notifyGap'; readonly gap: Gap }
  | { readonly kind: 'notifySessionStarted'; readonly at: number }
  | { readonly kind: 'notifySessionEnded'; readonly loss: ConnectionLoss }
  | { readonly kind: 'notifyConnectionFailed'; readonly error: PbxError }
  | { readonly kind: 'deliverFrame'; readonly frame: Received }
  | { readonly kind: 'failHolders'; readonly holders: readonly Holder[]; readonly error: PbxError }
  | { readonly kind: 'completeHolders'; readonly holders: readonly Holder[] }
  /** Completes `gap$` and `status$`: the client is closed. */
  | { readonly kind: 'completeStreams' }

/** Readings of a step beside the state and its input. */
export interface Readings {
  readonly policy: Readonly<ReconnectPolicy>
  /** ms since the epoch. */
  readonly now: number
  /** From 0 to 1. */
  readonly random: number
  /** ms since the epoch: the last frame or pong. */
  readonly heardAt: number
}

export type Step = readonly [state: ConnectionState, effects: readonly ConnectionEffect[]]

const UNUSED: ConnectionLoss = { kind: 'idle', message: 'Nobody used the connection' }

export const initialState: ConnectionState = {
  phase: 'idle',
  status: { state: 'idle' },
  memory: {
    holders: [],
    tries: 0,
    failures: 0,
    runFailures: 0,
    emptySessions: 0,
    sessions: 0,
    retry: undefined,
    interruption: undefined,
  },
}

/** Whether bytes may be written into a session. */
export function isWritable(state: ConnectionState): boolean {
  return state.phase === 'online' && !state.isEnding
}

/** Whether there is a session: from 202 until it is lost or its logout is over. */
export function isLoggedIn(state: ConnectionState): boolean {
  return state.phase === 'online' || state.phase === 'loggingOut'
}

/** Whether another event changes nothing, neither the state nor the status: then no step is needed for it. */
export function isSteady(state: ConnectionState): boolean {
  return state.phase === 'online' && state.isEventful && state.status.pbx === 'reachable'
}

function forbidden({ phase }: ConnectionState, { kind }: ConnectionInput): Error {
  return new Error(`A connection in the phase '${phase}' cannot take the input '${kind}'`)
}

function isInPhase<P extends Phase>(phase: P, state: ConnectionState): state is StateOf<P> {
  return state.phase === phase
}

/** The state, if it is in this phase. Throws if it is in another: the arrow is forbidden. */
function inPhase<P extends Phase>(phase: P, state: ConnectionState, input: ConnectionInput): StateOf<P> {
  if (!isInPhase(phase, state)) throw forbidden(state, input)
  return state
}

type StateWithSocket = StateOf<'connecting' | 'authenticating' | 'online' | 'loggingOut'>

function hasSocket(state: ConnectionState): state is StateWithSocket {
  switch (state.phase) {
    case 'connecting':
    case 'authenticating':
    case 'online':
    case 'loggingOut':
      return true
    default:
      return false
  }
}

/** The state, if it has a socket. Throws if it has none: the arrow is forbidden. */
function withSocket(state: ConnectionState, input: ConnectionInput): StateWithSocket {
  if (!hasSocket(state)) throw forbidden(state, input)
  return state
}

/** Whether a try, a session or the wait before a try is under way. */
function isRunning({ phase }: ConnectionState): boolean {
  return phase === 'connecting' || phase === 'authenticating' || phase === 'online' || phase === 'waiting'
}

/** Whether the linger timer runs. */
function isLingering(state: ConnectionState): boolean {
  return isRunning(state) && state.memory.holders.length === 0
}

function isRefused(error: ConnectionLostError | undefined): boolean {
  return error?.cause instanceof LoginRejectedError
}

function notifyStatus(status: ConnectionStatus): ConnectionEffect {
  return { kind: 'notifyStatus', status }
}

function connect(memory: ConnectionMemory): Step {
  const tries = memory.tries + 1
  const status: StatusOf<'connecting'> = { state: 'connecting', attempt: tries }
  return [
    { phase: 'connecting', status, memory: { ...memory, tries, retry: undefined } },
    [notifyStatus(status), { kind: 'openSocket' }],
  ]
}

function wait(memory: ConnectionMemory, retry: NonNullable<ConnectionMemory['retry']>, { now }: Readings): Step {
  const { error, at } = retry
  const status: StatusOf<'waiting'> = {
    state: 'waiting',
    attempt: memory.failures,
    retryAt: at,
    reason: error.loss,
  }
  const ms = Math.max(0, at - now)
  return [
    { phase: 'waiting', status, memory: { ...memory, retry } },
    [{ kind: 'startWait', ms, listensToNetwork: !isRefused(error) }, notifyStatus(status)],
  ]
}

/**
 * Begins to serve the holders. The wait of the last failure is sat out first, so that a refused login is not repeated
 * before its time, however often somebody takes hold.
 */
function start(memory: ConnectionMemory, readings: Readings): Step {
  const { retry } = memory
  const { now } = readings
  // a clock that was set back makes no wait longer
  const due = retry && { ...retry, at: Math.min(retry.at, now + retry.delay) }
  const begun = { ...memory, runFailures: 0, retry: due }
  return due && due.at > now ? wait(begun, due, readings) : connect(begun)
}

function endWait(state: StateOf<'waiting'>): Step {
  const [connecting, effects] = connect(state.memory)
  return [connecting, [{ kind: 'stopWait' }, ...effects]]
}

function checkClock(state: StateOf<'waiting'>, { now }: Readings): Step {
  return now < state.status.retryAt ? [state, []] : endWait(state)
}

function endWaitEarly(state: StateOf<'waiting'>, input: ConnectionInput): Step {
  if (isRefused(state.memory.retry?.error)) throw forbidden(state, input)
  return endWait(state)
}

function authenticate({ memory }: StateOf<'connecting'>): Step {
  const status: StatusOf<'authenticating'> = { state: 'authenticating', attempt: memory.tries }
  return [{ phase: 'authenticating', status, memory }, [notifyStatus(status)]]
}

function beginSession({ memory }: StateOf<'authenticating'>, { now }: Readings): Step {
  const { interruption } = memory
  const session = memory.sessions + 1
  const status: StatusOf<'online'> = { state: 'online', since: now, session, pbx: 'unknown' }
  const effects: ConnectionEffect[] = [notifyStatus(status)]
  if (interruption) effects.push({ kind: 'notifyGap', gap: { ...interruption, to: now, session } })
  effects.push({ kind: 'notifySessionStarted', at: now })
  return [
    {
      phase: 'online',
      status,
      isEventful: false,
      isEnding: false,
      memory: { ...memory, sessions: session, tries: 0, failures: 0, runFailures: 0, interruption: undefined },
    },
    effects,
  ]
}

function reach(status: StatusOf<'online'>, pbx: PbxReach): StatusOf<'online'> {
  return status.pbx === pbx ? status : { ...status, pbx }
}

/** The session after a frame of its own; `status` is the same object when the frame says nothing new of the PBX. */
function learn(state: StateOf<'online'>, frame: Received): StateOf<'online'> {
  switch (frame.kind) {
    case 'event':
      return { ...state, status: reach(state.status, 'reachable'), isEventful: true }
    case 'response': {
      const { response } = frame
      const status =
        response.code === 504
          ? reach(state.status, 'retrying')
          : meaningOf(response) === 'pbx-unreachable'
            ? reach(state.status, 'unreachable')
            : state.status
      return { ...state, status, isEnding: state.isEnding || isEnd(response, true) }
    }
    default:
      return state
  }
}

function receive(state: StateWithSocket, frame: Received): Step {
  const deliver: ConnectionEffect = { kind: 'deliverFrame', frame }
  if (state.phase === 'online') {
    const next = learn(state, frame)
    return [next, next.status === state.status ? [deliver] : [notifyStatus(next.status), deliver]]
  }
  const isConfirmed = state.phase === 'loggingOut' && frame.kind === 'response' && frame.response.code === 110
  return [state, isConfirmed ? [deliver, { kind: 'endLogout' }] : [deliver]]
}

function endSession(
  { status, isEventful, memory }: StateOf<'online'>,
  loss: ConnectionLoss,
  { policy, now, heardAt }: Readings,
): ConnectionMemory {
  const session = { loss, isEventful, lasted: now - status.since }
  return {
    ...memory,
    emptySessions: emptySessionsAfter(session, memory.emptySessions, policy),
    interruption: { from: heardAt, reason: loss },
  }
}

/** Ends a session that was not used any more. */
function disconnect({ status, memory }: StateOf<'loggingOut'>, { heardAt }: Readings): Step {
  return [
    {
      phase: 'disconnecting',
      status,
      // only a session that the server ended can have been an empty one
      memory: { ...memory, emptySessions: 0, interruption: { from: heardAt, reason: UNUSED } },
    },
    [{ kind: 'closeSocket' }, { kind: 'notifySessionEnded', loss: UNUSED }, { kind: 'awaitSockets' }],
  ]
}

function lose(
  state: StateOf<'connecting' | 'authenticating' | 'online'>,
  error: ConnectionLostError,
  readings: Readings,
): Step {
  const { policy, now, random } = readings
  const { loss, cause } = error
  const ended = state.phase === 'online' ? endSession(state, loss, readings) : state.memory
  const failed = { ...ended, failures: ended.failures + 1, runFailures: ended.runFailures + 1 }
  const delay = delayAfter(loss, failed, policy, random)
  const retry = { error, delay, at: now + delay }
  const parting: ConnectionEffect[] = [{ kind: 'closeSocket' }]
  if (state.phase === 'online') parting.push({ kind: 'notifySessionEnded', loss })
  const refusal = cause instanceof LoginRejectedError ? cause : undefined
  if (!refusal && failed.runFailures < policy.maxAttempts) {
    const [waiting, effects] = wait(failed, retry, readings)
    return [waiting, [...parting, ...effects]]
  }
  if (isLingering(state)) parting.push({ kind: 'stopLinger' })
  const final =
    refusal ?? new ConnectionFailedError(`Given up at failure ${failed.runFailures}: ${loss.message}`, { cause: error })
  const status: StatusOf<'failed'> = { state: 'failed', error: final }
  return [
    { phase: 'failed', status, memory: { ...failed, retry, holders: [] } },
    [
      ...parting,
      notifyStatus(status),
      { kind: 'notifyConnectionFailed', error: final },
      { kind: 'failHolders', holders: failed.holders, error: final },
    ],
  ]
}

function endAttempt(state: StateWithSocket, error: ConnectionLostError, readings: Readings): Step {
  return state.phase === 'loggingOut' ? disconnect(state, readings) : lose(state, error, readings)
}

function loseByFault(state: ConnectionState, message: string, readings: Readings): Step {
  return hasSocket(state)
    ? endAttempt(state, new ConnectionLostError({ kind: 'torn', message }), readings)
    : [state, []]
}

function hold(state: ConnectionState, holder: Holder, readings: Readings): Step {
  if (state.status.state === 'closed') return [state, [{ kind: 'completeHolders', holders: [holder] }]]
  const memory = { ...state.memory, holders: addHolder(state.memory.holders, holder) }
  if (state.phase === 'idle' || state.phase === 'failed') return start(memory, readings)
  return [{ ...state, memory }, isLingering(state) ? [{ kind: 'stopLinger' }] : []]
}

function release(state: ConnectionState, holder: Holder): Step {
  const holders = removeHolder(state.memory.holders, holder)
  // a holder that was failed or completed has been let go already
  if (holders === state.memory.holders) return [state, []]
  const released = { ...state, memory: { ...state.memory, holders } }
  return [released, isLingering(released) ? [{ kind: 'startLinger' }] : []]
}

function part(
  state: ConnectionState,
  status: StatusOf<'idle' | 'closed'>,
  readings: Readings,
): [ConnectionState, ConnectionEffect[]] {
  const { memory } = state
  const disconnecting: ConnectionState = { phase: 'disconnecting', status, memory }
  switch (state.phase) {
    case 'connecting':
    case 'authenticating':
      return [disconnecting, [{ kind: 'closeSocket' }, { kind: 'awaitSockets' }]]
    case 'online': {
      if (isWritable(state)) return [{ phase: 'loggingOut', status, memory }, [{ kind: 'logOut' }]]
      const [ended, effects] = disconnect({ phase: 'loggingOut', status, memory }, readings)
      return [ended, [...effects]]
    }
    case 'waiting':
      return status.state === 'closed'
        ? [disconnecting, [{ kind: 'stopWait' }, { kind: 'awaitSockets' }]]
        : [{ phase: 'idle', status, memory }, [{ kind: 'stopWait' }]]
    case 'loggingOut':
      return [{ phase: 'loggingOut', status, memory }, []]
    case 'disconnecting':
      return [disconnecting, []]
    default:
      return [disconnecting, [{ kind: 'awaitSockets' }]]
  }
}

/** The connection is not needed any more, for now or for good: logs out if there is a session to log out of. */
function leave(state: ConnectionState, status: StatusOf<'idle' | 'closed'>, readings: Readings): Step {
  const [next, parting] = part(state, status, readings)
  if (isLingering(state) && status.state === 'closed') parting.unshift({ kind: 'stopLinger' })
  return [next, status.state === 'closed' ? [notifyStatus(status), ...parting] : [...parting, notifyStatus(status)]]
}

function close(state: ConnectionState, readings: Readings): Step {
  return state.status.state === 'closed' ? [state, []] : leave(state, { state: 'closed' }, readings)
}

function endLinger(state: ConnectionState, input: ConnectionInput, readings: Readings): Step {
  if (!isLingering(state)) throw forbidden(state, input)
  return leave(state, { state: 'idle' }, readings)
}

/** No socket of this client is left. Holders who came meanwhile are served. */
function settle({ status, memory }: StateOf<'disconnecting'>, readings: Readings): Step {
  if (status.state === 'closed') {
    return [
      { phase: 'closed', status, memory: { ...memory, holders: [] } },
      [{ kind: 'completeHolders', holders: memory.holders }, { kind: 'completeStreams' }],
    ]
  }
  return memory.holders.length > 0 ? start(memory, readings) : [{ phase: 'idle', status, memory }, []]
}

/**
 * One step of the connection. Pure: the same arguments give the same result.
 *
 * ```
 *          hold               opened                  loggedIn          lingerElapsed, close
 *   idle ────────▶ connecting ───────▶ authenticating ─────────▶ online ────────────────────▶ loggingOut
 *    ▲                 ▲  │ lost             │ lost           lost │                              │ loggedOut
 *    │                 │  └──────────────────┼─────────────────────┘                              ▼
 *    │     waitElapsed │                     ├────────▶ failed                           disconnecting ──▶ closed
 *    │                 └────── waiting ◀─────┘                                                    │
 *    └────────────────────────────────────────────────────────────────────────────────────────────┘ socketsClosed
 * ```
 * Every arrow, exactly:
 *
 * | from                                  | input                 | to                                           |
 * | ------------------------------------- | --------------------- | -------------------------------------------- |
 * | idle, failed                          | hold                  | connecting, or waiting while a wait is due   |
 * | connecting                            | opened                | authenticating                               |
 * | authenticating                        | loggedIn              | online                                       |
 * | connecting, authenticating, online    | lost                  | failed on 401 or as the last of maxAttempts, |
 * |                                       |                       | waiting otherwise                            |
 * | waiting                               | waitElapsed           | connecting                                   |
 * | waiting                               | clockChecked          | connecting, once the time of the wait is due |
 * | waiting, not after a refused login    | networkChanged        | connecting                                   |
 * | waiting, without holders              | lingerElapsed         | idle                                         |
 * | connecting, authenticating, online    | lingerElapsed without | loggingOut from a session that may be        |
 * |                                       | holders; close        | written into, disconnecting otherwise        |
 * | idle, waiting, failed                 | close                 | disconnecting                                |
 * | loggingOut                            | loggedOut, lost       | disconnecting                                |
 * | disconnecting                         | socketsClosed         | closed after close; otherwise idle, or as by |
 * |                                       |                       | hold when there are holders                  |
 *
 * These leave the phase as it is:
 * - `hold` and `release` everywhere else, and `close` in loggingOut, disconnecting and closed;
 * - `frame` in connecting, authenticating, online and loggingOut;
 * - `faulted` in the phases without a socket. In the others it is a loss.
 *
 * Throws for every other arrow. A wait after a refused login hears of no network, so that nothing hammers the account.
 */
export function reduce(state: ConnectionState, input: ConnectionInput, readings: Readings): Step {
  switch (input.kind) {
    case 'hold':
      return hold(state, input.holder, readings)
    case 'release':
      return release(state, input.holder)
    case 'close':
      return close(state, readings)
    case 'lingerElapsed':
      return endLinger(state, input, readings)
    case 'opened':
      return authenticate(inPhase('connecting', state, input))
    case 'loggedIn':
      return beginSession(inPhase('authenticating', state, input), readings)
    case 'frame':
      return receive(withSocket(state, input), input.frame)
    case 'lost':
      return endAttempt(withSocket(state, input), input.error, readings)
    case 'loggedOut':
      return disconnect(inPhase('loggingOut', state, input), readings)
    case 'socketsClosed':
      return settle(inPhase('disconnecting', state, input), readings)
    case 'waitElapsed':
      return endWait(inPhase('waiting', state, input))
    case 'clockChecked':
      return checkClock(inPhase('waiting', state, input), readings)
    case 'networkChanged':
      return endWaitEarly(inPhase('waiting', state, input), input)
    case 'faulted':
      return loseByFault(state, input.message, readings)
  }
}
