import { describe, expect, it } from '@jest/globals'
import { type ConnectionLoss, ConnectionLostError } from '../../../src/client/connection/connection-loss.js'
import {
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionState,
  initialState,
  isLoggedIn,
  isSteady,
  isWritable,
  type Readings,
  reduce,
} from '../../../src/client/connection/connection-state.js'
import type { Received } from '../../../src/client/connection/frame-reader.js'
import type { Holder } from '../../../src/client/connection/holders.js'
import { ConnectionFailedError, LoginRejectedError } from '../../../src/client/errors.js'

const NOW = 1_000_000
const readings: Readings = {
  policy: { initialDelay: 500, maxDelay: 30_000, factor: 2, jitter: 0, maxAttempts: Number.POSITIVE_INFINITY },
  now: NOW,
  random: 0,
  heardAt: NOW - 7,
}
const meta = { receivedAt: NOW, seq: 1, session: 1 }
const event: Received = { kind: 'event', event: { event: 'call.pickup', unique_id: '1.1', meta }, text: '', meta }
const response = (code: number, message = ''): Received => ({
  kind: 'response',
  response: { code, message, meta },
  text: '',
  meta,
})
const createHolder = (): Holder => ({ letGo: () => {}, error: () => {}, complete: () => {} })
const lost = (kind: ConnectionLoss['kind'], cause?: unknown) =>
  new ConnectionLostError({ kind, message: `it was ${kind}` }, cause)
const refused = lost('credentials', new LoginRejectedError('no'))

const holder = createHolder()
const walk = (inputs: readonly ConnectionInput[], from: ConnectionState = initialState, at: Partial<Readings> = {}) =>
  inputs.reduce((state, input) => reduce(state, input, { ...readings, ...at })[0], from)

const HOLD: ConnectionInput = { kind: 'hold', holder }
const RELEASE: ConnectionInput = { kind: 'release', holder }
const CLOSE: ConnectionInput = { kind: 'close' }
const LINGERED: ConnectionInput = { kind: 'lingerElapsed' }
const OPENED: ConnectionInput = { kind: 'opened' }
const LOGGED_IN: ConnectionInput = { kind: 'loggedIn' }
const LOST: ConnectionInput = { kind: 'lost', error: lost('torn') }
const REFUSED: ConnectionInput = { kind: 'lost', error: refused }
const EVENT: ConnectionInput = { kind: 'frame', frame: event }
const BYE: ConnectionInput = { kind: 'frame', frame: response(110, 'Bye') }
const LOGGED_OUT: ConnectionInput = { kind: 'loggedOut' }
const SOCKETS_CLOSED: ConnectionInput = { kind: 'socketsClosed' }
const CHECKED: ConnectionInput = { kind: 'clockChecked' }
const FAULTED: ConnectionInput = { kind: 'faulted', message: 'a fault' }

