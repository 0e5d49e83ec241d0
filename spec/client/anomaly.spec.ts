import { describe, expect, it } from '@jest/globals'
import { unmatchedDetail } from '../../src/client/anomaly.js'
import type { PbxResponse } from '../../src/index.js'
import { createStage } from './actions/stage.js'

const meta = { receivedAt: 0, seq: 1, session: 1 }
const MISSING = { code: 404, message: 'Missing action', meta }
const NOT_FOUND = { code: 404, message: 'Call not found', meta }
const UNDOCUMENTED = { code: 299, message: 'something new', meta }
const ONLINE = { loggedIn: true, probing: false }

/** With no action under way. */
const unmatched = (response: PbxResponse, { loggedIn, probing }: { loggedIn: boolean; probing: boolean }) =>
  unmatchedDetail(response, loggedIn ? createStage().unmatchedBy(response) : undefined, probing)

describe('an error that belongs to no action', () => {
  it('is told with its words', () => {
    expect(unmatched(NOT_FOUND, ONLINE)).toBe('an error of no action: 404 Call not found')
  })

  it('is not one when it answers the probe, which only a probing client sends', () => {
    expect(unmatched(MISSING, { loggedIn: true, probing: true })).toBeUndefined()
    expect(unmatched(MISSING, ONLINE)).toContain('an error of no action')
    expect(unmatched(NOT_FOUND, { loggedIn: true, probing: true })).toContain('an error of no action')
  })

  it('is the login’s before the login, and nobody’s after it', () => {
    const refused = { code: 400, message: 'Inserted values are not valid', meta }
    expect(unmatched(refused, { loggedIn: false, probing: false })).toBeUndefined()
    expect(unmatched(refused, ONLINE)).toContain('an error of no action')
  })

  it('is told even before the login when the document does not know it', () => {
    for (const loggedIn of [false, true]) {
      expect(unmatched(UNDOCUMENTED, { loggedIn, probing: false })).toBe('an undocumented response: 299 something new')
    }
  })

  it.each([
    [100, 'hello'],
    [110, 'Bye'],
    [110, 'Closing connection, bye'],
    [202, 'Login successfull'],
    [401, 'User is not activated'],
    [401, 'Wrong username and/or password'],
    [401, 'You have to login with action: user.login, username and password'],
    [408, 'Login timeout'],
    [500, 'An unexpected error has occurred, closing connection'],
    [503, 'Unable to connect to PBX'],
    [503, 'Server is restarting, please reconnect'],
    [504, 'Can not connect to PBX, try your action again later'],
  ])('is not one when it is the session’s business: %d %s', (code, message) => {
    expect(unmatched({ code, message, meta }, ONLINE)).toBeUndefined()
  })
})
