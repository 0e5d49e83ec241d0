import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { loginHash, passwordDigest } from '../../src/protocol/login-hash.js'

const sha1 = (text: string) => createHash('sha1').update(text, 'utf8').digest('hex')

describe('the login hash', () => {
  it('is the known one for a known user, password and nonce', () => {
    expect(passwordDigest('viptel', 'heslo')).toBe('cd0f868e778f424c0bf520fa33e1fcb726e26d24')
    expect(loginHash('cd0f868e778f424c0bf520fa33e1fcb726e26d24', 'abc')).toBe(
      'f428e089669585732712ec1a076319ff1539e8f3',
    )
  })

  it('takes a digest in capitals, which it would hash to something else', () => {
    expect(loginHash('CD0F868E778F424C0BF520FA33E1FCB726E26D24', 'abc')).toBe(
      'f428e089669585732712ec1a076319ff1539e8f3',
    )
  })

  it('is what the document’s procedure gives, in UTF-8, for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        fc.string(),
        (username, password, nonce) => {
          expect(loginHash(passwordDigest(username, password), nonce)).toBe(
            sha1(`${sha1(`${username}:${password}`)}:${nonce}`),
          )
        },
      ),
    )
  })
})
