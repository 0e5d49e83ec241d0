import type { Clock } from '../../src/shared/clock.js'
import { createTimers } from '../../src/simulator/exchange/timers.js'

/** A clock that only moves when a spec moves it. */
export interface HeldClock extends Clock {
  /** Number of timers that are set. */
  pending(): number
  /** Lets time pass. Each due timer runs at its time. */
  pass(ms: number): void
  /** Lets time pass while the machine sleeps: due timers run only with the next `pass`. */
  sleep(ms: number): void
}

/** @param start ms since the epoch */
export function createClock(start = 1_795_500_000_000): HeldClock {
  const timers = createTimers()
  let at = start
  let pending = 0
  const after: Clock['after'] = (ms, run) => {
    let isSet = true
    const unset = () => {
      if (isSet) pending -= 1
      isSet = false
    }
    pending += 1
    const timer = timers.set(at + ms, () => {
      unset()
      run()
    })
    return () => {
      unset()
      timer.cancel()
    }
  }
  return {
    now: () => at,
    elapsed: () => at - start,
    after,
    every: (ms, run) => {
      let cancel = () => {}
      const next = () => {
        cancel = after(ms, () => {
          next()
          run()
        })
      }
      next()
      return () => cancel()
    },
    pending: () => pending,
    pass: ms => {
      const until = at + ms
      for (let next = timers.next; next !== undefined && next <= until; next = timers.next) {
        at = Math.max(at, next)
        timers.fire()
      }
      at = until
    },
    sleep: ms => {
      at += ms
    },
  }
}
