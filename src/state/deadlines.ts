/** Things that all have the same time to live. */
export interface Lane<K> {
  /** From now on it has its whole time; said again, it starts anew. */
  put(key: K): void
  remove(key: K): void
  readonly size: number
}

/** Many deadlines under one timer: setting one costs the same however many there are. */
export interface Deadlines {
  /** @param ms the time to live of all that is put in */
  lane<K>(ms: number, due: (key: K) => void): Lane<K>
  /** How much is still due, in all lanes. */
  readonly size: number
  /** Nothing is due any more. */
  close(): void
}

/** ms since the epoch, and what runs something after so many ms; gives what cancels it. */
export interface Clock {
  readonly now: () => number
  readonly after: (ms: number, run: () => void) => () => void
}

export function createDeadlines({ now, after }: Clock): Deadlines {
  const checks: (() => number | undefined)[] = []
  const lanes: { readonly size: number }[] = []
  let timer: { readonly at: number; readonly cancel: () => void } | undefined

  const arm = (at: number | undefined) => {
    if (at === undefined || (timer !== undefined && timer.at <= at)) return
    timer?.cancel()
    timer = { at, cancel: after(Math.ceil(Math.max(0, at - now())), run) }
  }
  function run(): void {
    timer = undefined
    for (const check of checks) arm(check())
  }

  return {
    lane: <K>(ms: number, due: (key: K) => void) => {
      // each is put at the end, so the first is the next to be due
      const ends = new Map<K, number>()
      lanes.push(ends)
      checks.push(() => {
        for (const [key, at] of ends) {
          if (at > now()) return at
          ends.delete(key)
          due(key)
        }
        return undefined
      })
      return {
        get size() {
          return ends.size
        },
        put: (key: K) => {
          const at = now() + ms
          ends.delete(key)
          ends.set(key, at)
          arm(at)
        },
        remove: (key: K) => void ends.delete(key),
      }
    },
    get size() {
      return lanes.reduce((sum, { size }) => sum + size, 0)
    },
    close: () => {
      timer?.cancel()
      checks.length = 0
    },
  }
}
