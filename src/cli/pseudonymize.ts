import { randomInt } from 'node:crypto'
import { dialable } from '../index.js'

/** Puts other numbers and names in the place of those that there are: the same for the same party, however its number is written. */
export interface Mask {
  /** A queue: it keeps its number, unless that was taken for somebody's before. */
  queue(name: string): string
  number(text: string): string
  name(text: string): string
  /** An id that somebody has made up. */
  id(text: string): string
  /** From now on it is known to be a queue. */
  learnQueue(name: string): void
}

/** Says that there is no number, and nothing about anybody. */
const NOBODY: ReadonlySet<string> = new Set([
  'anonymous',
  'private',
  'restricted',
  'unavailable',
  'unknown',
  'withheld',
])
const DRAWS = 100

/** @param draw a whole number from 0 up, below the given one */
export function createMask(draw: (below: number) => number = randomInt): Mask {
  /** By the number as the PBX dials it. */
  const numbers = new Map<string, string>()
  const names = new Map<string, string>()
  const ids = new Map<string, string>()
  const queues = new Set<string>()
  /** Numbers that stand for another. */
  const taken = new Set<string>()

  const remembered = (map: Map<string, string>, key: string, make: () => string) => {
    const known = map.get(key)
    if (known !== undefined) return known
    const made = make()
    map.set(key, made)
    return made
  }
  const digits = (count: number) => Array.from({ length: count }, () => String(draw(10))).join('')
  /** Of the same kind and length, and nobody else's. */
  const other = (number: string) => {
    const kept = keptDigits(number)
    for (let tries = 0; tries < DRAWS; tries += 1) {
      const drawn = number.slice(0, kept) + digits(number.length - kept)
      const isSameKind = kept > 0 ? dialable(drawn) === drawn : !drawn.startsWith('0')
      if (isSameKind && drawn !== number && !taken.has(drawn) && !queues.has(drawn)) return drawn
    }
    // all that are so short are taken
    return number
  }
  const number = (text: string) => {
    if (text === '' || queues.has(text) || NOBODY.has(text.toLowerCase())) return text
    const dialled = dialable(text)
    if (!/^\d+$/.test(dialled)) return id(text)
    if (queues.has(dialled)) return text
    const masked = remembered(numbers, dialled, () => {
      const drawn = other(dialled)
      taken.add(drawn)
      return drawn
    })
    return withLastDigits(text, masked.slice(keptDigits(dialled)))
  }
  const id = (text: string) =>
    remembered(ids, text, () =>
      text.replace(/\d/g, () => digits(1)).replace(/\p{L}/gu, () => String.fromCharCode(97 + draw(26))),
    )

  return {
    number,
    id,
    queue: name => (queues.has(name) ? name : number(name)),
    name: text => {
      if (text === '' || NOBODY.has(text.toLowerCase())) return text
      return /^[\d\s+\-./()]+$/.test(text) ? number(text) : remembered(names, text, () => `Name ${names.size + 1}`)
    },
    learnQueue: name => {
      if (!numbers.has(name) && !taken.has(name)) queues.add(name)
    },
  }
}

/** How many digits of a number as it is dialled say of what kind it is: abroad and where, a Slovak one and of which area, or an extension. */
function keptDigits(dialled: string): number {
  if (dialled.startsWith('00')) return Math.min(5, dialled.length)
  if (dialled.startsWith('0')) return Math.min(2, dialled.length)
  return dialled.length > 8 ? 3 : 0
}

/** The writing stays: prefix, blanks and all. */
function withLastDigits(text: string, last: string): string {
  let left = last.length
  return [...text].reduceRight((rest, character) => {
    if (left === 0 || !/\d/.test(character)) return character + rest
    left -= 1
    return (last[left] ?? '') + rest
  }, '')
}
