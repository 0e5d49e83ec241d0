import { LONGEST_DELAY } from '../shared/clock.js'
import { isObject } from '../shared/is-object.js'
import { InsecureUrlError, InvalidOptionsError } from './errors.js'
import type { Logger } from './logger.js'

/** The API's own user name and secret; they are not those of the web manager. */
export type Credentials =
  | { username: string; password: string }
  /**
   * `passwordDigest` is the hex SHA1 of `username:password`. The digest logs in as the password does: guard it like
   * one.
   */
  | { username: string; passwordDigest: string }
  /**
   * `sign` asks a backend for the login hash, so that the page never holds a secret. The SDK calls `sign` once per
   * login.
   */
  | { username: string; sign: (nonce: string) => string | Promise<string> }

/** When and how often to come back after a loss. */
export interface ReconnectPolicy {
  /** ms before the first retry after a loss. @default 500 */
  initialDelay: number
  /** ms; no wait is longer. @default 30000 */
  maxDelay: number
  /** Growth of the wait per consecutive failure. @default 2 */
  factor: number
  /**
   * Randomness of the wait, 0 to 1. The wait is delay × (1 − jitter × random): 0 is exact, 1 is anywhere between 0
   * and the delay ('full jitter').
   * @default 1
   */
  jitter: number
  /**
   * Consecutive failures before the status is 'failed'; the loss of a session counts as the first.
   * @default Infinity
   */
  maxAttempts: number
}

/**
 * How a connection that no longer answers is found out. Any frame counts as an answer, since nobody knows whether the
 * server answers pings.
 */
export interface KeepAlive {
  /** ms between WebSocket pings, where the runtime has them (Node). @default 15000 */
  interval: number
  /** ms for the answer; without one the connection is torn down and replaced. @default 10000 */
  timeout: number
  /**
   * Whether to send `{"action":""}` where the runtime has no ping (browsers). The document answers it with 404
   * 'Missing action'. Without the probe a half-open connection of a page looks healthy until the browser notices.
   * @default false
   */
  probe: boolean
}

/** How long actions wait, and for what. */
export interface ActionPolicy {
  /**
   * ms to reach the wire; then `NotSentError`. A click that cannot be sent within seconds must fail, not fire a
   * minute later.
   * @default 5000
   */
  sendWithin: number
  /**
   * ms that an action without an outcome keeps the next one waiting, so that an error is attributed to the right one.
   * @default 1000
   */
  settleWithin: number
  /** ms to the first confirming event; then `DeliveryUncertainError`. @default 30000 */
  confirmWithin: number
  /**
   * Actions on the wire without an outcome. With more than one, the attribution of errors is less sure.
   * @default 1
   */
  concurrency: number
  /** ms that a followed call may stay stale before it is given up as lost. @default 14400000, four hours */
  staleAfter: number
  /** Whether numbers may hold * and #. Such codes can switch on forwarding: toll fraud. @default false */
  featureCodes: boolean
}

/** The options that may be set for one action alone. */
export type ActionOptions = Partial<Pick<ActionPolicy, 'sendWithin' | 'confirmWithin'>>

/** The part of the WebSocket class that the SDK uses; the browser's, Node's and `ws`'s classes all fit. */
export interface WebSocketConstructor {
  new (url: string, protocols?: string | string[]): object
}

/** The options of `createPbxClient`. Everything but `credentials` has a default. */
export interface PbxOptions {
  /** Address of the PBX, without user info. @default 'wss://pbxwssv1.viptel.sk:8088/' */
  url?: string | undefined
  /** The credentials, or a function that gives them; the function is asked at every login. */
  credentials: Credentials | (() => Credentials | Promise<Credentials>)
  /** ms from the socket's creation to 202; the server's own limit is 30 000. @default 20000 */
  loginTimeout?: number | undefined
  /** Retry policy; `false`: the first failure is the last. */
  reconnect?: Partial<ReconnectPolicy> | false | undefined
  /** Liveness; `false`: no pings, no probe, a half-open connection looks healthy for ever. */
  keepAlive?: Partial<KeepAlive> | false | undefined
  /** The policy of actions: how they are sent and watched. */
  actions?: Partial<ActionPolicy> | undefined
  /**
   * ms the connection stays after its last user left. Closing without need costs control: the PBX hangs up only calls
   * begun in the present login.
   * @default 10000
   */
  linger?: number | undefined
  /** Bytes; a larger frame is an anomaly, and in Node `ws` refuses it by ending the connection. @default 1048576 */
  maxFrame?: number | undefined
  /** Allow `ws://` to another machine than this one. @default false */
  allowInsecure?: boolean | undefined
  /** The class to connect with. @default isomorphic-ws */
  WebSocket?: WebSocketConstructor | undefined
  /** The receiver of log lines. Secrets never reach it. @default silence */
  logger?: Logger | undefined
}

