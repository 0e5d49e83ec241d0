import { InvalidOptionsError } from '../errors.js'
import { LONGEST } from '../options.js'
import { isWait } from './options.js'

/** ms: exactly so many, or drawn evenly from the first to the last. */
export type Span = number | readonly [min: number, max: number]

/**
 * What is wrong with the frames on their way to the clients. Shares are from 0 (never) to 1 (always), drawn for every frame; all are 0 if not given. What is
 * said up to the login's answer is delayed at most: see `refuseLogins` for logins that fail.
 */
export interface Faults {
  /** Draws the same for the n-th client, whatever the others do. @default 1 */
  seed?: number | string | undefined
  /** ms by which every frame, and the close after it, is late; the order stays. @default 0 */
  delay?: Span | undefined
  /** Share of frames that come twice. */
  duplicate?: number | undefined
  /** Share of frames that come after their successor. One without a successor comes 100 ms late. */
  reorder?: number | undefined
  /** Share of frames whose text is cut off, or has one character changed. */
  corrupt?: number | undefined
  /** Share of frames after which a further one comes that is none: no JSON, no object, neither event nor response, or binary. */
  rubbish?: number | undefined
  /** Share of frames after which an event comes that the document does not have. */
  unknownEvents?: number | undefined
  /** Share of responses to actions that never come. The action itself is dealt with. */
  loseAnswers?: number | undefined
  /** Share of responses to actions that come late, overtaken by what comes in between, and by how many ms. */
  lateAnswers?: { share: number; by: Span } | undefined
  /** After its 202 a client gets nothing but pongs; what it sends is remembered and otherwise ignored. @default false */
  muteAfterLogin?: boolean | undefined
  /** ms from the connection to the 100. The clock of the login runs from the connection on. @default 0 */
  slowGreeting?: number | undefined
}

/** The faults, checked and complete. */
export interface ResolvedFaults {
  readonly seed: number | string
  readonly delay: readonly [min: number, max: number]
  readonly duplicate: number
  readonly reorder: number
  readonly corrupt: number
  readonly rubbish: number
  readonly unknownEvents: number
  readonly loseAnswers: number
  readonly lateAnswers: { readonly share: number; readonly by: readonly [min: number, max: number] }
  readonly muteAfterLogin: boolean
  readonly slowGreeting: number
}

const SHARES = ['duplicate', 'reorder', 'corrupt', 'rubbish', 'unknownEvents', 'loseAnswers'] as const
const KNOWN: readonly string[] = ['seed', 'delay', ...SHARES, 'lateAnswers', 'muteAfterLogin', 'slowGreeting'] satisfies (keyof Faults)[]

/** Checks every fault and fills in the defaults. Throws {@link InvalidOptionsError}. */
export function resolveFaults(faults: Faults): ResolvedFaults {
  if (typeof faults !== 'object' || faults === null)
    throw new InvalidOptionsError('Faults are an object such as { delay: 200, duplicate: 0.1 }, or undefined for none.')
  const stranger = Object.keys(faults).find(name => !KNOWN.includes(name))
  if (stranger !== undefined) throw new InvalidOptionsError(`There is no fault '${stranger}'; the faults are ${KNOWN.join(', ')}.`)
  const { seed = 1, delay = 0, lateAnswers = { share: 0, by: 0 }, muteAfterLogin = false, slowGreeting = 0 } = faults
  if (typeof seed !== 'string' && (typeof seed !== 'number' || Number.isNaN(seed))) throw new InvalidOptionsError("'seed' must be a number or a text.")
  if (typeof lateAnswers !== 'object' || lateAnswers === null) throw new InvalidOptionsError("'lateAnswers' must be { share, by }.")
  if (typeof muteAfterLogin !== 'boolean') throw new InvalidOptionsError("'muteAfterLogin' must be true or false.")
  if (!isWait(slowGreeting)) throw new InvalidOptionsError(`'slowGreeting' must be a number of milliseconds from 0 to ${LONGEST}, not ${String(slowGreeting)}.`)
  const share = (name: (typeof SHARES)[number]) => checkedShare(name, faults[name] ?? 0)
  return {
    seed,
    delay: checkedSpan('delay', delay),
    duplicate: share('duplicate'),
    reorder: share('reorder'),
    corrupt: share('corrupt'),
    rubbish: share('rubbish'),
    unknownEvents: share('unknownEvents'),
    loseAnswers: share('loseAnswers'),
    lateAnswers: { share: checkedShare('lateAnswers.share', lateAnswers.share), by: checkedSpan('lateAnswers.by', lateAnswers.by) },
    muteAfterLogin,
    slowGreeting,
  }
}

function checkedShare(name: string, share: unknown): number {
  if (typeof share !== 'number' || !(share >= 0 && share <= 1)) throw new InvalidOptionsError(`'${name}' must be a share from 0 to 1, not ${String(share)}.`)
  return share
}

function checkedSpan(name: string, span: unknown): readonly [number, number] {
  const [min, max, ...rest]: unknown[] = Array.isArray(span) ? span : [span, span]
  if (!isWait(min) || !isWait(max) || min > max || rest.length > 0)
    throw new InvalidOptionsError(`'${name}' must be a number of milliseconds from 0 to ${LONGEST}, or [min, max] of such numbers.`)
  return [min, max]
}
