import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { copyText, quoteForeign } from '../../src/shared/foreign-text.js'

describe('foreign text in our messages', () => {
  it('stands as it came, without outer blanks', () => {
    expect(quoteForeign('Call not found')).toBe('Call not found')
    expect(quoteForeign(' \t\n Call not found \r\n')).toBe('Call not found')
    expect(quoteForeign(' \t ')).toBe('')
  })

  it('is whole up to 500 characters, and cut there with an ellipsis', () => {
    expect(quoteForeign('x'.repeat(500))).toBe('x'.repeat(500))
    expect(quoteForeign('x'.repeat(501))).toBe(`${'x'.repeat(500)}…`)
    expect(quoteForeign(`  ${'x'.repeat(500)}  `)).toBe('x'.repeat(500))
  })

  it('is never cut through a character of two units', () => {
    expect(quoteForeign(`${'x'.repeat(499)}📞 rings`)).toBe(`${'x'.repeat(499)}…`)
    expect(quoteForeign(`${'x'.repeat(498)}📞 rings`)).toBe(`${'x'.repeat(498)}📞…`)
  })

  it('may hold megabytes of blanks between two words', () => {
    expect(quoteForeign(`a${' '.repeat(5_000_000)}b`)).toBe(`a${' '.repeat(499)}…`)
    expect(quoteForeign(`${' '.repeat(5_000_000)}b`)).toBe('b')
  })
})

describe('a copy of a text', () => {
  it('equals it, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), units => {
        const text = String.fromCharCode(...units)
        expect(copyText(text)).toBe(text)
      }),
    )
  })
})
