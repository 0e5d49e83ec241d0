/** The longest wait of a timer, in ms: 24.8 days. Timers hold 32 bits, and one that is set longer fires at once. */
export const LONGEST_DELAY = 2_147_483_647

/** Ends a timer before its time. Calling it again does nothing. */
export type Cancel = () => void

/** The only source of time in the library. Policy takes one as an argument, so that a spec can hold it. */
export interface Clock {
  /** ms since the epoch, by the wall clock. This time jumps when somebody sets the clock. */
  now(): number
  /** ms since some moment, whole or not. This time only goes forward, whatever the wall clock does. */
  elapsed(): number
  /** Calls `run` once, in `ms`. */
  after(ms: number, run: () => void): Cancel
  /** Calls `run` every `ms` until it is cancelled. */
  every(ms: number, run: () => void): Cancel
}

/** The clock of the runtime. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms)
    return () => clearInterval(timer)
  },
}

/** The clock of the runtime, with timers that keep no process alive. */
export const backgroundClock: Clock = {
  ...systemClock,
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    letExit(timer)
    return () => clearTimeout(timer)
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms)
    letExit(timer)
    return () => clearInterval(timer)
  },
}

/** Timers are objects in Node and numbers in a page. */
function letExit(timer: { unref?: () => unknown } | number): void {
  if (typeof timer === 'object') timer.unref?.()
}
