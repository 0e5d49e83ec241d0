import { isObject } from '../shared/is-object.js'
import { InsecureUrlError, InvalidOptionsError } from './errors.js'
import type { Logger } from './logger.js'

/** The API's own user name and secret; they are not those of the web manager. */
export type Credentials =
  | { username: string; password: string }
  /** `passwordDigest` is the hex SHA1 of `username:password`. It logs in as the password does, so guard it like one. */
  | { username: string; passwordDigest: string }
  /** A backend answers the nonce with the login hash, so that the page never holds a secret. Asked once per login. */
  | { username: string; sign: (nonce: string) => string | Promise<string> }

/** When and how often to come back after a loss. */
export interface ReconnectPolicy {
  /** ms before the first retry after a loss. @default 500 */
  initialDelay: number
  /** ms; no wait is longer. @default 30000 */
  maxDelay: number
  /** Growth of the wait per consecutive failure. @default 2 */
  factor: number
  /** 0 to 1; the wait is delay × (1 − jitter × random): 0 is exact, 1 is anywhere between 0 and the delay ('full jitter'). @default 1 */
  jitter: number
  /** Consecutive failures before the status is 'failed'; the loss of a session counts as the first. @default Infinity */
  maxAttempts: number
}

/** How a connection that no longer answers is found out. Any frame counts as an answer, since nobody knows whether the server answers pings. */
export interface KeepAlive {
  /** ms between WebSocket pings, where the runtime has them (Node). @default 15000 */
  interval: number
  /** ms for the answer; without one the connection is torn down and replaced. @default 10000 */
  timeout: number
  /** Where the runtime has no ping (browsers): send `{"action":""}`, which the document answers with 404 'Missing action'. Off, a half-open connection of a page looks healthy until the browser notices. @default false */
  probe: boolean
}

/** How long actions wait, and for what. */
export interface ActionPolicy {
  /** ms to reach the wire; then `NotSentError`: a click that cannot be sent within seconds must fail, not fire a minute later. @default 5000 */
  sendWithin: number
  /** ms that an action without an outcome keeps the next one waiting, so that an error is blamed on the right one. @default 1000 */
  settleWithin: number
  /** ms to the first confirming event; then `DeliveryUncertainError`. @default 30000 */
  confirmWithin: number
  /** Actions on the wire without an outcome. More than one makes it less sure whose an error is. @default 1 */
  concurrency: number
  /** ms that a followed call may stay stale before it is given up as lost. @default 14400000, four hours */
  staleAfter: number
  /** Allow * and # in numbers. They can switch on forwarding: toll fraud. @default false */
  featureCodes: boolean
}

/** What may be set for one action alone. */
export type ActionOptions = Partial<Pick<ActionPolicy, 'sendWithin' | 'confirmWithin'>>

/** The part of the WebSocket class that the SDK uses; the browser's, Node's and `ws`'s classes all fit. */
export interface WebSocketConstructor {
  new (url: string, protocols?: string | string[]): object
}

/** What `createPbxClient` takes. Everything but `credentials` has a default. */
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
  /** How actions are sent and watched. */
  actions?: Partial<ActionPolicy> | undefined
  /** ms the connection stays after its last user left. Closing without need costs control: the PBX hangs up only calls begun in the present login. @default 10000 */
  linger?: number | undefined
  /** Bytes; a larger frame is an anomaly, and in Node `ws` refuses it by ending the connection. @default 1048576 */
  maxFrame?: number | undefined
  /** Allow `ws://` to another machine than this one. @default false */
  allowInsecure?: boolean | undefined
  /** The class to connect with. @default isomorphic-ws */
  WebSocket?: WebSocketConstructor | undefined
  /** Where to tell what happens; secrets never reach it. @default silence */
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
/** Timers hold 32 bits; a longer wait would fire at once. */
export const LONGEST = 2_147_483_647

/** What stands where nothing is given, and of a number the least and the most: 0 and {@link LONGEST} where they are not named. */
type Rule = readonly [standard?: unknown, least?: number, most?: number]
type Rules<T> = { readonly [K in keyof T]-?: Rule }

