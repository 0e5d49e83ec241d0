/** Whose newest id is abbreviated, found by an id that is whole: the document's own example has ids like `14550.679` for `1453466550.679`. Never among real ids, which have ten digits before the dot. */
export interface Abbreviations<T> {
  /** From now on this is the newest id of the owner; real ids are not kept. */
  put(uniqueId: string, owner: T): void
  remove(uniqueId: string | undefined, owner: T): void
  /** Whose id that must be; undefined unless exactly one can be meant. */
  find(uniqueId: string): T | undefined
  readonly size: number
}

export function createAbbreviations<T>(): Abbreviations<T> {
  const owners = new Map<string, Set<T>>()
  return {
    get size() {
      return owners.size
    },
    put: (uniqueId, owner) => {
      if (isAbbreviated(uniqueId)) owners.set(counterOf(uniqueId), (owners.get(counterOf(uniqueId)) ?? new Set()).add(owner))
    },
    remove: (uniqueId, owner) => {
      if (uniqueId === undefined || !isAbbreviated(uniqueId)) return
      const known = owners.get(counterOf(uniqueId))
      known?.delete(owner)
      if (known?.size === 0) owners.delete(counterOf(uniqueId))
    },
    find: uniqueId => {
      const known = owners.get(counterOf(uniqueId))
      return known?.size === 1 ? [...known][0] : undefined
    },
  }
}

function isAbbreviated(uniqueId: string): boolean {
  return /^\d{1,9}\./.test(uniqueId)
}

/** What is common to an id and its abbreviation, with the dot: an id without one has nothing in common with any. */
function counterOf(uniqueId: string): string {
  return uniqueId.slice(uniqueId.indexOf('.'))
}
