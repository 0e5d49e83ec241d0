import type { Cancel, Clock } from '../../shared/clock.js'

/** Expires when nothing has come from a client for too long. */
export interface IdleTimer {
  /** Starts the time anew, because something has come. */
  restart(): void
  /** Sets the limit in ms, undefined for none, and starts the time anew. */
  setLimit(limit: number | undefined): void
  end(): void
}

export function createIdleTimer(clock: Clock, onExpired: () => void): IdleTimer {
  let limit: number | undefined
  let cancelTimer: Cancel = () => {}
  const restart = () => {
    cancelTimer()
    if (limit !== undefined) cancelTimer = clock.after(limit, onExpired)
  }
  const setLimit = (ms: number | undefined) => {
    limit = ms
    restart()
  }
  return { restart, setLimit, end: () => setLimit(undefined) }
}
