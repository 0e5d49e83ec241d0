import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { ConnectionLoss } from '../../../src/client/connection/connection-loss.js'
import { delayAfter, emptySessionsAfter, isEnd } from '../../../src/client/connection/retry-policy.js'
import type { ReconnectPolicy } from '../../../src/client/options.js'
import { responses } from '../../../src/simulator/server/response-table.js'

const policy = { initialDelay: 500, maxDelay: 30_000, factor: 2, jitter: 0, maxAttempts: Number.POSITIVE_INFINITY }
const torn: ConnectionLoss = { kind: 'torn', message: '' }
const restart: ConnectionLoss = { kind: 'restart', message: '' }
/** The wait after a row of failures. */
const backoff = (failures: number, policy: ReconnectPolicy, random: number) =>
  delayAfter(torn, { failures, emptySessions: 0 }, policy, random)

describe('backoff', () => {
  it('doubles from the initial delay to the maximum', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8].map(failures => backoff(failures, policy, 0))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ])
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
      fc.property(
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, jitter, random) => {
          const delay = backoff(failures, { ...policy, jitter }, random)
          expect(delay).toBeGreaterThanOrEqual(0)
          expect(delay).toBeLessThanOrEqual(30_000)
        },
      ),
    )
  })
})

describe('the wait after a restart', () => {
  it('is spread evenly over five seconds, whatever the number of failures', () => {
    expect([0, 0.5, 1].map(random => delayAfter(restart, { failures: 9, emptySessions: 0 }, policy, random))).toEqual([
      0, 2_500, 5_000,
    ])
  })

  it('is never longer than the maximum of the policy', () => {
    expect(delayAfter(restart, { failures: 1, emptySessions: 0 }, { ...policy, maxDelay: 1_000 }, 1)).toBe(1_000)
  })

  it('is the backoff for every other loss', () => {
    expect(delayAfter(torn, { failures: 3, emptySessions: 0 }, policy, 0.5)).toBe(2_000)
  })
})

describe('what the backoff counts', () => {
  const unable: ConnectionLoss = { kind: 'server-error', message: '' }
  const dismissed: ConnectionLoss = { kind: 'credentials', message: '' }
  const shortly = { isEventful: false, lasted: 29_999 }
  const emptySessionsOf = (...losses: [ConnectionLoss, { isEventful: boolean; lasted: number }][]) =>
    losses.reduce((empty, [loss, session]) => emptySessionsAfter({ loss, ...session }, empty, policy), 0)

  it('is every failure since the last login, and one more for each session but the first that led to nothing', () => {
    const delays = [1, 2, 3, 4].map(count => {
      const emptySessions = emptySessionsOf(
        ...Array.from({ length: count }, (): [ConnectionLoss, typeof shortly] => [unable, shortly]),
      )
      expect(emptySessions).toBe(count)
      return delayAfter(unable, { failures: 1, emptySessions }, policy, 0)
    })
    expect(delays).toEqual([1, 2, 3, 4].map(failures => backoff(failures, policy, 0)))
    expect(delayAfter(unable, { failures: 2, emptySessions: 2 }, policy, 0)).toBe(backoff(3, policy, 0))
    expect(delayAfter(torn, { failures: 2, emptySessions: 0 }, policy, 0)).toBe(backoff(2, policy, 0))
  })

  it('holds a 401 right after the login against it, too: repeated for ever it would hammer the account', () => {
    expect(emptySessionsOf([dismissed, shortly], [dismissed, shortly], [unable, shortly])).toBe(3)
  })

  it.each<[string, ConnectionLoss, { isEventful: boolean; lasted: number }]>([
    ['that no error of the server ended', torn, shortly],
    ['that a restart ended', restart, shortly],
    ['with an event', unable, { ...shortly, isEventful: true }],
    ['as long as the longest wait', unable, { ...shortly, lasted: 30_000 }],
  ])('starts afresh after a session %s', (_, loss, session) => {
    const losses: Parameters<typeof emptySessionsOf> = [
      [unable, shortly],
      [unable, shortly],
      [unable, shortly],
      [loss, session],
    ]
    expect(emptySessionsOf(...losses)).toBe(0)
    // nor is it itself the first of a row
    expect(
      delayAfter(unable, { failures: 1, emptySessions: emptySessionsOf(...losses, [unable, shortly]) }, policy, 0),
    ).toBe(500)
  })
})

describe('a response that ends its connection', () => {
  const said = ({ code, message }: { code: number; message: string }) => `${code} ${message}`
  const endings = (isLoggedIn: boolean) => responses.filter(row => isEnd(row, isLoggedIn)).map(said)

  it('is, at the login, every 401 and what announces a close', () => {
    expect(endings(false)).toEqual([
      '110 Bye',
      '110 Closing connection, bye',
      '401 User is not activated',
      '401 Wrong username and/or password',
      '401 You have to login with action: user.login, username and password',
      '408 Login timeout',
      '500 An unexpected error has occurred, closing connection',
      '503 Server is restarting, please reconnect',
    ])
  })

  it('is within a session the same but the 408, which is about a login', () => {
    expect(endings(true)).toEqual(endings(false).filter(row => row !== '408 Login timeout'))
  })

  it('is not 504, 503 Unable, 500 Action failed and any refused action', () => {
    expect(responses.map(said).filter(row => !endings(true).includes(row))).toEqual(
      expect.arrayContaining([
        '504 Can not connect to PBX, try your action again later',
        '503 Unable to connect to PBX',
        '500 Action failed',
        '403 You are not allowed to use this action',
        '404 Call not found',
        '400 Inserted values are not valid',
      ]),
    )
  })
})
