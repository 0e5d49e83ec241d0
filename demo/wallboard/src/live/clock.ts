import type { Config } from './config.js'

/** The PBX's clock. That of a real one is ours; a simulated one may be faster. */
export interface Clock {
  readonly speed: number
  /** ms since the epoch there, of ms since the epoch here. */
  read(at: number): number
  /** ms there, from then until now or until `end`. */
  since(start: number, end?: number): number
}

export function createClock(simulated: Config['simulated']): Clock {
  const { speed, epoch } = simulated ?? { speed: 1, epoch: 0 }
  return {
    speed,
    read: at => epoch + (at - epoch) * speed,
    since: (start, end = Date.now()) => Math.max(0, (end - start) * speed),
  }
}