const held = {
  connecting: walk([HOLD]),
  authenticating: walk([HOLD, OPENED]),
  online: walk([HOLD, OPENED, LOGGED_IN]),
  waiting: walk([HOLD, LOST]),
}
/** Every kind of state that takes some input differently. */
const states = {
  idle: initialState,
  'idle, wait due': walk([RELEASE, LINGERED], held.waiting),
  connecting: held.connecting,
  'connecting, lingering': walk([RELEASE], held.connecting),
  authenticating: held.authenticating,
  'authenticating, lingering': walk([RELEASE], held.authenticating),
  online: held.online,
  'online, steady': walk([EVENT], held.online),
  'online, lingering': walk([RELEASE], held.online),
  'online, ending': walk([BYE], held.online),
  'online, ending, lingering': walk([BYE, RELEASE], held.online),
  waiting: held.waiting,
  'waiting, lingering': walk([RELEASE], held.waiting),
  'waiting after a refusal': walk([HOLD, OPENED, REFUSED, HOLD]),
  'failed, wait due': walk([HOLD, OPENED, REFUSED]),
  'logging out': walk([RELEASE, LINGERED], held.online),
  'logging out to close': walk([CLOSE], held.online),
  disconnecting: walk([RELEASE, LINGERED], held.connecting),
  'disconnecting, held': walk([RELEASE, LINGERED, HOLD], held.connecting),
  'disconnecting to close': walk([CLOSE], held.connecting),
  closed: walk([CLOSE, SOCKETS_CLOSED]),
}
const inputs = {
  hold: { kind: 'hold', holder: createHolder() },
  release: RELEASE,
  'release of a stranger': { kind: 'release', holder: createHolder() },
  close: CLOSE,
  lingerElapsed: LINGERED,
  opened: OPENED,
  loggedIn: LOGGED_IN,
  event: EVENT,
  'unknown event': { kind: 'frame', frame: { kind: 'unknown', event: { event: 'call.hold', meta }, text: '', meta } },
  'response 504': { kind: 'frame', frame: response(504) },
  'response 503 Unable': { kind: 'frame', frame: response(503, 'Unable to connect to PBX') },
  'response 110': BYE,
  'response 401': { kind: 'frame', frame: response(401) },
  lost: LOST,
  'lost for good': REFUSED,
  loggedOut: LOGGED_OUT,
  socketsClosed: SOCKETS_CLOSED,
  waitElapsed: { kind: 'waitElapsed' },
  'clockChecked in time': CHECKED,
  'clockChecked too early': CHECKED,
  networkChanged: { kind: 'networkChanged' },
  faulted: FAULTED,
} satisfies Record<string, ConnectionInput>

/** A step in short: the phase, the status if it is another one, and the effects in their order; '=' for a state that stays as it is. */
const step = (state: ConnectionState, name: keyof typeof inputs): string => {
  const now = name === 'clockChecked in time' ? NOW + 60_000 : NOW
  let next: ConnectionState
  let effects: readonly ConnectionEffect[]
  try {
    ;[next, effects] = reduce(state, inputs[name], { ...readings, now })
  } catch (error) {
    expect((error as Error).message).toBe(
      `A connection in the phase '${state.phase}' cannot take the input '${inputs[name].kind}'`,
    )
    return 'forbidden'
  }
  const where =
    next === state ? '=' : next.phase === next.status.state ? next.phase : `${next.phase}/${next.status.state}`
  return [where, ...effects.map(({ kind }) => kind)].join(' ')
}

