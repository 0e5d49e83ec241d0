import { randomInt } from 'node:crypto'
import { dialable } from '../index.js'

/**
 * Other numbers and names in the place of the real ones: the same for the same party, however its number is written.
 */
export interface Pseudonyms {
  /**
   * The number of a queue. A queue keeps its number, unless that has had a pseudonym before it was known as a
   * queue's.
   */
  queue(name: string): string
  number(text: string): string
  name(text: string): string
  /** The pseudonym of an id that a client has made up. */
  id(text: string): string
  /** Marks a number as that of a queue. */
  learnQueue(name: string): void
}

/** Texts for a number that is not known, which identify nobody. */
const NO_NUMBER: ReadonlySet<string> = new Set([
  'anonymous',
  'private',
  'restricted',
  'unavailable',
  'unknown',
  'withheld',
])
const MAX_DRAWS = 100

/** @param draw gives a whole number from 0 up to, and without, the given one */
export function createPseudonyms(draw: (below: number) => number = randomInt): Pseudonyms {
  /** Pseudonyms by the number as the PBX dials it. */
  const numbers = new Map<string, string>()
  const names = new Map<string, string>()
  const ids = new Map<string, string>()
  const queues = new Set<string>()
  /** Numbers that are a pseudonym already. */
  const taken = new Set<string>()

  const drawDigits = (count: number) => Array.from({ length: count }, () => String(draw(10))).join('')
  /**
   * Draws a number of the same kind and length that is no other pseudonym. Gives the number itself where all of that
   * length are taken.
   */
  const drawNumber = (number: string) => {
    const kept = countKeptDigits(number)
    for (let tries = 0; tries < MAX_DRAWS; tries += 1) {
      const drawn = number.slice(0, kept) + drawDigits(number.length - kept)
      const isSameKind = kept > 0 ? dialable(drawn) === drawn : !drawn.startsWith('0')
      if (isSameKind && drawn !== number && !taken.has(drawn) && !queues.has(drawn)) return drawn
    }
    return number
  }
  const id = (text: string) =>
    findOrAdd(ids, text, () =>
      text.replace(/\d/g, () => drawDigits(1)).replace(/\p{L}/gu, () => String.fromCharCode(97 + draw(26))),
    )
  const number = (text: string) => {
    if (text === '' || queues.has(text) || NO_NUMBER.has(text.toLowerCase())) return text
    const dialled = dialable(text)
    if (!/^\d+$/.test(dialled)) return id(text)
    if (queues.has(dialled)) return text
    const pseudonym = findOrAdd(numbers, dialled, () => {
      const drawn = drawNumber(dialled)
      taken.add(drawn)
      return drawn
    })
    return replaceLastDigits(text, pseudonym.slice(countKeptDigits(dialled)))
  }

  return {
    number,
    id,
    queue: name => (queues.has(name) ? name : number(name)),
    name: text => {
      if (text === '' || NO_NUMBER.has(text.toLowerCase())) return text
      return /^[\d\s+\-./()]+$/.test(text) ? number(text) : findOrAdd(names, text, () => `Name ${names.size + 1}`)
    },
    learnQueue: name => {
      if (!numbers.has(name) && !taken.has(name)) queues.add(name)
    },
  }
}

function findOrAdd(map: Map<string, string>, key: string, make: () => string): string {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

/**
 * The digits at the front of a dialled number that a pseudonym keeps: they show the country, the area of Slovakia, or
 * an extension.
 */
function countKeptDigits(dialled: string): number {
  if (dialled.startsWith('00')) return Math.min(5, dialled.length)
  if (dialled.startsWith('0')) return Math.min(2, dialled.length)
  return dialled.length > 8 ? 3 : 0
}

/** Replaces the last digits of a number; its prefix, blanks and separators stay. */
function replaceLastDigits(text: string, last: string): string {
  const characters = [...text]
  let left = last.length
  for (let index = characters.length - 1; index >= 0 && left > 0; index -= 1) {
    if (!/\d/.test(characters[index] ?? '')) continue
    left -= 1
    characters[index] = last[left] ?? ''
  }
  return characters.join('')
}
