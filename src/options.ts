import { InsecureUrlError, InvalidOptionsError } from './errors.js'
import type { Logger } from './logger.js'
import { isObject } from './protocol/record.js'

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
const RECONNECT: ReconnectPolicy = { initialDelay: 500, maxDelay: 30_000, factor: 2, jitter: 1, maxAttempts: Number.POSITIVE_INFINITY }
const ACTIONS: ActionPolicy = { sendWithin: 5_000, settleWithin: 1_000, confirmWithin: 30_000, concurrency: 1, staleAfter: 14_400_000, featureCodes: false }
const KEEP_ALIVE: KeepAlive = { interval: 15_000, timeout: 10_000, probe: false }
/** Timers hold 32 bits; a longer wait would fire at once. */
export const LONGEST = 2_147_483_647

const KNOWN = new Set<string>([
  'url',
  'credentials',
  'loginTimeout',
  'reconnect',
  'keepAlive',
  'actions',
  'linger',
  'maxFrame',
  'allowInsecure',
  'WebSocket',
  'logger',
] satisfies (keyof PbxOptions)[])

/** Checks every option once and fills in the defaults. Throws {@link InvalidOptionsError} or {@link InsecureUrlError}. */
export function resolveOptions(options: PbxOptions): ResolvedOptions {
  if (!isObject(options))
    throw new InvalidOptionsError('createPbxClient() needs an options object with credentials: createPbxClient({ credentials: { username, password } }).')
  for (const name of Object.keys(options)) {
    if (!KNOWN.has(name)) throw new InvalidOptionsError(`Unknown option '${name}'; the options are ${[...KNOWN].join(', ')}.`)
  }
  if (typeof options.credentials !== 'function') checkCredentials(options.credentials)
  const { WebSocket, logger } = options
  if (WebSocket !== undefined && typeof WebSocket !== 'function') throw new InvalidOptionsError("'WebSocket' must be a class like the browser's WebSocket.")
  if (logger !== undefined && !['debug', 'info', 'warn', 'error'].every(level => typeof logger[level as keyof Logger] === 'function')) {
    throw new InvalidOptionsError("'logger' must have the methods debug, info, warn and error.")
  }
  return {
    url: checkUrl(options.url ?? DEFAULT_URL, options.allowInsecure ?? false),
    credentials: options.credentials,
    loginTimeout: number('loginTimeout', options.loginTimeout ?? 20_000, 1, LONGEST),
    reconnect: resolveReconnect(options.reconnect),
    keepAlive: resolveKeepAlive(options.keepAlive),
    actions: resolveActions(options.actions),
    linger: number('linger', options.linger ?? 10_000, 0, LONGEST),
    maxFrame: number('maxFrame', options.maxFrame ?? 1_048_576, 1, Number.MAX_SAFE_INTEGER),
    WebSocket,
    logger,
  }
}

/** The credentials of one login, of whichever form. */
export type CheckedCredentials =
  | { readonly form: 'password'; readonly username: string; readonly password: string }
  | { readonly form: 'digest'; readonly username: string; readonly passwordDigest: string }
  | { readonly form: 'sign'; readonly username: string; readonly sign: (nonce: string) => string | Promise<string> }

/** Tells the form of credentials. Throws {@link InvalidOptionsError} for what cannot log in; its message never holds a value, which may be a secret. */
export function checkCredentials(credentials: unknown): CheckedCredentials {
  const wrong = (what: string) =>
    new InvalidOptionsError(
      `'credentials' ${what}; give { username, password }, { username, passwordDigest }, { username, sign } or a function that returns one of them.`,
    )
  if (!isObject(credentials)) throw wrong('are missing')
  const { username, password, passwordDigest, sign } = credentials
  if (typeof username !== 'string' || username === '') throw wrong('need a username that is a non-empty string')
  // a secret that an environment does not have comes as undefined
  const given = Object.entries({ password, passwordDigest, sign }).filter(([, value]) => value !== undefined)
  if (given.length > 1) throw wrong(`have ${given.map(([name]) => name).join(' and ')}, of which only one can be meant`)
  if (typeof sign === 'function') return { form: 'sign', username, sign: sign as (nonce: string) => string | Promise<string> }
  if (typeof password === 'string' && password !== '') return { form: 'password', username, password }
  if (typeof passwordDigest === 'string' && /^[0-9a-f]{40}$/i.test(passwordDigest)) return { form: 'digest', username, passwordDigest }
  if (passwordDigest !== undefined) throw wrong('have a passwordDigest that is not 40 hex digits, the SHA1 of "username:password"')
  throw wrong('need a password that is a non-empty string, a passwordDigest or a sign function')
}

