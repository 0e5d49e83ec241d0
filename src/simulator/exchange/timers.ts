/** What happens by itself, at its time. */
export interface Timer {
  /** ms since the epoch. */
  readonly at: number
  cancel(): void
}

/** Timers in order of their time, and in order of setting where the time is the same: chance has no part in it. */
export interface Timers {
  set(at: number, run: () => void): Timer
  /** Time of the next one. */
  readonly next: number | undefined
  /** Takes the next one out and runs it. */
  fire(): void
}

interface Entry extends Timer {
  readonly order: number
  run: (() => void) | undefined
}

/** A binary heap: a busy hour sets and cancels hundreds of thousands. */
export function createTimers(): Timers {
  const heap: Entry[] = []
  let order = 0

  const before = (a: number, b: number) => {
    const [left, right] = [heap[a], heap[b]]
    if (left === undefined || right === undefined) return false
    return left.at < right.at || (left.at === right.at && left.order < right.order)
  }
  const swap = (a: number, b: number) => {
    const [left, right] = [heap[a], heap[b]]
    if (left === undefined || right === undefined) return
    heap[a] = right
    heap[b] = left
  }
  const pop = () => {
    const [top] = heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return top
    heap[0] = last
    for (let at = 0; ; ) {
      const child = 2 * at + (before(2 * at + 2, 2 * at + 1) ? 2 : 1)
      if (!before(child, at)) return top
      swap(at, child)
      at = child
    }
  }
  /** Cancelled ones stay in the heap until they come to its top. */
  const skim = () => {
    while (heap[0] !== undefined && heap[0].run === undefined) pop()
  }

  return {
    set: (at, run) => {
      const entry: Entry = {
        at,
        order: order++,
        run,
        cancel: () => {
          entry.run = undefined
        },
      }
      // what takes for ever is nothing that will happen
      if (at === Number.POSITIVE_INFINITY) return entry
      heap.push(entry)
      for (let child = heap.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1
        if (!before(child, parent)) break
        swap(child, parent)
        child = parent
      }
      return entry
    },
    get next() {
      skim()
      return heap[0]?.at
    },
    fire: () => {
      skim()
      pop()?.run?.()
    },
  }
}
