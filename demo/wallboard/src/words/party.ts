import type { Words } from './en.js'

/** A name with its number, or what there is of them. It comes from the wire, so it is text and nothing else. */
export function partyText(words: Words, number: string, name: string): string {
  if (number === '' && name === '') return words.calls.unknownNumber
  return name === '' || name === number ? number : `${name} · ${number}`
}
