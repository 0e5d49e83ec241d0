import { type Clock, LONGEST_DELAY } from './clock.js'
import { InvalidOptionsError } from './invalid-options-error.js'

/** Whether a value is a number of ms that a timer can wait. */
export function isDelay(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LONGEST_DELAY
}

/** Throws {@link InvalidOptionsError}, which names the option, for a value that no timer can wait. */
export function checkDelay(name: string, value: unknown, least = 0): void {
  if (isDelay(value) && value >= least) return
  throw new InvalidOptionsError(
    `'${name}' must be a number of milliseconds from ${least} to ${LONGEST_DELAY}, not ${String(value)}.`,
  )
}

/** Resolves in `ms` by `clock`, without a timer for 0. Rejects with the reason of `signal` when that aborts before. */
export function delay(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    if (ms === 0) return resolve()
    const abort = () => {
      cancel()
      reject(signal.reason)
    }
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
    signal.addEventListener('abort', abort, { once: true })
  })
}
