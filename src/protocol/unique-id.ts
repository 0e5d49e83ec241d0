import { addTo, type Multimap, removeFrom } from '../shared/multimap.js'

/** Whose newest id is abbreviated, found by an id that is whole: the document's own example has ids like `14550.679` for `1453466550.679`. Never among real ids, which have ten digits before the dot. */
export interface Abbreviations<T> {
  /** From now on this is the newest id of the owner; real ids are not kept. */
  put(uniqueId: string, owner: T): void
  /** @param uniqueId the newest so far */
  remove(uniqueId: string | undefined, owner: T): void
  /** Whose id that must be; undefined unless exactly one can be meant. */
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

/** What is common to an id and its abbreviation, with the dot: an id without one has nothing in common with any. */
function counterOf(uniqueId: string): string {
  return uniqueId.slice(uniqueId.indexOf('.'))
}