/** What each state takes, and what becomes of it. Every input that a row does not name is forbidden. */
const table: Record<keyof typeof states, Partial<Record<keyof typeof inputs, string>>> = {
  idle: {
    hold: 'connecting notifyStatus openSocket',
    release: '=',
    'release of a stranger': '=',
    close: 'disconnecting/closed notifyStatus awaitSockets',
    faulted: '=',
  },
  'idle, wait due': {
    hold: 'waiting startWait notifyStatus',
    release: '=',
    'release of a stranger': '=',
    close: 'disconnecting/closed notifyStatus awaitSockets',
    faulted: '=',
  },
  connecting: {
    hold: 'connecting',
    release: 'connecting startLinger',
    'release of a stranger': '=',
    close: 'disconnecting/closed notifyStatus closeSocket awaitSockets',
    opened: 'authenticating notifyStatus',
    event: '= deliverFrame',
    'unknown event': '= deliverFrame',
    'response 504': '= deliverFrame',
    'response 503 Unable': '= deliverFrame',
    'response 110': '= deliverFrame',
    'response 401': '= deliverFrame',
    lost: 'waiting closeSocket startWait notifyStatus',
    'lost for good': 'failed closeSocket notifyStatus notifyConnectionFailed failHolders',
    faulted: 'waiting closeSocket startWait notifyStatus',
  },
  'connecting, lingering': {
    hold: 'connecting stopLinger',
    release: '=',
    'release of a stranger': '=',
    close: 'disconnecting/closed notifyStatus stopLinger closeSocket awaitSockets',
    lingerElapsed: 'disconnecting/idle closeSocket awaitSockets notifyStatus',
    opened: 'authenticating notifyStatus',
    event: '= deliverFrame',
    'unknown event': '= deliverFrame',
    'response 504': '= deliverFrame',
    'response 503 Unable': '= deliverFrame',
    'response 110': '= deliverFrame',
    'response 401': '= deliverFrame',
    lost: 'waiting closeSocket startWait notifyStatus',
    'lost for good': 'failed closeSocket stopLinger notifyStatus notifyConnectionFailed failHolders',
    faulted: 'waiting closeSocket startWait notifyStatus',
  },
  authenticating: {
    hold: 'authenticating',
    release: 'authenticating startLinger',
    'release of a stranger': '=',
    close: 'disconnecting/closed notifyStatus closeSocket awaitSockets',
    loggedIn: 'online notifyStatus notifySessionStarted',
    event: '= deliverFrame',
    'unknown event': '= deliverFrame',
    'response 504': '= deliverFrame',
    'response 503 Unable': '= deliverFrame',
    'response 110': '= deliverFrame',
    'response 401': '= deliverFrame',
    lost: 'waiting closeSocket startWait notifyStatus',
    'lost for good': 'failed closeSocket notifyStatus notifyConnectionFailed failHolders',
    faulted: 'waiting closeSocket startWait notifyStatus',
  },
  'authenticating, lingering': {
    hold: 'authenticating stopLinger',
    release: '=',
    'release of a stranger': '=',
    close: 'disconnecting/closed notifyStatus stopLinger closeSocket awaitSockets',
    lingerElapsed: 'disconnecting/idle closeSocket awaitSockets notifyStatus',
    loggedIn: 'online notifyStatus notifySessionStarted',
    event: '= deliverFrame',
    'unknown event': '= deliverFrame',
    'response 504': '= deliverFrame',
    'response 503 Unable': '= deliverFrame',
    'response 110': '= deliverFrame',
    'response 401': '= deliverFrame',
    lost: 'waiting closeSocket startWait notifyStatus',
    'lost for good': 'failed closeSocket stopLinger notifyStatus notifyConnectionFailed failHolders',
    faulted: 'waiting closeSocket startWait notifyStatus',
  },
  online: {
    hold: 'online',
    release: 'online startLinger',
    'release of a stranger': '=',
    close: 'loggingOut/closed notifyStatus logOut',
    event: 'online notifyStatus deliverFrame',
    'unknown event': '= deliverFrame',
    'response 504': 'online notifyStatus deliverFrame',
    'response 503 Unable': 'online notifyStatus deliverFrame',
    'response 110': 'online deliverFrame',
    'response 401': 'online deliverFrame',
    lost: 'waiting closeSocket notifySessionEnded startWait notifyStatus',
    'lost for good': 'failed closeSocket notifySessionEnded notifyStatus notifyConnectionFailed failHolders',
    faulted: 'waiting closeSocket notifySessionEnded startWait notifyStatus',
  },
  'online, steady': {
    hold: 'online',
    release: 'online startLinger',
    'release of a stranger': '=',
    close: 'loggingOut/closed notifyStatus logOut',
    event: 'online deliverFrame',
    'unknown event': '= deliverFrame',
    'response 504': 'online notifyStatus deliverFrame',
    'response 503 Unable': 'online notifyStatus deliverFrame',
    'response 110': 'online deliverFrame',
    'response 401': 'online deliverFrame',
    lost: 'waiting closeSocket notifySessionEnded startWait notifyStatus',
    'lost for good': 'failed closeSocket notifySessionEnded notifyStatus notifyConnectionFailed failHolders',
    faulted: 'waiting closeSocket notifySessionEnded startWait notifyStatus',
  },
  'online, lingering': {
    hold: 'online stopLinger',
    release: '=',
    'release of a stranger': '=',
    close: 'loggingOut/closed notifyStatus stopLinger logOut',
    lingerElapsed: 'loggingOut/idle logOut notifyStatus',
    event: 'online notifyStatus deliverFrame',
    'unknown event': '= deliverFrame',
    'response 504': 'online notifyStatus deliverFrame',
    'response 503 Unable': 'online notifyStatus deliverFrame',
    'response 110': 'online deliverFrame',
    'response 401': 'online deliverFrame',
    lost: 'waiting closeSocket notifySessionEnded startWait notifyStatus',
    'lost for good': 'failed closeSocket notifySessionEnded stopLinger notifyStatus notifyConnectionFailed failHolders',
    faulted: 'waiting closeSocket notifySessionEnded startWait notifyStatus',
  },
  'online, ending': {
    hold: 'online',
    release: 'online startLinger',
    'release of a stranger': '=',
    close: 'disconnecting/closed notifyStatus closeSocket notifySessionEnded awaitSockets',
    event: 'online notifyStatus deliverFrame',
    'unknown event': '= deliverFrame',
    'response 504': 'online notifyStatus deliverFrame',
    'response 503 Unable': 'online notifyStatus deliverFrame',
    'response 110': 'online deliverFrame',
    'response 401': 'online deliverFrame',
    lost: 'waiting closeSocket notifySessionEnded startWait notifyStatus',
    'lost for good': 'failed closeSocket notifySessionEnded notifyStatus notifyConnectionFailed failHolders',
    faulted: 'waiting closeSocket notifySessionEnded startWait notifyStatus',
  },
  'online, ending, lingering': {
    hold: 'online stopLinger',
    release: '=',
    'release of a stranger': '=',
    close: 'disconnecting/closed notifyStatus stopLinger closeSocket notifySessionEnded awaitSockets',
    lingerElapsed: 'disconnecting/idle closeSocket notifySessionEnded awaitSockets notifyStatus',
    event: 'online notifyStatus deliverFrame',
    'unknown event': '= deliverFrame',
    'response 504': 'online notifyStatus deliverFrame',
    'response 503 Unable': 'online notifyStatus deliverFrame',
    'response 110': 'online deliverFrame',
    'response 401': 'online deliverFrame',
    lost: 'waiting closeSocket notifySessionEnded startWait notifyStatus',
    'lost for good': 'failed closeSocket notifySessionEnded stopLinger notifyStatus notifyConnectionFailed failHolders',
    faulted: 'waiting closeSocket notifySessionEnded startWait notifyStatus',
  },
  waiting: {
    hold: 'waiting',
    release: 'waiting startLinger',
    'release of a stranger': '=',
    close: 'disconnecting/closed notifyStatus stopWait awaitSockets',
    waitElapsed: 'connecting stopWait notifyStatus openSocket',
    'clockChecked in time': 'connecting stopWait notifyStatus openSocket',
    'clockChecked too early': '=',
    networkChanged: 'connecting stopWait notifyStatus openSocket',
    faulted: '=',
  },
  'waiting, lingering': {
    hold: 'waiting stopLinger',
    release: '=',
    'release of a stranger': '=',
    close: 'disconnecting/closed notifyStatus stopLinger stopWait awaitSockets',
    lingerElapsed: 'idle stopWait notifyStatus',
    waitElapsed: 'connecting stopWait notifyStatus openSocket',
    'clockChecked in time': 'connecting stopWait notifyStatus openSocket',
    'clockChecked too early': '=',
    networkChanged: 'connecting stopWait notifyStatus openSocket',
    faulted: '=',
  },
  'waiting after a refusal': {
    hold: 'waiting',
    release: 'waiting startLinger',
    'release of a stranger': '=',
    close: 'disconnecting/closed notifyStatus stopWait awaitSockets',
    waitElapsed: 'connecting stopWait notifyStatus openSocket',
    'clockChecked in time': 'connecting stopWait notifyStatus openSocket',
    'clockChecked too early': '=',
    faulted: '=',
  },
  'failed, wait due': {
    hold: 'waiting startWait notifyStatus',
    release: '=',
    'release of a stranger': '=',
    close: 'disconnecting/closed notifyStatus awaitSockets',
    faulted: '=',
  },
  'logging out': {
    hold: 'loggingOut/idle',
    release: '=',
    'release of a stranger': '=',
    close: 'loggingOut/closed notifyStatus',
    event: '= deliverFrame',
    'unknown event': '= deliverFrame',
    'response 504': '= deliverFrame',
    'response 503 Unable': '= deliverFrame',
    'response 110': '= deliverFrame endLogout',
    'response 401': '= deliverFrame',
    lost: 'disconnecting/idle closeSocket notifySessionEnded awaitSockets',
    'lost for good': 'disconnecting/idle closeSocket notifySessionEnded awaitSockets',
    loggedOut: 'disconnecting/idle closeSocket notifySessionEnded awaitSockets',
    faulted: 'disconnecting/idle closeSocket notifySessionEnded awaitSockets',
  },
  'logging out to close': {
    hold: '= completeHolders',
    release: 'loggingOut/closed',
    'release of a stranger': '=',
    close: '=',
    event: '= deliverFrame',
    'unknown event': '= deliverFrame',
    'response 504': '= deliverFrame',
    'response 503 Unable': '= deliverFrame',
    'response 110': '= deliverFrame endLogout',
    'response 401': '= deliverFrame',
    lost: 'disconnecting/closed closeSocket notifySessionEnded awaitSockets',
    'lost for good': 'disconnecting/closed closeSocket notifySessionEnded awaitSockets',
    loggedOut: 'disconnecting/closed closeSocket notifySessionEnded awaitSockets',
    faulted: 'disconnecting/closed closeSocket notifySessionEnded awaitSockets',
  },
  disconnecting: {
    hold: 'disconnecting/idle',
    release: '=',
    'release of a stranger': '=',
    close: 'disconnecting/closed notifyStatus',
    socketsClosed: 'idle',
    faulted: '=',
  },
  'disconnecting, held': {
    hold: 'disconnecting/idle',
    release: 'disconnecting/idle',
    'release of a stranger': '=',
    close: 'disconnecting/closed notifyStatus',
    socketsClosed: 'connecting notifyStatus openSocket',
    faulted: '=',
  },
  'disconnecting to close': {
    hold: '= completeHolders',
    release: 'disconnecting/closed',
    'release of a stranger': '=',
    close: '=',
    socketsClosed: 'closed completeHolders completeStreams',
    faulted: '=',
  },
  closed: {
    hold: '= completeHolders',
    release: '=',
    'release of a stranger': '=',
    close: '=',
    faulted: '=',
  },
}

