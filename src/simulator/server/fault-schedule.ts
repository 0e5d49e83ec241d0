import { InvalidOptionsError } from '../../client/errors.js'
import { LONGEST } from '../../client/options.js'
import { isWait } from '../options.js'
import { createRandom, type Random } from '../random.js'
import { type Faults, resolveFaults } from './faults.js'
import { REFUSALS, type RefusalMode } from './login-failure.js'

/** One trouble of a schedule. `at` is ms since the schedule began, `for` how many ms it lasts. */
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
  /** ms from the end of one trouble to the next, on average; a trouble lasts a quarter of it, on average. @default 60000 */
  every?: number | undefined
  /** ms within which all troubles begin. @default 3600000 */
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

/** Without the 401s, after which a client rightly stays away, and without what only another address would help. */
const LASTING: readonly RefusalMode[] = ['wrong-credentials', 'user-not-activated', 'turned-away']
const TEMPORARY: readonly RefusalMode[] = REFUSALS.filter(mode => !LASTING.includes(mode))

/**
 * Plans troubles at random times, one after the other and never two at once; `Simulator.runFaults` plays them. It is data: it can be printed with a
 * failing test, kept as JSON and cut by hand. Throws `InvalidOptionsError`.
 */
export function faultSchedule({
  seed = 1,
  every = 60_000,
  length = 3_600_000,
  kinds = FAULT_KINDS,
}: FaultScheduleOptions = {}): readonly PlannedFault[] {
  if (!isWait(every) || every < 1)
    throw new InvalidOptionsError(
      `'every' must be a number of milliseconds from 1 to ${LONGEST}, not ${String(every)}.`,
    )
  if (!isWait(length))
    throw new InvalidOptionsError(
      `'length' must be a number of milliseconds from 0 to ${LONGEST}, not ${String(length)}.`,
    )
  if (!Array.isArray(kinds) || kinds.length === 0 || !kinds.every(isKind))
    throw new InvalidOptionsError(`'kinds' must be any of ${FAULT_KINDS.join(', ')}.`)
  const random = createRandom(seed)
  const pause = () => Math.round(random.exponential(every))
  const schedule: PlannedFault[] = []
  for (let at = pause(); at < length; at += pause()) {
    const lasts = Math.min(LONGEST, 1 + Math.round(random.exponential(every / 4)))
    const fault = planned(random.pick(kinds), at, lasts, random)
    schedule.push(fault)
    if ('for' in fault) at += fault.for
  }
  return schedule
}

function planned(kind: FaultKind, at: number, lasts: number, random: Random): PlannedFault {
  switch (kind) {
    case 'drop':
      return { at, kind }
    case 'refuse-logins':
      return { at, kind, for: lasts, mode: random.pick(TEMPORARY) }
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
      return { at, kind, for: lasts, faults: { seed: random.int(1, 1_000_000), ...faults, loseAnswers: share() } }
    }
    default:
      return { at, kind, for: lasts }
  }
}

/** Throws {@link InvalidOptionsError}, which names the entry, for what cannot be played: at the start, and not hours later. */
export function checkSchedule(schedule: readonly PlannedFault[]): void {
  for (const [index, fault] of schedule.entries()) {
    const wrong = (what: string) => new InvalidOptionsError(`Entry ${index} of the fault schedule ${what}.`)
    if (!isKind(fault?.kind)) throw wrong(`has no kind that there is: ${FAULT_KINDS.join(', ')}`)
    if (!isWait(fault.at)) throw wrong(`needs 'at', in milliseconds from 0 to ${LONGEST}`)
    if (fault.kind !== 'drop' && !isWait(fault.for)) throw wrong(`needs 'for', in milliseconds from 0 to ${LONGEST}`)
    if (fault.kind === 'refuse-logins' && !REFUSALS.includes(fault.mode))
      throw wrong(`needs a 'mode' of ${REFUSALS.join(', ')}`)
    if (fault.kind === 'frame-faults') resolveFaults(fault.faults)
  }
}

function isKind(kind: unknown): kind is FaultKind {
  return (FAULT_KINDS as readonly unknown[]).includes(kind)
}
