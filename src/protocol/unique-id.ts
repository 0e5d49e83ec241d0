import { addTo, type Multimap, removeFrom } from '../shared/multimap.js'

/**
 * Owners whose newest id is abbreviated, found by an id that is whole: the document's own example has ids like
 * `14550.679` for `1453466550.679` ('Vytvorenie hovoru'). Real ids have ten digits before the dot and never match.
 */
export interface Abbreviations<T> {
  /** Makes this the newest id of the owner. Real ids are not kept. */
  put(uniqueId: string, owner: T): void
  /** @param uniqueId the newest so far */
  remove(uniqueId: string | undefined, owner: T): void
  /** The owner of an id; undefined unless exactly one can be meant. */
  find(uniqueId: string): T | undefined
}

export function createAbbreviations<T>(): Abbreviations<T> {
  const owners: Multimap<string, T> = new Map()
  return {
    put: (uniqueId, owner) => {
      if (/^\d{1,9}\./.test(uniqueId)) addTo(owners, counterOf(uniqueId), owner)
    },
    remove: (uniqueId = '', owner) => removeFrom(owners, counterOf(uniqueId), owner),
    find: uniqueId => {
      const [owner, another] = owners.get(counterOf(uniqueId)) ?? []
      return another === undefined ? owner : undefined
    },
  }
}

/** The part that an id and its abbreviation share, dot included. An id without a dot shares nothing with any. */
function counterOf(uniqueId: string): string {
  return uniqueId.slice(uniqueId.indexOf('.'))
}