const names = <T extends object>(record: T) => Object.keys(record) as (keyof T & string)[]

describe.each(names(states))('a connection that is %s', name => {
  it.each(names(inputs))('takes or refuses: %s', input => {
    expect(step(states[name], input)).toBe(table[name][input] ?? 'forbidden')
  })
})

describe('a step', () => {
  it('changes nothing of the state that it was given', () => {
    const before = structuredClone({ ...held.online, memory: { ...held.online.memory, holders: [] } })
    for (const input of names(inputs)) step(held.online, input)
    expect({ ...held.online, memory: { ...held.online.memory, holders: [] } }).toEqual(before)
  })

  it('of a fault is taken in every state, and leaves no session', () => {
    for (const name of names(states)) {
      const [next] = reduce(states[name], FAULTED, readings)
      expect([isLoggedIn(next), isWritable(next), isSteady(next)]).toEqual([false, false, false])
    }
  })
})

describe('a session', () => {
  const EVENTFUL = walk([EVENT], held.online)

  it('is from 202 until it is lost or its logout is over', () => {
    expect(names(states).filter(name => isLoggedIn(states[name]))).toEqual([
      'online',
      'online, steady',
      'online, lingering',
      'online, ending',
      'online, ending, lingering',
      'logging out',
      'logging out to close',
    ])
  })

  it('may be written into until the server has said that it ends, or the logout is written', () => {
    expect(names(states).filter(name => isWritable(states[name]))).toEqual([
      'online',
      'online, steady',
      'online, lingering',
    ])
  })

  it('is steady when another event has nothing new to say', () => {
    expect(isSteady(held.online)).toBe(false)
    expect(isSteady(EVENTFUL)).toBe(true)
    expect(isSteady(walk([inputs['response 504']], EVENTFUL))).toBe(false)
    expect(isSteady(walk([inputs['response 504'], EVENT], EVENTFUL))).toBe(true)
    const [next] = reduce(EVENTFUL, EVENT, readings)
    expect(next).toEqual(EVENTFUL)
    expect(next.status).toBe(EVENTFUL.status)
  })

  it('knows of the PBX what the last frame said of it', () => {
    const reach = (...frames: Received[]) => {
      const { status } = walk(
        frames.map(frame => ({ kind: 'frame', frame })),
        held.online,
      )
      return status.state === 'online' && status.pbx
    }
    expect(reach()).toBe('unknown')
    expect(reach(event)).toBe('reachable')
    expect(reach(event, response(504))).toBe('retrying')
    expect(reach(response(504), response(503, 'Unable to connect to PBX'))).toBe('unreachable')
    expect(reach(response(503, 'Unable to connect to PBX'), event)).toBe('reachable')
    expect(reach(event, response(404, 'Call not found'))).toBe('reachable')
  })

  it('begins with its status, its gap if another was before it, and its start, in this order', () => {
    const [online, effects] = reduce(held.authenticating, LOGGED_IN, readings)
    expect(online.status).toEqual({ state: 'online', since: NOW, session: 1, pbx: 'unknown' })
    expect(effects).toEqual([
      { kind: 'notifyStatus', status: online.status },
      { kind: 'notifySessionStarted', at: NOW },
    ])
    const again = walk([LOST, { kind: 'waitElapsed' }, OPENED], held.online)
    const [second, later] = reduce(again, LOGGED_IN, { ...readings, now: NOW + 900 })
    expect(later).toEqual([
      { kind: 'notifyStatus', status: second.status },
      {
        kind: 'notifyGap',
        gap: { from: NOW - 7, to: NOW + 900, session: 2, reason: { kind: 'torn', message: 'it was torn' } },
      },
      { kind: 'notifySessionStarted', at: NOW + 900 },
    ])
    expect(second.memory).toMatchObject({ sessions: 2, tries: 0, failures: 0, runFailures: 0, interruption: undefined })
  })

  it('leaves its end for the gap, however often the connection fails before the next one', () => {
    const WAITED: ConnectionInput = { kind: 'waitElapsed' }
    const later = walk([WAITED, LOST, WAITED, OPENED, REFUSED, HOLD], walk([LOST], held.online), { heardAt: 0 })
    expect(later.memory.interruption).toEqual({ from: NOW - 7, reason: { kind: 'torn', message: 'it was torn' } })
  })

  it('that nobody used ends for that reason, and starts the count of empty sessions afresh', () => {
    const unused = { kind: 'idle', message: 'Nobody used the connection' }
    for (const end of [[LOGGED_OUT], [LOST], [FAULTED]]) {
      const loggingOut: ConnectionState = {
        ...states['logging out'],
        memory: { ...states['logging out'].memory, emptySessions: 3 },
      }
      const { memory } = walk(end, loggingOut)
      expect(memory).toMatchObject({ emptySessions: 0, interruption: { from: NOW - 7, reason: unused } })
    }
  })
})

