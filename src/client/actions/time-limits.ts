import type { Clock } from '../../shared/clock.js'
import { createExpiryQueue, type ExpiryQueue } from '../../shared/expiry-queue.js'

/** Something that has one time limit, or none. */
export interface Limited<Self> {
  /** The queue in which its limit is; undefined without a limit. */
  limit: ExpiryQueue<Self> | undefined
}

/** Queues of different durations that are kept though they are empty. */
const KEPT_QUEUES = 8

/** Time limits of any durations. Limits of one duration share one timer. */
export class TimeLimits<T extends Limited<T>> {
  readonly #clock: Clock
  readonly #expire: (limited: T) => void
  readonly #queues = new Map<number, ExpiryQueue<T>>()

  /** @param expire called when a limit is over */
  constructor(clock: Clock, expire: (limited: T) => void) {
    this.#clock = clock
    this.#expire = expire
  }

  /** Sets a limit in place of the one before. */
  set(limited: T, ms: number): void {
    this.clear(limited)
    limited.limit = this.#queueOf(ms)
    limited.limit.put(limited)
  }

  clear(limited: T): void {
    limited.limit?.remove(limited)
    limited.limit = undefined
  }

  #queueOf(ms: number): ExpiryQueue<T> {
    let queue = this.#queues.get(ms)
    if (queue) return queue
    // each action may bring a duration of its own
    if (this.#queues.size >= KEPT_QUEUES)
      for (const [duration, { ends }] of this.#queues) if (ends.size === 0) this.#queues.delete(duration)
    queue = createExpiryQueue(this.#clock, ms, limited => {
      limited.limit = undefined
      this.#expire(limited)
    })
    this.#queues.set(ms, queue)
    return queue
  }
}
