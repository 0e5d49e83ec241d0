/** Characters that steer a terminal, turn the text around, or end a line in an unusual way. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** Format characters (category Cf) that only join the letters or emoji at their sides: ZWNJ and ZWJ. */
const JOINERS: ReadonlySet<string> = new Set(['\u200c', '\u200d'])

const ESCAPE = 0x1b
const BELL = 0x07
const STRING_TERMINATOR = 0x9c
/** ESC and one of these letters is the same as the one character of the C1 set that is this much higher. */
const C1_OFFSET = 0x40
const CONTROL_SEQUENCE = 0x9b
/** DCS, SOS, OSC, PM and APC: each begins a string for the terminal, such as its title. */
const STRING_STARTS: ReadonlySet<number> = new Set([0x90, 0x98, 0x9d, 0x9e, 0x9f])

/**
 * A text without control characters, escape sequences (ECMA-48) and marks of direction: a caller's name is chosen by
 * the caller. Letters, digits and emoji stay. Of a sequence that has no end only its start is removed, so that no text
 * is swallowed.
 *
 * Each character is read a bounded number of times, whatever the text is.
 */
export function removeControls(text: string): string {
  if (!UNPRINTABLE.test(text)) return text
  let rest = ''
  let at = 0
  while (at < text.length) {
    const end = endOfSequence(text, at)
    if (end > at) {
      at = end
      continue
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
    if (isPrintable(character)) rest += character
    at += character.length
  }
  return rest
}

function isPrintable(character: string): boolean {
  const isAscii = character >= ' ' && character <= '~'
  return isAscii || JOINERS.has(character) || !UNPRINTABLE.test(character)
}

/** A text of several lines, each without controls. */
export function removeControlsOfLines(text: string): string {
  return text.split('\n').map(removeControls).join('\n')
}

/** Where the escape sequence that begins at `start` ends; `start` itself where none begins. */
function endOfSequence(text: string, start: number): number {
  const code = text.charCodeAt(start)
  if (code !== ESCAPE) return isC1(code) ? endOfC1(text, code, start + 1) : start
  const next = text.charCodeAt(start + 1)
  if (isC1(next + C1_OFFSET)) return endOfC1(text, next + C1_OFFSET, start + 2)
  // ESC, intermediate bytes, and one final byte: another character set, or a reset
  const final = skip(text, start + 1, 0x20, 0x2f)
  return isBetween(text.charCodeAt(final), 0x30, 0x7e) ? final + 1 : start + 1
}

/** Where the sequence that a C1 character introduces ends; `start` is the place behind the introducer. */
function endOfC1(text: string, code: number, start: number): number {
  if (code === CONTROL_SEQUENCE) {
    const final = skip(text, skip(text, start, 0x30, 0x3f), 0x20, 0x2f)
    return isBetween(text.charCodeAt(final), 0x40, 0x7e) ? final + 1 : start
  }
  return STRING_STARTS.has(code) ? endOfString(text, start) : start
}

/**
 * Where the string of a terminal ends; `start` where another control character comes before its terminator, or none
 * does.
 */
function endOfString(text: string, start: number): number {
  let at = start
  while (at < text.length && !isControl(text.charCodeAt(at))) at += 1
  const code = text.charCodeAt(at)
  if (code === BELL || code === STRING_TERMINATOR) return at + 1
  return code === ESCAPE && text.charCodeAt(at + 1) + C1_OFFSET === STRING_TERMINATOR ? at + 2 : start
}

/** The first place from `start` whose character is not between `least` and `most`. */
function skip(text: string, start: number, least: number, most: number): number {
  let at = start
  while (isBetween(text.charCodeAt(at), least, most)) at += 1
  return at
}

/** False for NaN, which stands for the end of the text. */
function isBetween(code: number, least: number, most: number): boolean {
  return code >= least && code <= most
}

function isC1(code: number): boolean {
  return isBetween(code, 0x80, 0x9f)
}

function isControl(code: number): boolean {
  return code < 0x20 || isBetween(code, 0x7f, 0x9f)
}