describe('after a loss', () => {
  const failTimes = (count: number, state: ConnectionState, policy: Partial<Readings['policy']> = {}) => {
    let failed = state
    const at = { ...readings, policy: { ...readings.policy, ...policy } }
    for (let n = 0; n < count; n += 1) {
      if (failed.phase === 'waiting') [failed] = reduce(failed, { kind: 'waitElapsed' }, at)
      ;[failed] = reduce(failed, LOST, at)
    }
    return failed
  }

  it('the wait grows with every failure since the last login', () => {
    const waits = [1, 2, 3].map(count => failTimes(count, held.connecting).status)
    expect(waits).toMatchObject([
      { state: 'waiting', attempt: 1, retryAt: NOW + 500 },
      { state: 'waiting', attempt: 2, retryAt: NOW + 1_000 },
      { state: 'waiting', attempt: 3, retryAt: NOW + 2_000 },
    ])
    const online = walk([{ kind: 'waitElapsed' }, OPENED, LOGGED_IN], failTimes(3, held.connecting))
    expect(failTimes(1, online).status).toMatchObject({ attempt: 1, retryAt: NOW + 500 })
  })

  it('the wait is shortened by chance, as the policy has it', () => {
    const [{ status }] = reduce(held.connecting, LOST, {
      ...readings,
      policy: { ...readings.policy, jitter: 1 },
      random: 0.25,
    })
    expect(status).toMatchObject({ retryAt: NOW + 375 })
  })

  it('the wait grows with empty sessions, too', () => {
    let state: ConnectionState = initialState
    const waits: number[] = []
    for (let n = 0; n < 3; n += 1) {
      state = walk(n === 0 ? [HOLD, OPENED, LOGGED_IN] : [{ kind: 'waitElapsed' }, OPENED, LOGGED_IN], state)
      state = walk([{ kind: 'lost', error: lost('server-error') }], state)
      if (state.status.state === 'waiting') waits.push(state.status.retryAt - NOW)
    }
    expect(waits).toEqual([500, 1_000, 2_000])
  })

  it('tries are counted from the last login on', () => {
    expect(walk([{ kind: 'waitElapsed' }], failTimes(2, held.connecting)).status).toEqual({
      state: 'connecting',
      attempt: 3,
    })
    expect(walk([LOST, { kind: 'waitElapsed' }], held.online).status).toEqual({ state: 'connecting', attempt: 1 })
  })

  it('the last of maxAttempts fails the connection and lets its holders go', () => {
    const at = { ...readings, policy: { ...readings.policy, maxAttempts: 2 } }
    const [state, effects] = reduce(failTimes(1, held.online), { kind: 'waitElapsed' }, at)
    expect(effects.map(({ kind }) => kind)).toContain('openSocket')
    const [failed, ends] = reduce(state, LOST, at)
    const { status } = failed
    const error = status.state === 'failed' ? status.error : undefined
    expect(error).toBeInstanceOf(ConnectionFailedError)
    expect(error).toMatchObject({ message: 'Given up at failure 2: it was torn', cause: inputs.lost.error })
    expect(failed.memory.holders).toEqual([])
    expect(ends.slice(-2)).toEqual([
      { kind: 'notifyConnectionFailed', error },
      { kind: 'failHolders', holders: [holder], error },
    ])
    // those who hold it afresh have as many attempts, and wait on from where it was
    const [again, starts] = reduce(failed, HOLD, at)
    expect(again).toMatchObject({ phase: 'waiting', memory: { runFailures: 0, failures: 2, holders: [holder] } })
    expect(starts[0]).toEqual({ kind: 'startWait', ms: 1_000, listensToNetwork: true })
  })

  it('a refused login fails the connection with the refusal, and the wait that follows hears of no network', () => {
    const [failed] = reduce(held.authenticating, REFUSED, readings)
    expect(failed.status).toEqual({ state: 'failed', error: refused.cause })
    const [, effects] = reduce(failed, HOLD, readings)
    expect(effects[0]).toEqual({ kind: 'startWait', ms: 500, listensToNetwork: false })
  })

  it('the next holder connects at once when the wait has passed meanwhile', () => {
    expect(walk([HOLD], states['failed, wait due'], { now: NOW + 500 }).phase).toBe('connecting')
    expect(walk([HOLD], states['idle, wait due'], { now: NOW + 500 }).phase).toBe('connecting')
    expect(walk([HOLD], states['idle, wait due'], { now: NOW + 499 }).phase).toBe('waiting')
  })

  it('a clock that was set back makes no wait longer', () => {
    const { status } = walk([HOLD], states['idle, wait due'], { now: NOW - 3_600_000 })
    expect(status).toMatchObject({ state: 'waiting', retryAt: NOW - 3_600_000 + 500 })
  })
})

describe('holders', () => {
  it('are each counted once, and the linger begins when the last one leaves', () => {
    const other = createHolder()
    const [two] = reduce(held.connecting, { kind: 'hold', holder: other }, readings)
    const [one, effects] = reduce(two, RELEASE, readings)
    expect([one.memory.holders, effects]).toEqual([[other], []])
    const [none, last] = reduce(one, { kind: 'release', holder: other }, readings)
    expect([none.memory.holders, last]).toEqual([[], [{ kind: 'startLinger' }]])
  })

  it('who take hold while the old sockets close are served when those are closed', () => {
    const [connecting] = reduce(states['disconnecting, held'], SOCKETS_CLOSED, readings)
    expect(connecting).toMatchObject({ phase: 'connecting', memory: { holders: [holder], runFailures: 0 } })
  })
})