/** The options, validated and complete. `maxAttempts` 1 stands for `reconnect: false`. */
export interface ResolvedOptions {
  readonly url: string
  readonly credentials: PbxOptions['credentials']
  readonly loginTimeout: number
  readonly reconnect: Readonly<ReconnectPolicy>
  readonly keepAlive: Readonly<KeepAlive> | undefined
  readonly actions: Readonly<ActionPolicy>
  readonly linger: number
  readonly maxFrame: number
  readonly WebSocket: WebSocketConstructor | undefined
  readonly logger: Logger | undefined
}

const DEFAULT_URL = 'wss://pbxwssv1.viptel.sk:8088/'

/** The rule of one option: its default, and of a number the least (0) and the most ({@link LONGEST_DELAY}). */
type Rule = readonly [standard?: unknown, least?: number, most?: number]
/** Options as a caller gives them: each may be missing or undefined. */
type Given<T> = { readonly [K in keyof T]?: T[K] | undefined }
/** The rules of several options, by name. */
type Rules<T> = { readonly [K in keyof T]-?: Rule }

/** The options as given, with a value for each that has a default. */
interface FlatOptions extends Pick<PbxOptions, 'credentials' | 'reconnect' | 'keepAlive' | 'actions'> {
  url: string
  loginTimeout: number
  linger: number
  maxFrame: number
  allowInsecure: boolean
  WebSocket: WebSocketConstructor | undefined
  logger: Logger | undefined
}

const RULES: Rules<FlatOptions> = {
  url: [DEFAULT_URL],
  credentials: [],
  loginTimeout: [20_000, 1],
  reconnect: [],
  keepAlive: [],
  actions: [],
  linger: [10_000],
  maxFrame: [1_048_576, 1],
  allowInsecure: [false],
  WebSocket: [],
  logger: [],
}
const RECONNECT: Rules<ReconnectPolicy> = {
  initialDelay: [500],
  maxDelay: [30_000],
  factor: [2, 1],
  jitter: [1, 0, 1],
  maxAttempts: [Infinity, 1, Infinity],
}
const KEEP_ALIVE: Rules<KeepAlive> = { interval: [15_000, 1], timeout: [10_000, 1], probe: [false] }
const ACTIONS: Rules<ActionPolicy> = {
  sendWithin: [5_000],
  settleWithin: [1_000],
  confirmWithin: [30_000],
  concurrency: [1, 1, Infinity],
  staleAfter: [14_400_000],
  featureCodes: [false],
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const

/**
 * Checks every option once and fills in the defaults. Throws {@link InvalidOptionsError} or {@link InsecureUrlError}.
 */
export function resolveOptions(options: PbxOptions): ResolvedOptions {
  const { allowInsecure, ...given } = complete('', RULES, options)
  const { url, credentials, reconnect, keepAlive, actions, WebSocket, logger } = given
  if (typeof credentials !== 'function') checkCredentials(credentials)
  if (WebSocket && typeof WebSocket !== 'function') throw webSocketError()
  if (logger && !LEVELS.every(level => typeof logger[level] === 'function'))
    throw invalid('logger', `an object with the methods ${LEVELS.join(', ')}`)
  return {
    ...given,
    url: checkUrl(url, allowInsecure),
    reconnect: complete('reconnect', RECONNECT, reconnect === false ? { maxAttempts: 1 } : reconnect),
    keepAlive: keepAlive === false ? undefined : complete('keepAlive', KEEP_ALIVE, keepAlive),
    actions: complete('actions', ACTIONS, actions),
  }
}

/** The options of one action, completed by the policy. Throws {@link InvalidOptionsError}. */
export function resolveActionOptions(
  given: ActionOptions | undefined,
  { sendWithin, confirmWithin }: Readonly<ActionPolicy>,
): Required<ActionOptions> {
  return complete<Required<ActionOptions>>('', { sendWithin: [sendWithin], confirmWithin: [confirmWithin] }, given)
}

/**
 * The given options, checked, with the default of each that is missing. Throws {@link InvalidOptionsError}, which
 * names what would be right.
 *
 * @param policy the option that holds these; empty for the options themselves
 */
export function complete<T extends object>(policy: string, rules: Rules<T>, given: Given<T> = {}): T {
  if (!isObject(given)) throw invalid(policy || 'options', 'an object')
  const path = policy && `${policy}.`
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(rules, name)) {
      const known = Object.keys(rules).join(', ')
      throw new InvalidOptionsError(`Unknown option '${path}${name}'; there are ${known}.`)
    }
  }
  const completed: Record<string, unknown> = {}
  for (const name in rules) {
    const value = given[name] ?? rules[name][0]
    checkOption(path + name, rules[name], value)
    completed[name] = value
  }
  // Every name of `rules`, that is of T, has its value now.
  return completed as T
}

