import type { Cancel, Clock } from '../../shared/clock.js'

/** Things that all have the same time to live, under one timer: setting a deadline costs the same however many there are. */
export interface Lane<K> {
  /** When each is due, soonest first. */
  readonly ends: ReadonlyMap<K, number>
  /** From now on it has its whole time; said again, it starts anew. */
  put(key: K): void
  remove(key: K): void
}

/** @param ms the time to live of all that is put in */
export function createLane<K>(
  { elapsed: now, after }: Pick<Clock, 'elapsed' | 'after'>,
  ms: number,
  due: (key: K) => void,
): Lane<K> {
  // each is put at the end, so the first is the next to be due
  const ends = new Map<K, number>()
  let cancel: Cancel | undefined
  const run = () => {
    for (const [key, at] of ends) {
      if (at > now()) {
        cancel = after(Math.ceil(at - now()), run)
        return
      }
      ends.delete(key)
      due(key)
    }
    cancel = undefined
  }
  return {
    ends,
    put: key => {
      ends.delete(key)
      ends.set(key, now() + ms)
      cancel ??= after(ms, run)
    },
    remove: key => {
      ends.delete(key)
      if (ends.size > 0) return
      cancel?.()
      cancel = undefined
    },
  }
}
