import { setTimeout as delay } from 'node:timers/promises'
import type { Simulator } from '../simulator-api.js'
import { checkSchedule, type PlannedFault } from './fault-schedule.js'

/** How a fault schedule is played. */
export interface RunFaultsOptions {
  /** Stops it when it aborts, and ends the trouble of that moment; the promise then rejects with its reason. */
  signal?: AbortSignal | undefined
}

/** What it takes to make trouble. */
type Controls = Pick<
  Simulator,
  'restart' | 'drop' | 'freeze' | 'thaw' | 'losePbx' | 'findPbx' | 'refuseLogins' | 'setFaults'
>

/** Plays a schedule. Resolves when the last trouble is over, and early when `closed` aborts. */
export async function runFaults(
  schedule: readonly PlannedFault[],
  { signal }: RunFaultsOptions,
  closed: AbortSignal,
  controls: Controls,
): Promise<void> {
  checkSchedule(schedule)
  const stopped = new AbortController()
  const stop = () => stopped.abort()
  const ends = [closed, ...(signal === undefined ? [] : [signal])]
  for (const end of ends) end.addEventListener('abort', stop)
  if (ends.some(end => end.aborted)) stop()
  const pause = (ms: number) => delay(ms, undefined, { signal: stopped.signal })

  const start = performance.now()
  try {
    for (const fault of schedule) {
      const wait = () => start + fault.at - performance.now()
      // without a wait it begins before the caller goes on; a timer of Node may come a little early
      while (wait() > 0) await pause(Math.ceil(wait()))
      stopped.signal.throwIfAborted()
      await inflict(fault, controls, pause)
    }
    // it may have come during a restart, which is finished first
    stopped.signal.throwIfAborted()
  } catch (error) {
    if (closed.aborted) return
    throw signal?.aborted ? signal.reason : error
  } finally {
    for (const end of ends) end.removeEventListener('abort', stop)
  }
}

/** Resolves when it is over. */
async function inflict(fault: PlannedFault, controls: Controls, pause: (ms: number) => Promise<void>): Promise<void> {
  switch (fault.kind) {
    case 'restart':
      return controls.restart({ downFor: fault.for })
    case 'drop':
      return controls.drop()
    default: {
      const relieve = begin(fault, controls)
      try {
        await pause(fault.for)
      } finally {
        relieve()
      }
    }
  }
}

/** Gives what ends it. */
function begin(fault: Exclude<PlannedFault, { kind: 'restart' | 'drop' }>, controls: Controls): () => void {
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
