import type { Clock } from '../../shared/clock.js'

/** Something held back for a time, that can be released before. */
export interface Held {
  /** Runs the action now, unless it has run or was discarded. */
  release(): void
  /** Forgets the action. */
  discard(): void
}

/** Runs `action` in `ms`, or on `release`. */
export function hold(clock: Clock, ms: number, action: () => void): Held {
  let isOver = false
  const run = () => {
    if (isOver) return
    isOver = true
    cancel()
    action()
  }
  const cancel = clock.after(ms, run)
  return {
    release: run,
    discard: () => {
      isOver = true
      cancel()
    },
  }
}
