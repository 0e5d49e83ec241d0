import { systemClock } from '../../shared/clock.js'
import { complete } from '../options.js'

export type ResolvedTrackerOptions = { readonly [K in keyof TrackerOptions]-?: NonNullable<TrackerOptions[K]> }

const isShortNumber = (number: string) => /^[1-9]\d{0,7}$/.test(number)

/**
 * The user's `isExtension`. One that throws must not break the reading of events: its error is reported as an uncaught
 * one, and the default decides.
 */
export function isExtension({ isExtension: ask }: ResolvedTrackerOptions, number: string): boolean {
  try {
    return ask(number)
  } catch (error) {
    systemClock.after(0, () => {
      throw error
    })
    return isShortNumber(number)
  }
}

/** Options of a tracker: which numbers are extensions, and how long what is remembered. */
export interface TrackerOptions {
  /** Whether a number is one of the PBX's own extensions. @default eight digits or fewer, no + and no leading 0 */
  isExtension?: ((number: string) => boolean) | undefined
  /** ms an ended call stays in `current`, `list$` and `find`. @default 10000 */
  keepEnded?: number | undefined
  /**
   * ms who left a queue stays in `waiting`, unless taken, ended, redirected or in another queue: calls hop between
   * queues in about two seconds. @default 10000
   */
  hopGrace?: number | undefined
  /** ms between emissions of `list$`, whatever the event rate. @default 16 */
  listInterval?: number | undefined
  /** ms a call may stay stale before it is dropped as `lost`. @default 14400000, four hours */
  staleAfter?: number | undefined
  /** ms after which a call without any event is dropped as `lost`. @default 43200000, twelve hours */
  expireAfter?: number | undefined
}

/** Completes the options. Throws `InvalidOptionsError` for what cannot work. */
export function resolveTrackerOptions(given: TrackerOptions | undefined): ResolvedTrackerOptions {
  return complete<ResolvedTrackerOptions>(
    '',
    {
      isExtension: [isShortNumber],
      keepEnded: [10_000],
      hopGrace: [10_000],
      listInterval: [16],
      staleAfter: [14_400_000],
      expireAfter: [43_200_000],
    },
    given,
  )
}

/** Whether two trackers make the same of every event: all options but `listInterval` are the same. */
export function areSameForCalls(a: ResolvedTrackerOptions, b: ResolvedTrackerOptions): boolean {
  return (
    a.isExtension === b.isExtension &&
    a.keepEnded === b.keepEnded &&
    a.hopGrace === b.hopGrace &&
    a.staleAfter === b.staleAfter &&
    a.expireAfter === b.expireAfter
  )
}
