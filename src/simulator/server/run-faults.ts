import type { Clock } from '../../shared/clock.js'
import { delay } from '../../shared/delays.js'
import { checkSchedule, type PlannedFault } from './fault-schedule.js'
import type { ServerControls } from './server-controls.js'

/** The options of `Simulator.runFaults`. */
export interface RunFaultsOptions {
  /** Stops the schedule when it aborts, and ends the fault of that moment; the promise then rejects with its reason. */
  signal?: AbortSignal | undefined
}

export interface RunFaultsParts {
  controls: ServerControls
  clock: Clock
  /** Aborted when the simulator closes. */
  closed: AbortSignal
}

type Pause = (ms: number) => Promise<void>

/** Begins a fault that lasts, and gives the function that ends it. */
function beginFault(fault: Exclude<PlannedFault, { kind: 'restart' | 'drop' }>, controls: ServerControls): () => void {
  switch (fault.kind) {
    case 'freeze':
      controls.freeze()
      return controls.thaw
    case 'lose-pbx':
      controls.losePbx()
      return controls.findPbx
    case 'refuse-logins':
      controls.refuseLogins(fault.mode)
      return () => controls.refuseLogins(undefined)
    case 'frame-faults':
      controls.setFaults(fault.faults)
      return () => controls.setFaults(undefined)
  }
}

/** Plays one fault. Resolves when it is over. */
async function playFault(fault: PlannedFault, controls: ServerControls, pause: Pause): Promise<void> {
  switch (fault.kind) {
    case 'restart':
      return controls.restart({ downFor: fault.for })
    case 'drop':
      return controls.drop()
    default: {
      const endFault = beginFault(fault, controls)
      try {
        await pause(fault.for)
      } finally {
        endFault()
      }
    }
  }
}

/** Plays a schedule. Resolves when the last fault is over, and early when `closed` aborts. */
export async function runFaults(
  schedule: readonly PlannedFault[],
  { signal }: RunFaultsOptions,
  { controls, clock, closed }: RunFaultsParts,
): Promise<void> {
  checkSchedule(schedule)
  const stopped = new AbortController()
  const stop = () => stopped.abort()
  const ends = [closed, ...(signal === undefined ? [] : [signal])]
  for (const end of ends) end.addEventListener('abort', stop)
  if (ends.some(end => end.aborted)) stop()
  const pause: Pause = ms => delay(clock, ms, stopped.signal)

  const start = clock.elapsed()
  try {
    for (const fault of schedule) {
      const waitLeft = () => start + fault.at - clock.elapsed()
      // a fault without a wait begins before this function returns; a timer of Node may fire a little early
      while (waitLeft() > 0) await pause(Math.ceil(waitLeft()))
      stopped.signal.throwIfAborted()
      await playFault(fault, controls, pause)
    }
    // a restart is finished first, even if the signal aborts meanwhile
    stopped.signal.throwIfAborted()
  } catch (error) {
    if (closed.aborted) return
    throw signal?.aborted ? signal.reason : error
  } finally {
    for (const end of ends) end.removeEventListener('abort', stop)
  }
}