const RULES: Rules<PbxOptions> = {
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

/** Checks every option once and fills in the defaults. Throws {@link InvalidOptionsError} or {@link InsecureUrlError}. */
export function resolveOptions(options: PbxOptions): ResolvedOptions {
  const { allowInsecure, ...given } = complete<PbxOptions>('', RULES, options)
  const { url, credentials, reconnect, keepAlive, actions, WebSocket, logger } = given
  if (typeof credentials !== 'function') checkCredentials(credentials)
  if (WebSocket && typeof WebSocket !== 'function') throw webSocketError()
  if (logger && !LEVELS.every(level => typeof logger[level] === 'function'))
    throw invalid('logger', `an object with the methods ${LEVELS.join(', ')}`)
  return {
    ...(given as ResolvedOptions),
    url: checkUrl(url as string, allowInsecure as boolean),
    reconnect: complete('reconnect', RECONNECT, reconnect === false ? { maxAttempts: 1 } : reconnect),
    keepAlive: keepAlive === false ? undefined : complete('keepAlive', KEEP_ALIVE, keepAlive),
    actions: complete('actions', ACTIONS, actions),
  }
}

/** What may be set for one action alone, completed by the policy. Throws {@link InvalidOptionsError}. */
export function resolveActionOptions(
  given: ActionOptions | undefined,
  { sendWithin, confirmWithin }: Readonly<ActionPolicy>,
): Required<ActionOptions> {
  return complete('', { sendWithin: [sendWithin], confirmWithin: [confirmWithin] }, given)
}

/**
 * What is given, checked, with the default of what is not. Throws {@link InvalidOptionsError}, which names what would be right.
 *
 * @param policy the option that holds these; empty for the options themselves
 */
export function complete<T extends object>(policy: string, rules: Rules<T>, given: Partial<T> = {}): T {
  if (!isObject(given)) throw invalid(policy || 'options', 'an object')
  const path = policy && `${policy}.`
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(rules, name))
      throw new InvalidOptionsError(`Unknown option '${path}${name}'; there are ${Object.keys(rules).join(', ')}.`)
  }
  const completed: Record<string, unknown> = {}
  for (const name in rules) {
    const [standard, least = 0, most = LONGEST] = rules[name]
    const value = (given as Readonly<Record<string, unknown>>)[name] ?? standard
    const right = typeof standard
    const isNumber = right === 'number'
    if (
      (standard !== undefined && typeof value !== right) ||
      (isNumber && !((value as number) >= least && (value as number) <= most))
    )
      throw invalid(
        path + name,
        `a ${right}${isNumber ? ` from ${least} to ${most}` : ''}, not ${typeof value === 'number' ? value : typeof value}`,
      )
    completed[name] = value
  }
  return completed as T
}

/** Neither the options nor the runtime have one that can be used. */
export function webSocketError(): InvalidOptionsError {
  return invalid('WebSocket', "a class like the browser's")
}

function invalid(option: string, right: string): InvalidOptionsError {
  return new InvalidOptionsError(`'${option}' must be ${right}.`)
}

/** The credentials of one login: with the user name just one of the others, and that one right. */
export interface CheckedCredentials {
  readonly username: string
  readonly password?: string
  readonly passwordDigest?: string
  readonly sign?: (nonce: string) => string | Promise<string>
}

const CREDENTIALS: { readonly [K in keyof CheckedCredentials]-?: string } = {
  username: 'string',
  password: 'string',
  passwordDigest: 'string',
  sign: 'function',
}

/** Throws {@link InvalidOptionsError} for what cannot log in; its message never holds a value, which may be a secret. */
export function checkCredentials(given: unknown): CheckedCredentials {
  const credentials = (given ?? {}) as CheckedCredentials
  // a secret that an environment does not have comes as undefined, or empty
  const has = (Object.keys(CREDENTIALS) as (keyof CheckedCredentials)[]).filter(
    name => ![undefined, ''].includes(credentials[name] as undefined),
  )
  const isRight =
    has.every(name => typeof credentials[name] === CREDENTIALS[name]) &&
    /^([0-9a-f]{40})?$/i.test(credentials.passwordDigest ?? '')
  if (has.length === 2 && credentials.username && isRight) return credentials
  throw new InvalidOptionsError(
    `'credentials' need a username and one of password, passwordDigest (40 hex digits) and sign; they have ${has.join(', ') || 'nothing'}.`,
  )
}

function checkUrl(text: string, allowInsecure: boolean): string {
  let url = ''
  try {
    url = new URL(text).href
  } catch {
    // the refusal below says it better
  }
  if (!/^wss?:\/\/[^/@#]+\/[^#]*$/.test(url))
    throw invalid('url', `like ${DEFAULT_URL}, without a fragment (#) or credentials`)
  if (!allowInsecure && !/^(wss:|ws:\/\/(localhost|127(\.\d+){3}|\[::1])[:/])/.test(url))
    throw new InsecureUrlError('ws:// is not encrypted. Use wss://, or allowInsecure if the network is yours.')
  return url
}
