import { LONGEST_DELAY } from '../../shared/clock.js'
import { checkDelay, isDelay } from '../../shared/delays.js'
import { InvalidOptionsError } from '../../shared/invalid-options-error.js'

/** A time in ms: exactly this one, or drawn evenly from the first to the last. */
export type Span = number | readonly [min: number, max: number]

/**
 * Faults of the frames on their way to the clients. Shares are from 0 (never) to 1 (always), drawn for every frame;
 * all are 0 by default. Frames up to the response to the login are delayed at most: see `refuseLogins` for logins that
 * fail.
 */
export interface Faults {
  /** Seed of the chance. The draws of the n-th client are the same, whatever the others do. @default 1 */
  seed?: number | string | undefined
  /** ms by which every frame, and the close after it, is late; the order stays. @default 0 */
  delay?: Span | undefined
  /** Share of frames that come twice. */
  duplicate?: number | undefined
  /** Share of frames that come after their successor. A frame without a successor comes 100 ms late. */
  reorder?: number | undefined
  /** Share of frames whose text is cut off, or has one character changed. */
  corrupt?: number | undefined
  /**
   * Share of frames followed by a further one that is neither event nor response: no JSON, no object, without a name
   * or code, or binary.
   */
  rubbish?: number | undefined
  /** Share of frames followed by an event that the document does not have. */
  unknownEvents?: number | undefined
  /** Share of responses to actions that never come. The action itself is carried out. */
  loseAnswers?: number | undefined
  /** Share of responses to actions that come late, by `by` ms, overtaken by later frames. */
  lateAnswers?: { share: number; by: Span } | undefined
  /**
   * Whether a client gets nothing but pongs after its 202; its frames are logged and otherwise ignored. @default false
   */
  muteAfterLogin?: boolean | undefined
  /** ms from the connection to the 100. The login timeout runs from the connection on. @default 0 */
  slowGreeting?: number | undefined
  /** Code of the greeting, which still has its nonce. @default 100 */
  greetingCode?: number | string | undefined
  /** Whether WebSocket pings stay unanswered; frames come and go as ever. @default false */
  ignorePings?: boolean | undefined
  /**
   * ms after which a logged-in client from which nothing came, not even a ping, gets 110 and is closed. At least 1.
   * @default no limit
   */
  idleLimit?: number | undefined
  /**
   * Whether an action of a logged-in client tears its connection as it comes. The action is carried out, but its
   * client gets nothing of that. `user.logout` tears nothing. @default false
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

function checkShare(name: string, share: unknown): number {
  if (typeof share !== 'number' || !(share >= 0 && share <= 1))
    throw new InvalidOptionsError(`'${name}' must be a share from 0 to 1, not ${String(share)}.`)
  return share
}

function checkSwitch(name: string, isOn: unknown = false): boolean {
  if (typeof isOn !== 'boolean') throw new InvalidOptionsError(`'${name}' must be true or false.`)
  return isOn
}

function checkSpan(name: string, span: unknown): readonly [number, number] {
  const [min, max, ...rest]: unknown[] = Array.isArray(span) ? span : [span, span]
  if (!isDelay(min) || !isDelay(max) || min > max || rest.length > 0)
    throw new InvalidOptionsError(
      `'${name}' must be a number of milliseconds from 0 to ${LONGEST_DELAY}, or [min, max] of such numbers.`,
    )
  return [min, max]
}

function checkNames(faults: Faults): void {
  if (typeof faults !== 'object' || faults === null)
    throw new InvalidOptionsError('Faults are an object such as { delay: 200, duplicate: 0.1 }, or undefined for none.')
  const stranger = Object.keys(faults).find(name => !KNOWN.includes(name))
  if (stranger !== undefined)
    throw new InvalidOptionsError(`There is no fault '${stranger}'; the faults are ${KNOWN.join(', ')}.`)
}

/** Checks every fault and fills in the defaults. Throws {@link InvalidOptionsError}. */
export function resolveFaults(faults: Faults): ResolvedFaults {
  checkNames(faults)
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
  checkDelay('slowGreeting', slowGreeting)
  if (typeof greetingCode !== 'string' && !Number.isSafeInteger(greetingCode))
    throw new InvalidOptionsError("'greetingCode' must be a whole number or a text.")
  if (idleLimit !== undefined) checkDelay('idleLimit', idleLimit, 1)
  const shareOf = (name: (typeof SHARES)[number]) => checkShare(name, faults[name] ?? 0)
  const isOn = (name: (typeof SWITCHES)[number]) => checkSwitch(name, faults[name])
  return {
    seed,
    delay: checkSpan('delay', delay),
    duplicate: shareOf('duplicate'),
    reorder: shareOf('reorder'),
    corrupt: shareOf('corrupt'),
    rubbish: shareOf('rubbish'),
    unknownEvents: shareOf('unknownEvents'),
    loseAnswers: shareOf('loseAnswers'),
    lateAnswers: {
      share: checkShare('lateAnswers.share', lateAnswers.share),
      by: checkSpan('lateAnswers.by', lateAnswers.by),
    },
    muteAfterLogin: isOn('muteAfterLogin'),
    slowGreeting,
    greetingCode,
    ignorePings: isOn('ignorePings'),
    idleLimit,
    tearOnAction: isOn('tearOnAction'),
  }
}
