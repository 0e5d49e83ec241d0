import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { ConnectionLoss } from '../../src/connection/loss.js'
import { backoff, classify, delayAfter, failedToLogIn, loggedIn, lostSession, NO_FAILURES, strikes } from '../../src/connection/retry.js'
import { meaningOf, responses } from '../../src/protocol/responses.js'

const policy = { initialDelay: 500, maxDelay: 30_000, factor: 2, jitter: 0, maxAttempts: Number.POSITIVE_INFINITY }
const torn: ConnectionLoss = { kind: 'torn', message: '' }
const restart: ConnectionLoss = { kind: 'restart', message: '' }

describe('backoff', () => {
  it('doubles from the initial delay to the maximum', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8].map(failures => backoff(failures, policy, 0))).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  })

  it('stays at the maximum after an outage of any length', () => {
    expect(backoff(100_000, policy, 0)).toBe(30_000)
  })

  it('takes away the random share of the jitter', () => {
    expect(backoff(2, { ...policy, jitter: 1 }, 0.25)).toBe(750)
    expect(backoff(2, { ...policy, jitter: 0.5 }, 1)).toBe(500)
    expect(backoff(2, { ...policy, jitter: 0 }, 1)).toBe(1_000)
  })

  it('is never negative and never over the maximum', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, jitter, random) => {
        const delay = backoff(failures, { ...policy, jitter }, random)
        expect(delay).toBeGreaterThanOrEqual(0)
        expect(delay).toBeLessThanOrEqual(30_000)
      }),
    )
  })
})

describe('the wait after a restart', () => {
  it('is spread evenly over five seconds, whatever the number of failures', () => {
    expect([0, 0.5, 1].map(random => delayAfter(restart, 9, policy, random))).toEqual([0, 2_500, 5_000])
  })

  it('is never longer than the maximum of the policy', () => {
    expect(delayAfter(restart, 1, { ...policy, maxDelay: 1_000 }, 1)).toBe(1_000)
  })

  it('is the backoff for every other loss', () => {
    expect(delayAfter(torn, 3, policy, 0.5)).toBe(2_000)
  })
})

describe('what the backoff counts', () => {
  const unable: ConnectionLoss = { kind: 'server-error', message: '' }
  const barren = { eventful: false, lasted: 29_999 }
  const tallyOf = (...losses: [ConnectionLoss, { eventful: boolean; lasted: number }][]) =>
    losses.reduce((tally, [loss, session]) => lostSession(loggedIn(tally), loss, session, policy), NO_FAILURES)

  it('is every failure since the last login, the loss of its session being the first', () => {
    expect(strikes(NO_FAILURES)).toBe(0)
    expect(strikes(failedToLogIn(failedToLogIn(NO_FAILURES)))).toBe(2)
    const lost = lostSession(loggedIn(failedToLogIn(failedToLogIn(NO_FAILURES))), torn, barren, policy)
    expect([strikes(lost), strikes(failedToLogIn(lost))]).toEqual([1, 2])
  })

  it('is one more for each session but the first that led to nothing', () => {
    const tallies = [1, 2, 3, 4].map(count => tallyOf(...Array.from({ length: count }, (): [ConnectionLoss, typeof barren] => [unable, barren])))
    expect(tallies.map(strikes)).toEqual([1, 2, 3, 4])
    expect(tallies.map(({ failures }) => failures)).toEqual([1, 1, 1, 1])
  })

  it('keeps the sessions that led to nothing through failed logins between them', () => {
    const twice = failedToLogIn(tallyOf([unable, barren], [unable, barren]))
    expect(strikes(twice)).toBe(3)
    expect(strikes(lostSession(loggedIn(twice), unable, barren, policy))).toBe(3)
  })

  it.each<[string, ConnectionLoss, { eventful: boolean; lasted: number }]>([
    ['that no error of the server ended', torn, barren],
    ['that a restart ended', restart, barren],
    ['with an event', unable, { ...barren, eventful: true }],
    ['as long as the longest wait', unable, { ...barren, lasted: 30_000 }],
  ])('starts afresh after a session %s', (_, loss, session) => {
    const tally = tallyOf([unable, barren], [unable, barren], [unable, barren], [loss, session])
    expect(tally).toEqual({ failures: 1, barren: 0 })
    // nor is it itself the first of a row
    expect(strikes(lostSession(loggedIn(tally), unable, barren, policy))).toBe(1)
  })
})

describe('what a response means for its connection', () => {
  const verdicts = (loggedIn: boolean) => Object.fromEntries(responses.map(row => [`${row.code} ${row.message}`, classify(meaningOf(row), loggedIn)]))

  it('is fatal for every 401 at the login, lost for what announces a close, and nothing for the rest', () => {
    const before = verdicts(false)
    expect(Object.keys(before).filter(row => before[row] === 'fatal')).toEqual([
      '401 User is not activated',
      '401 Wrong username and/or password',
      '401 You have to login with action: user.login, username and password',
    ])
    expect(Object.keys(before).filter(row => before[row] === 'lost')).toEqual([
      '110 Bye',
      '110 Closing connection, bye',
      '408 Login timeout',
      '500 An unexpected error has occurred, closing connection',
      '503 Server is restarting, please reconnect',
    ])
  })

  it('is a loss, not a refusal, for a 401 within a session', () => {
    const online = verdicts(true)
    expect(Object.keys(online).filter(row => online[row] === 'fatal')).toEqual([])
    expect(online['401 User is not activated']).toBe('lost')
  })

  it('leaves the connection alone at 504, 503 Unable, 500 Action failed and every refused action', () => {
    const online = verdicts(true)
    for (const row of [
      '504 Can not connect to PBX, try your action again later',
      '503 Unable to connect to PBX',
      '500 Action failed',
      '403 You are not allowed to use this action',
      '404 Call not found',
      '400 Inserted values are not valid',
    ]) {
      expect(online[row]).toBe('stay')
    }
  })
})
