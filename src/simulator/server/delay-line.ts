import type { Cancel, Clock } from '../../shared/clock.js'

/** A line of actions, each run in its turn and not before its time. */
export interface DelayLine {
  /**
   * Runs `action` in `delay` ms, or when all actions before it have run. Without a delay, and with nothing held back,
   * the action runs at once.
   */
  pass(action: () => void, delay: number): void
  /** Runs everything that is held back, now. */
  flush(): void
  /** Forgets everything that is held back. */
  discard(): void
}

export function createDelayLine(clock: Clock): DelayLine {
  const held: { due: number; action: () => void }[] = []
  let cancelTimer: Cancel = () => {}

  const runDue = () => {
    cancelTimer()
    for (let head = held[0]; head !== undefined; head = held[0]) {
      // whole ms: a timer of a fraction could fire at the same reading of the clock, for ever
      const wait = Math.ceil(head.due - clock.elapsed())
      if (wait > 0) {
        // an action may have passed another one, which has set a timer
        cancelTimer()
        cancelTimer = clock.after(wait, runDue)
        return
      }
      held.shift()
      head.action()
    }
  }
  return {
    pass: (action, delay) => {
      if (held.length === 0 && delay === 0) return action()
      held.push({ due: clock.elapsed() + delay, action })
      if (held.length === 1) runDue()
    },
    flush: () => {
      cancelTimer()
      for (let head = held.shift(); head !== undefined; head = held.shift()) head.action()
    },
    discard: () => {
      cancelTimer()
      held.length = 0
    },
  }
}
