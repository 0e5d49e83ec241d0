import type { Cancel, Clock } from './clock.js'

/** Keys that all have the same time to live, under one timer: to put a key costs the same however many there are. */
export interface ExpiryQueue<K> {
  /** The keys with the time at which each expires, in ms of `Clock.elapsed`, soonest first. */
  readonly ends: ReadonlyMap<K, number>
  /** Gives the key its whole time to live. The time of a key that is in the queue already starts anew. */
  put(key: K): void
  /** Takes the key out. A key that is not in the queue is ignored. */
  remove(key: K): void
}

/**
 * @param ms the time to live of every key
 * @param expire called with each key whose time has passed, after the key has left the queue
 */
export function createExpiryQueue<K>(
  clock: Pick<Clock, 'elapsed' | 'after'>,
  ms: number,
  expire: (key: K) => void,
): ExpiryQueue<K> {
  // every key is put at the end, so the first is the next to expire
  const ends = new Map<K, number>()
  let cancel: Cancel | undefined

  function run(): void {
    for (const [key, end] of ends) {
      const left = end - clock.elapsed()
      if (left > 0) {
        cancel = clock.after(Math.ceil(left), run)
        return
      }
      ends.delete(key)
      expire(key)
    }
    cancel = undefined
  }

  function put(key: K): void {
    ends.delete(key)
    // whole ms: the engine keeps fractions on the heap, one object for each key
    ends.set(key, Math.ceil(clock.elapsed()) + ms)
    cancel ??= clock.after(ms, run)
  }

  function remove(key: K): void {
    ends.delete(key)
    if (ends.size > 0) return
    cancel?.()
    cancel = undefined
  }

  return { ends, put, remove }
}
