import type { Clock } from '../../shared/clock.js'
import { createExpiryQueue, type ExpiryQueue } from '../../shared/expiry-queue.js'

/** Queues without keys that are kept for the next key of their duration. */
const KEPT_QUEUES = 8

/** One time limit for each key. Limits of one duration share one timer. */
export class TimeLimits<K> {
  private readonly clock: Clock
  private readonly expire: (key: K) => void
  /** The queue of each duration. */
  private readonly queues = new Map<number, ExpiryQueue<K>>()
  private readonly durations = new Map<K, number>()

  /** @param expire called when the limit of a key is over */
  constructor(clock: Clock, expire: (key: K) => void) {
    this.clock = clock
    this.expire = expire
  }

  has(key: K): boolean {
    return this.durations.has(key)
  }

  /** Sets the limit of a key, in place of the one before. */
  set(key: K, ms: number): void {
    this.clear(key)
    let queue = this.queues.get(ms)
    if (!queue) {
      queue = createExpiryQueue(this.clock, ms, due => {
        this.release(due, ms)
        this.expire(due)
      })
      this.queues.set(ms, queue)
    }
    this.durations.set(key, ms)
    queue.put(key)
  }

  clear(key: K): void {
    const ms = this.durations.get(key)
    if (ms === undefined) return
    this.queues.get(ms)?.remove(key)
    this.release(key, ms)
  }

  private release(key: K, ms: number): void {
    this.durations.delete(key)
    // each action may bring a duration of its own
    if (this.queues.size > KEPT_QUEUES && this.queues.get(ms)?.ends.size === 0) this.queues.delete(ms)
  }
}