function checkUrl(text: string, allowInsecure: boolean): string {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new InvalidOptionsError(`'url' is not an address; give one like ${DEFAULT_URL}`)
  }
  if (url.username !== '' || url.password !== '') throw new InvalidOptionsError("'url' must not hold a user name or password; give them as 'credentials'.")
  if (url.protocol !== 'wss:' && url.protocol !== 'ws:')
    throw new InvalidOptionsError(`'url' begins with ${url.protocol}// but must begin with wss:// (or ws:// to this machine).`)
  if (url.hash !== '') throw new InvalidOptionsError("'url' must not hold a fragment (#…).")
  if (url.protocol === 'ws:' && !allowInsecure && !isLoopback(url.hostname)) {
    throw new InsecureUrlError(
      `ws://${url.host} would carry calls and the login unencrypted. Use wss://, or set allowInsecure: true if the network between is yours.`,
    )
  }
  return url.href
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

function resolveReconnect(policy: PbxOptions['reconnect']): ReconnectPolicy {
  if (policy === false) return { ...RECONNECT, maxAttempts: 1 }
  const merged = merge('reconnect', RECONNECT, policy)
  number('reconnect.initialDelay', merged.initialDelay, 0, LONGEST)
  number('reconnect.maxDelay', merged.maxDelay, 0, LONGEST)
  number('reconnect.factor', merged.factor, 1, Number.MAX_VALUE)
  number('reconnect.jitter', merged.jitter, 0, 1)
  number('reconnect.maxAttempts', merged.maxAttempts, 1, Number.POSITIVE_INFINITY)
  return merged
}

function resolveKeepAlive(policy: PbxOptions['keepAlive']): KeepAlive | undefined {
  if (policy === false) return undefined
  const merged = merge('keepAlive', KEEP_ALIVE, policy)
  number('keepAlive.interval', merged.interval, 1, LONGEST)
  number('keepAlive.timeout', merged.timeout, 1, LONGEST)
  if (typeof merged.probe !== 'boolean') throw new InvalidOptionsError("'keepAlive.probe' must be true or false.")
  return merged
}

function resolveActions(policy: PbxOptions['actions']): ActionPolicy {
  const merged = merge('actions', ACTIONS, policy)
  for (const name of ['sendWithin', 'settleWithin', 'confirmWithin', 'staleAfter'] as const) number(`actions.${name}`, merged[name], 0, LONGEST)
  number('actions.concurrency', merged.concurrency, 1, Number.POSITIVE_INFINITY)
  if (typeof merged.featureCodes !== 'boolean') throw new InvalidOptionsError("'actions.featureCodes' must be true or false.")
  return merged
}

/** What may be set for one action alone, completed by the policy. Throws {@link InvalidOptionsError}. */
export function resolveActionOptions(given: ActionOptions, policy: Readonly<ActionPolicy>): Required<ActionOptions> {
  const { sendWithin, confirmWithin } = merge('action options', { sendWithin: policy.sendWithin, confirmWithin: policy.confirmWithin }, given)
  return { sendWithin: number('sendWithin', sendWithin, 0, LONGEST), confirmWithin: number('confirmWithin', confirmWithin, 0, LONGEST) }
}

export function merge<T extends object>(name: string, defaults: T, given: Partial<T> | undefined): T {
  if (given !== undefined && !isObject(given)) throw new InvalidOptionsError(`'${name}' must be an object or false.`)
  const merged = { ...defaults }
  for (const [key, value] of Object.entries(given ?? {})) {
    if (!Object.hasOwn(defaults, key)) throw new InvalidOptionsError(`Unknown option '${name}.${key}'; it takes ${Object.keys(defaults).join(', ')}.`)
    if (value !== undefined) Object.assign(merged, { [key]: value })
  }
  return merged
}

export function number(name: string, value: number, least: number, most: number): number {
  if (typeof value !== 'number' || !(value >= least && value <= most)) {
    throw new InvalidOptionsError(`'${name}' must be a number from ${least} to ${most}, not ${String(value)}.`)
  }
  return value
}
