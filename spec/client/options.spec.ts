import { describe, expect, it } from '@jest/globals'
import { InsecureUrlError, InvalidOptionsError } from '../../src/client/errors.js'
import { resolveOptions } from '../../src/client/options.js'
import type { PbxOptions } from '../../src/index.js'

const credentials = { username: 'viptel', password: 'heslo' }
const resolve = (options: object) => resolveOptions({ credentials, ...options } as PbxOptions)

describe('the options', () => {
  it('have the documented defaults', () => {
    expect(resolve({})).toEqual({
      url: 'wss://pbxwssv1.viptel.sk:8088/',
      credentials,
      loginTimeout: 20_000,
      reconnect: { initialDelay: 500, maxDelay: 30_000, factor: 2, jitter: 1, maxAttempts: Number.POSITIVE_INFINITY },
      keepAlive: { interval: 15_000, timeout: 10_000, probe: false },
      linger: 10_000,
      maxFrame: 1_048_576,
      actions: {
        sendWithin: 5_000,
        settleWithin: 1_000,
        confirmWithin: 30_000,
        concurrency: 1,
        staleAfter: 4 * 60 * 60 * 1_000,
        featureCodes: false,
      },
      WebSocket: undefined,
      logger: undefined,
    })
  })

  it('take a part of a policy and complete it', () => {
    expect(resolve({ reconnect: { maxDelay: 1_000, factor: undefined } }).reconnect).toMatchObject({
      initialDelay: 500,
      maxDelay: 1_000,
      factor: 2,
    })
    expect(resolve({ keepAlive: { probe: true } }).keepAlive).toMatchObject({ interval: 15_000, probe: true })
  })

  it('can switch reconnecting and keeping alive off', () => {
    expect(resolve({ reconnect: false, keepAlive: false })).toMatchObject({
      reconnect: { maxAttempts: 1 },
      keepAlive: undefined,
    })
  })

  it.each([
    ['no options', undefined, /'credentials'.*nothing/],
    ['an unknown option', { credentials, recconect: false }, /'recconect'.*reconnect/],
    ['an unknown option of a policy', { credentials, reconnect: { delay: 1 } }, /'reconnect\.delay'.*initialDelay/],
    ['no credentials', {}, /'credentials'.*nothing/],
    ['an empty user name', { credentials: { username: '', password: 'x' } }, /username/],
    [
      'an empty user name and two secrets',
      { credentials: { username: '', password: 'x', sign: () => '' } },
      /username.*have password, sign/,
    ],
    ['a missing password', { credentials: { username: 'a' } }, /password.*have username\./],
    [
      'two secrets',
      { credentials: { username: 'a', password: 'b', sign: () => '' } },
      /one of.*have username, password, sign/,
    ],
    ['a user name that is no text', { credentials: { username: 7, password: 'b' } }, /username/],
    ['a password that is no text', { credentials: { username: 'a', password: 7 } }, /password/],
    ['a signer that is no function', { credentials: { username: 'a', sign: 'b' } }, /sign/],
    ['a digest that is none', { credentials: { username: 'a', passwordDigest: 'x' } }, /40 hex digits/],
    ['an address that is none', { credentials, url: 'pbx' }, /'url'.*wss:\/\//],
    ['an address of another scheme', { credentials, url: 'https://pbx.example' }, /wss:\/\//],
    ['a user in the address', { credentials, url: 'wss://me:secret@pbx.example' }, /credentials/],
    ['a fragment in the address', { credentials, url: 'wss://pbx.example/#a' }, /fragment/],
    ['a negative time', { credentials, linger: -1 }, /'linger'.*-1/],
    ['a time that no timer holds', { credentials, linger: 3_000_000_000 }, /'linger'/],
    ['a time that is no number', { credentials, loginTimeout: '20' }, /'loginTimeout'/],
    ['NaN', { credentials, maxFrame: Number.NaN }, /'maxFrame'.*NaN/],
    ['jitter over 1', { credentials, reconnect: { jitter: 2 } }, /'reconnect\.jitter'/],
    [
      'a word for allowInsecure, as an environment has it',
      { credentials, url: 'ws://pbx.example', allowInsecure: 'false' },
      /'allowInsecure' must be a boolean/,
    ],
    ['a policy that is no object', { credentials, keepAlive: true }, /'keepAlive'/],
    ['a probe that is no boolean', { credentials, keepAlive: { probe: 'yes' } }, /'keepAlive\.probe'/],
    ['a logger without methods', { credentials, logger: {} }, /'logger'/],
    ['a WebSocket that is no class', { credentials, WebSocket: 'ws' }, /'WebSocket'/],
  ])('are refused with %s, saying what would be right', (_, options, message) => {
    const refused = () => resolveOptions(options as unknown as PbxOptions)
    expect(refused).toThrow(InvalidOptionsError)
    expect(refused).toThrow(message)
  })

  it('treats an empty secret, as an environment may have it, as a missing one', () => {
    for (const more of [{ passwordDigest: '' }, { sign: undefined }]) {
      expect(resolve({ credentials: { ...credentials, ...more } }).credentials).toMatchObject(credentials)
    }
    expect(() => resolve({ credentials: { username: 'a', passwordDigest: ['a'.repeat(40)] } })).toThrow(
      InvalidOptionsError,
    )
  })

  it('never show a secret in a refusal', () => {
    for (const value of ['topsecret', { topsecret: 1 }, Object.create(null), ['topsecret'], Symbol('topsecret')]) {
      expect(() => resolve({ linger: value })).toThrow(
        expect.objectContaining({ name: 'InvalidOptionsError', message: expect.not.stringContaining('topsecret') }),
      )
    }
    expect(() => resolve({ url: new URL('wss://me:topsecret@pbx.example') })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('topsecret') }),
    )
    expect(() => resolve({ url: 'wss://me:topsecret@pbx.example' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('topsecret') }),
    )
  })

  it.each([
    'ws://pbx.example/',
    'ws://192.168.1.10:8088',
    'ws://127.0.0.1.example.com',
    'ws://128.0.0.1',
    'ws://localhost.example',
  ])('refuse %s without allowInsecure', url => {
    expect(() => resolve({ url })).toThrow(InsecureUrlError)
    expect(resolve({ url, allowInsecure: true }).url).toContain('ws://')
  })

  it.each(['ws://localhost:1', 'ws://127.0.0.1:1', 'ws://127.8.9.10', 'ws://[::1]:8088/', 'wss://pbx.example'])(
    'take %s as it is',
    url => {
      expect(resolve({ url }).url).toContain(new URL(url).host)
    },
  )
})
