import { runInNewContext } from 'node:vm'
import { removeControls, removeControlsOfLines } from '../../src/cli/control-characters.js'

describe('the removal of control characters', () => {
  it.each([
    ['letters', 'Ľubomír Ďuriš, Šaľa, Ōsaka, Łódź, 中村'],
    ['emoji, joined ones too', '😀 👩‍👧 ☎️ 🇸🇰'],
    ['brackets and digits that follow no escape', '[31m (12) 0;x'],
  ])('leaves %s as they are', (_, text) => {
    expect(removeControls(text)).toBe(text)
  })

  it.each([
    ['a colour', 'a\u001b[1;31mb', 'ab'],
    ['a colour of one character', 'a\u009b1;31mb', 'ab'],
    ['a title', 'a\u001b]0;title\u0007b', 'ab'],
    ['a title that ends in another way', 'a\u001b]0;title\u001b\\b', 'ab'],
    ['a title of one character', 'a\u009d0;title\u009cb', 'ab'],
    ['the start of a title without an end, and nothing after it', 'a\u001b]0;b', 'a0;b'],
    ['the start of a colour without an end, and nothing after it', 'a\u001b[31éb', 'a31éb'],
    ['another character set', 'a\u001b(0b', 'ab'],
    ['a reset', 'a\u001bcb', 'ab'],
    ['a lone escape', 'a\u001b', 'a'],
    ['an escape before a letter of no sequence', 'a\u001bčb', 'ačb'],
    ['control characters', 'a\u0000\u0008\r\n\u007f\u0085b', 'ab'],
    ['what turns the text around', 'a\u202a\u202eb\u2066\u2069c\u200e\u200f', 'abc'],
    ['other line ends', 'a\u2028b\u2029c', 'abc'],
  ])('removes %s', (_, text, expected) => {
    expect(removeControls(text)).toBe(expected)
  })

  it.each([
    ['one escape before many parts of sequences', `\u001b${';#'.repeat(100_000)}`],
    ['many escapes', '\u001b'.repeat(100_000)],
    ['many colours without an end', '\u001b[0;'.repeat(100_000)],
    ['many titles without an end', '\u001b]0;x'.repeat(100_000)],
    ['many titles of one character without an end', '\u009dx'.repeat(100_000)],
  ])('reads %s once, not once for each', (_, text) => {
    const kept = runInNewContext('removeControls(text)', { removeControls, text }, { timeout: 30_000 })
    expect(/\p{Cc}/u.test(kept)).toBe(false)
  })
  it('keeps the lines of a long text', () => {
    expect(removeControlsOfLines('a\u001b[1m\r\nb')).toBe('a\nb')
  })
})
