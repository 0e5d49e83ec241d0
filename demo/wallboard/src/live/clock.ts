import type { Config } from './config.js'

/** The clock of the PBX. A real one runs as this machine's; a simulated one may be faster. */
export interface Clock {
  readonly speed: number
  /** Converts ms since the epoch on this machine's clock to those of the PBX. */
  read(at: number): number
  /** ms of the PBX between two times of this machine; `end` is now unless given. */
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
