import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { dialable, sameNumber } from '../../src/protocol/phone-number.js'

describe('dialable', () => {
  it.each([
    ['+421 900 111 222', '0900111222'],
    ['+421900111222', '0900111222'],
    ['00421 900 111 222', '0900111222'],
    ['421900111222', '0900111222'],
    ['0900 111 222', '0900111222'],
    ['0900/111 222', '0900111222'],
    ['+421 (0)900 111-222', '0900111222'],
    ['+421\u00a0900\u00a0111\u00a0222', '0900111222'],
    ['\u202a+421 900 111 222\u202c', '0900111222'],
    ['02/2028 2028', '0220282028'],
    ['+420 601 123 456', '00420601123456'],
    ['00420601123456', '00420601123456'],
    ['+43.1.234567', '00431234567'],
    ['12', '12'],
    [' 12 ', '12'],
    ['42190011', '42190011'],
    ['4219001112223', '4219001112223'],
    ['*21', '*21'],
    ['anonymous', 'anonymous'],
    ['', ''],
  ])('%j is dialled %j', (typed, dialled) => {
    expect(dialable(typed)).toBe(dialled)
  })

  it('leaves a dialable number as it is', () => {
    const typed = fc
      .tuple(fc.constantFrom('', '+421 ', '00421', '421', '0', '+420 ', '00'), fc.stringMatching(/^[1-9][0-9]{0,12}$/))
      .map(parts => parts.join(''))
    fc.assert(fc.property(typed, text => dialable(dialable(text)) === dialable(text)))
  })
})

describe('sameNumber', () => {
  const written = ['0900111222', '421900111222', '00421900111222', '+421900111222', '+421 900 111 222']

  it('knows one party in all its writings', () => {
    for (const a of written) for (const b of written) expect(sameNumber(a, b)).toBe(true)
  })

  it.each([
    ['0900111222', '900111222'],
    ['12', '112'],
    ['112', '+421112'],
    ['0900111222', '00420900111222'],
    ['0900111222', '0900111223'],
    ['', ''],
    [' ', ''],
  ])('%j and %j are two', (a, b) => {
    expect(sameNumber(a, b)).toBe(false)
    expect(sameNumber(b, a)).toBe(false)
  })
})