/** Throws {@link InvalidOptionsError} for a value that breaks its rule. */
function checkOption(path: string, [standard, least = 0, most = LONGEST_DELAY]: Rule, value: unknown): void {
  const right = typeof standard
  if (right === 'undefined') return
  const isInRange = typeof value !== 'number' || (value >= least && value <= most)
  if (typeof value === right && isInRange) return
  const range = right === 'number' ? ` from ${least} to ${most}` : ''
  throw invalid(path, `a ${right}${range}, not ${typeof value === 'number' ? value : typeof value}`)
}

/** The error for a `WebSocket` that neither the options nor the runtime have in a form that can be used. */
export function webSocketError(): InvalidOptionsError {
  return invalid('WebSocket', "a class like the browser's")
}

function invalid(option: string, right: string): InvalidOptionsError {
  return new InvalidOptionsError(`'${option}' must be ${right}.`)
}

/** The credentials of one login: the user name and exactly one of the others. */
export interface CheckedCredentials {
  readonly username: string
  readonly password?: string
  readonly passwordDigest?: string
  readonly sign?: (nonce: string) => string | Promise<string>
}

const CREDENTIALS = [
  ['username', 'string'],
  ['password', 'string'],
  ['passwordDigest', 'string'],
  ['sign', 'function'],
] as const

/**
 * Throws {@link InvalidOptionsError} for credentials that cannot log in. The message never holds a value: it may be a
 * secret.
 */
export function checkCredentials(given: unknown): CheckedCredentials {
  const credentials: Partial<CheckedCredentials> = isObject(given) ? given : {}
  // A secret that an environment does not have comes as undefined, or empty.
  const present = CREDENTIALS.filter(([name]) => credentials[name] !== undefined && credentials[name] !== '')
  const hasTypes = present.every(([name, type]) => typeof credentials[name] === type)
  const { username, passwordDigest = '' } = credentials
  if (present.length === 2 && username && hasTypes && /^([0-9a-f]{40})?$/i.test(passwordDigest)) {
    // The object itself is given, since `sign` may be a method that needs it. The checks above prove the type.
    return credentials as CheckedCredentials
  }
  const found = present.map(([name]) => name).join(', ') || 'nothing'
  throw new InvalidOptionsError(
    `'credentials' need a username and one of password, passwordDigest (40 hex digits) and sign; they have ${found}.`,
  )
}

function checkUrl(text: string, allowInsecure: boolean): string {
  let url = ''
  try {
    url = new URL(text).href
  } catch {
    // The refusal below says it better.
  }
  if (!/^wss?:\/\/[^/@#]+\/[^#]*$/.test(url)) {
    throw invalid('url', `like ${DEFAULT_URL}, without a fragment (#) or credentials`)
  }
  if (!allowInsecure && !/^(wss:|ws:\/\/(localhost|127(\.\d+){3}|\[::1])[:/])/.test(url)) {
    throw new InsecureUrlError('ws:// is not encrypted. Use wss://, or allowInsecure if the network is yours.')
  }
  return url
}
