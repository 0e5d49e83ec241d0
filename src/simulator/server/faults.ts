import { InvalidOptionsError } from '../../client/errors.js'
import { LONGEST } from '../../client/options.js'
import { isWait } from '../options.js'

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
  /** The greeting's code; it still has its nonce. @default 100 */
  greetingCode?: number | string | undefined
  /** WebSocket pings are never answered; frames come and go as ever. @default false */
  ignorePings?: boolean | undefined
  /** ms after which a client that was logged in and from which nothing came, not even a ping, is told 110 and closed. At least 1. @default no limit */
  idleLimit?: number | undefined
  /**
   * An action of a client that is logged in tears its connection as it comes. It is carried out, but its client hears nothing of that. Not so for
   * `user.logout`. @default false
   */
  tearOnAction?: boolean | undefined
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
  readonly greetingCode: number | string
  readonly ignorePings: boolean
  readonly idleLimit: number | undefined
  readonly tearOnAction: boolean
}

const SHARES = ['duplicate', 'reorder', 'corrupt', 'rubbish', 'unknownEvents', 'loseAnswers'] as const
const SWITCHES = ['muteAfterLogin', 'ignorePings', 'tearOnAction'] as const
const KNOWN: readonly string[] = [
  'seed',
  'delay',
  ...SHARES,
  'lateAnswers',
  ...SWITCHES,
  'slowGreeting',
  'greetingCode',
  'idleLimit',
] satisfies (keyof Faults)[]

/** Checks every fault and fills in the defaults. Throws {@link InvalidOptionsError}. */
export function resolveFaults(faults: Faults): ResolvedFaults {
  if (typeof faults !== 'object' || faults === null)
    throw new InvalidOptionsError('Faults are an object such as { delay: 200, duplicate: 0.1 }, or undefined for none.')
  const stranger = Object.keys(faults).find(name => !KNOWN.includes(name))
  if (stranger !== undefined)
    throw new InvalidOptionsError(`There is no fault '${stranger}'; the faults are ${KNOWN.join(', ')}.`)
  const {
    seed = 1,
    delay = 0,
    lateAnswers = { share: 0, by: 0 },
    slowGreeting = 0,
    greetingCode = 100,
    idleLimit,
  } = faults
  if (typeof seed !== 'string' && (typeof seed !== 'number' || Number.isNaN(seed)))
    throw new InvalidOptionsError("'seed' must be a number or a text.")
  if (typeof lateAnswers !== 'object' || lateAnswers === null)
    throw new InvalidOptionsError("'lateAnswers' must be { share, by }.")
  if (!isWait(slowGreeting))
    throw new InvalidOptionsError(
      `'slowGreeting' must be a number of milliseconds from 0 to ${LONGEST}, not ${String(slowGreeting)}.`,
    )
  if (typeof greetingCode !== 'string' && !Number.isSafeInteger(greetingCode))
    throw new InvalidOptionsError("'greetingCode' must be a whole number or a text.")
  if (idleLimit !== undefined && (!isWait(idleLimit) || idleLimit < 1))
    throw new InvalidOptionsError(
      `'idleLimit' must be a number of milliseconds from 1 to ${LONGEST}, not ${String(idleLimit)}.`,
    )
  const share = (name: (typeof SHARES)[number]) => checkedShare(name, faults[name] ?? 0)
  const isOn = (name: (typeof SWITCHES)[number]) => checkedSwitch(name, faults[name])
  return {
    seed,
    delay: checkedSpan('delay', delay),
    duplicate: share('duplicate'),
    reorder: share('reorder'),
    corrupt: share('corrupt'),
    rubbish: share('rubbish'),
    unknownEvents: share('unknownEvents'),
    loseAnswers: share('loseAnswers'),
    lateAnswers: {
      share: checkedShare('lateAnswers.share', lateAnswers.share),
      by: checkedSpan('lateAnswers.by', lateAnswers.by),
    },
    muteAfterLogin: isOn('muteAfterLogin'),
    slowGreeting,
    greetingCode,
    ignorePings: isOn('ignorePings'),
    idleLimit,
    tearOnAction: isOn('tearOnAction'),
  }
}

function checkedShare(name: string, share: unknown): number {
  if (typeof share !== 'number' || !(share >= 0 && share <= 1))
    throw new InvalidOptionsError(`'${name}' must be a share from 0 to 1, not ${String(share)}.`)
  return share
}

function checkedSwitch(name: string, on: unknown = false): boolean {
  if (typeof on !== 'boolean') throw new InvalidOptionsError(`'${name}' must be true or false.`)
  return on
}

function checkedSpan(name: string, span: unknown): readonly [number, number] {
  const [min, max, ...rest]: unknown[] = Array.isArray(span) ? span : [span, span]
  if (!isWait(min) || !isWait(max) || min > max || rest.length > 0)
    throw new InvalidOptionsError(
      `'${name}' must be a number of milliseconds from 0 to ${LONGEST}, or [min, max] of such numbers.`,
    )
  return [min, max]
}
