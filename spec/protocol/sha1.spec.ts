import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { sha1 } from '../../src/protocol/sha1.js'

const byNode = (text: string) => createHash('sha1').update(text, 'utf8').digest('hex')

describe('sha1', () => {
  it.each([
    ['', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '84983e441c3bd26ebaae4aa1f95129e5e54670f1'],
  ])('of %j is that of FIPS 180', (text, hash) => {
    expect(sha1(text)).toBe(hash)
  })

  it('is right for every length up to four blocks', () => {
    for (let length = 0; length <= 256; length += 1) expect(sha1('a'.repeat(length))).toBe(byNode('a'.repeat(length)))
  })

  it('is that of Node for every text, half surrogate pairs included', () => {
    // fc.string() would build a table of all code points first, which takes longer than all other specs of this folder
    const text = fc.array(fc.nat(0x10ffff), { maxLength: 200 }).map(codes => String.fromCodePoint(...codes))
    fc.assert(fc.property(text, text => sha1(text) === byNode(text)))
  })
})
