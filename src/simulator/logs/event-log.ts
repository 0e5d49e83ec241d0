/** What happened since the start, oldest first, and who waits for more of it. */
export interface Ledger<T> {
  /** The newest entries, at least `kept` of them. */
  readonly entries: readonly T[]
  add(entry: T): void
  /**
   * Resolves with the n-th kept entry that matches, counted from 1, past or to come. Rejects with what `matches` throws, and with the error of
   * `close` when that comes first.
   */
  nth(n: number, matches?: (entry: T) => boolean): Promise<T>
  /** Nothing more will come. */
  close(error: Error): void
}

/** Entries of a long day that stay in memory. */
const KEPT = 100_000

export function createLedger<T>(kept = KEPT): Ledger<T> {
  const entries: T[] = []
  /** Each is told of an entry and says whether it has what it wanted. */
  const waiting = new Set<{ told: (entry: T) => boolean; give: (error: Error) => void }>()
  let closed: Error | undefined

  const nth = (n: number, matches: (entry: T) => boolean) =>
    new Promise<T>((resolve, reject) => {
      if (!Number.isInteger(n) || n < 1)
        throw new RangeError(`There is no ${String(n)}-th: count from 1, in whole numbers.`)
      let left = n
      const told = (entry: T) => {
        try {
          if (!matches(entry)) return false
        } catch (error) {
          reject(error)
          return true
        }
        left -= 1
        if (left === 0) resolve(entry)
        return left === 0
      }
      if (entries.some(told)) return
      if (closed !== undefined) throw closed
      waiting.add({ told, give: reject })
    })

  return {
    get entries() {
      return entries
    },
    add: entry => {
      entries.push(entry)
      // dropping in bulk keeps the cost of each entry constant
      if (entries.length > kept * 1.1) entries.splice(0, entries.length - kept)
      for (const waiter of waiting) if (waiter.told(entry)) waiting.delete(waiter)
    },
    nth: (n, matches = () => true) => {
      const found = nth(n, matches)
      // a wait that was given up must not end the process when the simulator closes; whoever awaits it still gets the error
      found.catch(() => {})
      return found
    },
    close: error => {
      closed ??= error
      for (const { give } of waiting) give(closed)
      waiting.clear()
    },
  }
}
