/** A log of one kind of events since the start, oldest first, and the waits for further ones. */
export interface EventLog<T> {
  /** The newest entries, at least `kept` of them. */
  readonly entries: readonly T[]
  add(entry: T): void
  /**
   * Resolves with the n-th kept entry that matches, counted from 1, past or to come. Rejects with the error that
   * `matches` throws, or with the error of `close` when that comes first.
   */
  nth(n: number, matches?: (entry: T) => boolean): Promise<T>
  /** Ends the log: every open wait rejects with `error`. */
  close(error: Error): void
}

/** A wait for a further entry. */
interface Wait<T> {
  /** Looks at an entry, and gives whether the wait is over. */
  examine(entry: T): boolean
  reject(error: Error): void
}

/** Entries that stay in memory over a long day. */
const KEPT = 100_000

export function createEventLog<T>(kept = KEPT): EventLog<T> {
  const entries: T[] = []
  const waits = new Set<Wait<T>>()
  let closedBy: Error | undefined

  const find = (n: number, matches: (entry: T) => boolean) =>
    new Promise<T>((resolve, reject) => {
      if (!Number.isInteger(n) || n < 1)
        throw new RangeError(`There is no ${String(n)}-th: count from 1, in whole numbers.`)
      let left = n
      const examine = (entry: T) => {
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
      if (entries.some(examine)) return
      if (closedBy !== undefined) throw closedBy
      waits.add({ examine, reject })
    })

  return {
    entries,
    add: entry => {
      entries.push(entry)
      // dropping in bulk keeps the cost of each entry constant
      if (entries.length > kept * 1.1) entries.splice(0, entries.length - kept)
      for (const wait of waits) if (wait.examine(entry)) waits.delete(wait)
    },
    nth: (n, matches = () => true) => {
      const found = find(n, matches)
      // an abandoned wait must not end the process when the simulator closes; an awaited one still rejects
      found.catch(() => {})
      return found
    },
    close: error => {
      closedBy ??= error
      for (const { reject } of waits) reject(closedBy)
      waits.clear()
    },
  }
}
