/** A timer in virtual time. */
export interface Timer {
  /** ms since the epoch. */
  readonly at: number
  cancel(): void
}

/** Timers in the order of their times, and in the order of setting where the times are equal. */
export interface Timers {
  /** Sets a timer. One at `Infinity` never fires. */
  set(at: number, run: () => void): Timer
  /** Time of the next timer; undefined when none is set. */
  readonly next: number | undefined
  /** Removes the next timer and runs it. */
  fire(): void
}

interface Entry extends Timer {
  readonly order: number
  /** Undefined once cancelled. */
  run: (() => void) | undefined
}

function isBefore(left: Entry | undefined, right: Entry | undefined): boolean {
  if (left === undefined || right === undefined) return false
  return left.at < right.at || (left.at === right.at && left.order < right.order)
}

function swap(heap: Entry[], a: number, b: number): void {
  const [left, right] = [heap[a], heap[b]]
  if (left === undefined || right === undefined) return
  heap[a] = right
  heap[b] = left
}

function push(heap: Entry[], entry: Entry): void {
  heap.push(entry)
  for (let child = heap.length - 1; child > 0; ) {
    const parent = (child - 1) >> 1
    if (!isBefore(heap[child], heap[parent])) break
    swap(heap, child, parent)
    child = parent
  }
}

function pop(heap: Entry[]): Entry | undefined {
  const [top] = heap
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return top
  heap[0] = last
  for (let at = 0; ; ) {
    const left = 2 * at + 1
    const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left
    if (!isBefore(heap[child], heap[at])) return top
    swap(heap, at, child)
    at = child
  }
}

/** Makes timers on a binary heap: a busy hour sets and cancels hundreds of thousands. */
export function createTimers(): Timers {
  const heap: Entry[] = []
  let order = 0
  /** Removes cancelled timers from the top: a cancelled timer stays in the heap until then. */
  const dropCancelled = () => {
    while (heap[0] !== undefined && heap[0].run === undefined) pop(heap)
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
      if (at !== Number.POSITIVE_INFINITY) push(heap, entry)
      return entry
    },
    get next() {
      dropCancelled()
      return heap[0]?.at
    },
    fire: () => {
      dropCancelled()
      pop(heap)?.run?.()
    },
  }
}
