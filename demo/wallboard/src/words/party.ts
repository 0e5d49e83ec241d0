import type { Words } from './en.js'

/** A name with its number, or the one that is known. Both come from the wire, and are used as text only. */
export function partyText(words: Words, number: string, name: string): string {
  if (number === '' && name === '') return words.calls.unknownNumber
  return name === '' || name === number ? number : `${name} · ${number}`
}
