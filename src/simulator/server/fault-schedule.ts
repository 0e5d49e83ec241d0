import { LONGEST_DELAY } from '../../shared/clock.js'
import { checkDelay, isDelay } from '../../shared/delays.js'
import { InvalidOptionsError } from '../../shared/invalid-options-error.js'
import { createRandom, type Random } from '../random.js'
import { type Faults, resolveFaults } from './faults.js'
import { LOGIN_FAILURES, type RefusalMode } from './login-failure.js'

/** One fault of a schedule. `at`: ms since the schedule began. `for`: ms that the fault lasts. */
export type PlannedFault =
  /** A restart with notice. */
  | { readonly at: number; readonly kind: 'restart'; readonly for: number }
  | { readonly at: number; readonly kind: 'drop' }
  /** `freeze()`, then `thaw()`. */
  | { readonly at: number; readonly kind: 'freeze'; readonly for: number }
  /** `losePbx()`, then `findPbx()`. */
  | { readonly at: number; readonly kind: 'lose-pbx'; readonly for: number }
  | { readonly at: number; readonly kind: 'refuse-logins'; readonly for: number; readonly mode: RefusalMode }
  | { readonly at: number; readonly kind: 'frame-faults'; readonly for: number; readonly faults: Faults }

export type FaultKind = PlannedFault['kind']

export interface FaultScheduleOptions {
  /** The same seed and options make the same schedule. @default 1 */
  seed?: number | string | undefined
  /** ms from the end of one fault to the next, on average. A fault lasts a quarter of it, on average. @default 60000 */
  every?: number | undefined
  /** ms within which all faults begin. @default 3600000 */
  length?: number | undefined
  /** @default all kinds */
  kinds?: readonly FaultKind[] | undefined
}

export const FAULT_KINDS = [
  'restart',
  'drop',
  'freeze',
  'lose-pbx',
  'refuse-logins',
  'frame-faults',
] as const satisfies readonly FaultKind[]

const KINDS: readonly unknown[] = FAULT_KINDS

function isKind(kind: unknown): kind is FaultKind {
  return KINDS.includes(kind)
}

/** Failures after which a client rightly stays away (401), or that only another address would end. */
const LASTING_FAILURES: readonly RefusalMode[] = ['wrong-credentials', 'user-not-activated', 'turned-away']
const TEMPORARY_FAILURES: readonly RefusalMode[] = LOGIN_FAILURES.filter(mode => !LASTING_FAILURES.includes(mode))

function planFault(kind: FaultKind, at: number, duration: number, random: Random): PlannedFault {
  switch (kind) {
    case 'drop':
      return { at, kind }
    case 'refuse-logins':
      return { at, kind, for: duration, mode: random.pick(TEMPORARY_FAILURES) }
    case 'frame-faults': {
      const share = () => (random.chance(0.5) ? random.int(1, 30) / 100 : 0)
      const faults = {
        delay: [0, random.int(0, 300)],
        duplicate: share(),
        reorder: share(),
        corrupt: share(),
        rubbish: share(),
        unknownEvents: share(),
      } as const
      return { at, kind, for: duration, faults: { seed: random.int(1, 1_000_000), ...faults, loseAnswers: share() } }
    }
    default:
      return { at, kind, for: duration }
  }
}

/**
 * Plans faults at random times, one after the other and never two at once. `Simulator.runFaults` plays them. A
 * schedule is data: it can be printed with a failing test, kept as JSON and cut by hand. Throws `InvalidOptionsError`.
 */
export function faultSchedule({
  seed = 1,
  every = 60_000,
  length = 3_600_000,
  kinds = FAULT_KINDS,
}: FaultScheduleOptions = {}): readonly PlannedFault[] {
  checkDelay('every', every, 1)
  checkDelay('length', length)
  if (!Array.isArray(kinds) || kinds.length === 0 || !kinds.every(isKind))
    throw new InvalidOptionsError(`'kinds' must be any of ${FAULT_KINDS.join(', ')}.`)
  const random = createRandom(seed)
  const drawPause = () => Math.round(random.exponential(every))
  const schedule: PlannedFault[] = []
  for (let at = drawPause(); at < length; at += drawPause()) {
    const duration = Math.min(LONGEST_DELAY, 1 + Math.round(random.exponential(every / 4)))
    const fault = planFault(random.pick(kinds), at, duration, random)
    schedule.push(fault)
    if ('for' in fault) at += fault.for
  }
  return schedule
}

/**
 * Throws {@link InvalidOptionsError}, which names the entry, for a schedule that cannot be played: at the start, and
 * not hours later.
 */
export function checkSchedule(schedule: readonly PlannedFault[]): void {
  for (const [index, fault] of schedule.entries()) {
    const refuse = (what: string) => {
      throw new InvalidOptionsError(`Entry ${index} of the fault schedule ${what}.`)
    }
    if (!isKind(fault?.kind)) refuse(`has no kind of a fault: ${FAULT_KINDS.join(', ')}`)
    if (!isDelay(fault.at)) refuse(`needs 'at', in milliseconds from 0 to ${LONGEST_DELAY}`)
    if (fault.kind !== 'drop' && !isDelay(fault.for)) refuse(`needs 'for', in milliseconds from 0 to ${LONGEST_DELAY}`)
    if (fault.kind === 'refuse-logins' && !LOGIN_FAILURES.includes(fault.mode))
      refuse(`needs a 'mode' of ${LOGIN_FAILURES.join(', ')}`)
    if (fault.kind === 'frame-faults') resolveFaults(fault.faults)
  }
}
