import type { Cancel, Clock } from './clock.js'

/**
 * Keys that all have the same time to live, under one timer: setting a deadline costs the same however many there
 * are.
 */
export interface ExpiryQueue<K> {
  /** The deadline of each key, soonest first, in ms of the clock's `elapsed()`. */
  readonly ends: ReadonlyMap<K, number>
  /** Gives a key its whole time to live, anew if the key is there already. */
  put(key: K): void
  remove(key: K): void
  /** Removes every key without expiring it. */
  clear(): void
}

/**
 * @param ms the time to live of every key
 * @param expire called once for a key whose time is over, after the key has left the queue
 */
export function createExpiryQueue<K>(
  { elapsed, after }: Pick<Clock, 'elapsed' | 'after'>,
  ms: number,
  expire: (key: K) => void,
): ExpiryQueue<K> {
  // a key is put at the end, so the first one is the next to be due
  const ends = new Map<K, number>()
  let cancel: Cancel | undefined
  /** True while due keys expire. The timer is set once, after the last of them. */
  let isExpiring = false

  const setTimer = (delay: number) => {
    const dueAt = elapsed() + delay
    cancel = after(delay, () => expireDue(dueAt))
  }
  const clearTimer = () => {
    cancel?.()
    cancel = undefined
  }
  /** @param dueAt the time that has passed by the timer: it counts even where the clock stands still */
  function expireDue(dueAt: number): void {
    const now = Math.max(elapsed(), dueAt)
    cancel = undefined
    isExpiring = true
    // a key that is put while others expire waits for the next timer, even with no time to live
    let left = ends.size
    try {
      for (const [key, end] of ends) {
        if (left === 0 || end > now) break
        left -= 1
        ends.delete(key)
        expire(key)
      }
    } finally {
      isExpiring = false
      const [next] = ends.values()
      if (next !== undefined) setTimer(Math.max(0, Math.ceil(next - elapsed())))
    }
  }

  return {
    ends,
    put: key => {
      ends.delete(key)
      // Whole ms: the engine keeps fractions on the heap, one object for each key.
      ends.set(key, Math.ceil(elapsed()) + ms)
      if (!cancel && !isExpiring) setTimer(ms)
    },
    remove: key => {
      if (ends.delete(key) && ends.size === 0) clearTimer()
    },
    clear: () => {
      ends.clear()
      clearTimer()
    },
  }
}
