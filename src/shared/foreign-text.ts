/** Characters of foreign text that one of our messages shows. */
const LONGEST_QUOTE = 500

/**
 * A copy of a text that shares no memory with it. A slice of a long string keeps the whole string alive for as long as
 * the slice is kept; this copy does not. Equal to its original for every string, halves of surrogate pairs included.
 */
export function copyText(text: string): string {
  return String(JSON.parse(JSON.stringify(text)))
}

/**
 * Foreign text as one of our messages shows it: without outer blanks, cut at 500 characters, and then ended by '…'.
 * Takes time in proportion to the text, whatever it holds, and keeps no long text alive.
 */
export function quoteForeign(text: string): string {
  const trimmed = text.trim()
  if (trimmed.length <= LONGEST_QUOTE) return trimmed.length === text.length ? text : copyText(trimmed)
  const isPairCut = isFirstOfPair(trimmed.charCodeAt(LONGEST_QUOTE - 1))
  return copyText(`${trimmed.slice(0, isPairCut ? LONGEST_QUOTE - 1 : LONGEST_QUOTE)}…`)
}

function isFirstOfPair(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}
