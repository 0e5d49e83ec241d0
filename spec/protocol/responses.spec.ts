import { describe, expect, it } from '@jest/globals'
import { isRight } from 'fp-ts/Either'
import { pbxResponse } from '../../src/protocol/codecs.js'
import { meaningOf, nonceOf } from '../../src/protocol/responses.js'
import { responses } from '../../src/simulator/server/response-table.js'

/** Codes whose messages all have one meaning for the client, since it does the same with all of them. */
const ALIKE: Readonly<Record<number, string>> = { 110: 'closing', 401: 'wrong-credentials' }

describe('the responses', () => {
  // the document's table again, copied by hand, so that a slip in the source shows
  it.each([
    [
      100,
      'Send your username and password hash in action user.login and use this nonce to generate password hash',
      'greeting',
    ],
    [110, 'Bye', 'bye'],
    [110, 'Closing connection, bye', 'closing'],
    [202, 'Login successfull', 'logged-in'],
    [400, 'Action has to be string', 'action-not-string'],
    [400, 'Inserted values are not valid', 'invalid-values'],
    [401, 'User is not activated', 'user-not-activated'],
    [401, 'Wrong username and/or password', 'wrong-credentials'],
    [401, 'You have to login with action: user.login, username and password', 'login-required'],
    [403, 'You are not allowed to use this action', 'not-allowed'],
    [404, 'Missing action', 'missing-action'],
    [404, 'Call not found', 'call-not-found'],
    [404, 'Unknown action', 'unknown-action'],
    [408, 'Login timeout', 'login-timeout'],
    [500, 'An unexpected error has occurred, closing connection', 'server-error'],
    [500, 'Action failed', 'action-failed'],
    [503, 'Unable to connect to PBX', 'pbx-unreachable'],
    [503, 'Server is restarting, please reconnect', 'restarting'],
    [504, 'Can not connect to PBX, try your action again later', 'pbx-retrying'],
  ])('%d %s means %s', (code, message, meaning) => {
    const taken = ALIKE[code] ?? meaning
    expect(meaningOf({ code, message })).toBe(taken)
    expect(meaningOf({ code, message: ` ${message.toUpperCase()} ` })).toBe(taken)
    expect(responses.filter(row => row.code === code && row.message === message)).toEqual([{ code, message, meaning }])
  })

  it('are nineteen', () => {
    expect(responses).toHaveLength(19)
  })

  it.each([
    [202, 'logged-in'],
    [401, 'wrong-credentials'],
    [403, 'not-allowed'],
    [408, 'login-timeout'],
    [504, 'pbx-retrying'],
    [110, 'closing'],
    [400, 'unknown'],
    [404, 'unknown'],
    [500, 'unknown'],
    [503, 'unknown'],
    [418, 'unknown'],
  ])('%d in other words means %s', (code, meaning) => {
    expect(meaningOf({ code, message: 'in other words' })).toBe(meaning)
  })

  it('a nonce is text, a number made text, or none', () => {
    expect(nonceOf({ nonce: 'abc' })).toBe('abc')
    expect(nonceOf({ nonce: 7 })).toBe('7')
    for (const nonce of [undefined, null, '', {}, true]) expect(nonceOf({ nonce })).toBeUndefined()
  })

  it('decode elsewhere too', () => {
    expect(pbxResponse.decode({ code: '403', message: null, errors: [1] })).toMatchObject({
      right: { code: 403, message: '', errors: [1] },
    })
    expect(isRight(pbxResponse.decode({ message: 'Bye' }))).toBe(false)
  })
})
