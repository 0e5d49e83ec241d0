import { checkDelay } from '../shared/delays.js'
import { InvalidOptionsError } from '../shared/invalid-options-error.js'
import { isObject } from '../shared/is-object.js'
import type { ExchangePlan } from './exchange/exchange-config.js'
import type { Traffic } from './exchange/traffic.js'
import { callActions } from './server/call-actions.js'

/** A user who may log in to the simulator. */
export interface SimulatedUser {
  username: string
  password: string
  /** False: the right password gets 401 'User is not activated'. @default true */
  activated?: boolean | undefined
  /**
   * The call actions this user may use; others get 403. `[]` allows none.
   * @default ['call.create', 'call.hangup', 'call.redirect']
   */
  actions?: readonly string[] | undefined
  /**
   * The events this user gets: full names such as 'call.end', or `'call'` and `'queue'` for all of that kind. `[]`
   * shows none.
   * @default all events, unknown ones too
   */
  events?: readonly string[] | undefined
}

/** The options of `startSimulator`. Every one has a default. */
export interface SimulatorOptions {
  /** TCP port; 0 takes a free one, see `Simulator.port`. @default 0 */
  port?: number | undefined
  /** Address to listen at. Any but this machine's loopback lets others in, unencrypted. @default '127.0.0.1' */
  host?: string | undefined
  /**
   * Users who may log in, each in any number of connections at a time.
   * @default [{ username: 'viptel', password: 'secret' }]
   */
  users?: readonly SimulatedUser[] | undefined
  /** ms from the connection to a login; then 408, 110 and the close. @default 30000 */
  loginTimeout?: number | undefined
  /** The telephones, lines and queues. @default those of `traffic`, or none: then every `call.create` fails */
  exchange?: ExchangePlan | undefined
  /** People who use the telephones by themselves, such as `callCentre()` makes. @default nobody */
  traffic?: Traffic | undefined
  /** The seed that chance draws from. @default that of `traffic`, or 1 */
  seed?: number | string | undefined
  /** How many times faster than the clock the exchange's time passes. @default 1 */
  speed?: number | undefined
  /**
   * Whether `*` and `#` are allowed in the `to` of `call.create` and the `destination` of `call.redirect`. Without it
   * such an action gets 400 with `errors`. The exchange has no features: a call to such a number ends as 'invalidargs'.
   * @default false
   */
  featureCodes?: boolean | undefined
}

/** The options, checked and complete. */
export interface ResolvedSimulatorOptions {
  readonly port: number
  readonly host: string
  readonly users: readonly SimulatedUser[]
  readonly loginTimeout: number
  readonly traffic: Pick<Traffic, 'plan' | 'seed'> & Partial<Traffic>
  readonly speed: number
  readonly featureCodes: boolean
}

const KNOWN: readonly string[] = [
  'port',
  'host',
  'users',
  'loginTimeout',
  'exchange',
  'traffic',
  'seed',
  'speed',
  'featureCodes',
] satisfies (keyof SimulatorOptions)[]

function checkNames(names: unknown, isAllowed: (name: string) => boolean, message: string): void {
  if (names === undefined) return
  if (!Array.isArray(names) || !names.every(name => typeof name === 'string' && isAllowed(name)))
    throw new InvalidOptionsError(message)
}

/** Checks one user, and gives its name. */
function checkUser(user: unknown, index: number): string {
  const { username, password, activated, actions, events } = isObject(user) ? user : {}
  if (typeof username !== 'string' || username === '' || typeof password !== 'string' || password === '')
    throw new InvalidOptionsError(`'users[${index}]' needs a username and a password, both non-empty strings.`)
  if (activated !== undefined && typeof activated !== 'boolean')
    throw new InvalidOptionsError(`'users[${index}].activated' must be true or false.`)
  checkNames(
    actions,
    name => callActions.has(name),
    `'users[${index}].actions' must be a list of any of ${[...callActions.keys()].join(', ')}.`,
  )
  // an event has a dot in its name: a misspelt kind would silently show nothing
  checkNames(
    events,
    name => /^(call|queue)$|^[^.]+\../.test(name),
    `'users[${index}].events' must be a list of events such as 'call.end', or of 'call' and 'queue'.`,
  )
  return username
}

function checkUsers(users: unknown): void {
  if (!Array.isArray(users)) throw new InvalidOptionsError("'users' must be a list: [{ username, password }].")
  const names = new Set<string>()
  for (const [index, user] of users.entries()) {
    const name = checkUser(user, index)
    if (names.has(name))
      throw new InvalidOptionsError(
        `'users[${index}]' has the name of an earlier user. Give each name once: one user may log in several times at once.`,
      )
    names.add(name)
  }
}

/** Throws {@link InvalidOptionsError} unless the value is an object with names of options alone. */
function checkOptionNames(options: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw new InvalidOptionsError(
      'startSimulator() takes an options object, or nothing: startSimulator({ port: 8088 }).',
    )
  for (const name of Object.keys(options)) {
    if (!KNOWN.includes(name))
      throw new InvalidOptionsError(`Unknown option '${name}'; the simulator's options are ${KNOWN.join(', ')}.`)
  }
}

function checkAddress(port: number, host: string): void {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidOptionsError(`'port' must be a whole number from 0 (any free port) to 65535, not ${String(port)}.`)
  if (typeof host !== 'string' || host === '')
    throw new InvalidOptionsError("'host' must be an address of this machine, such as '127.0.0.1'.")
}

function checkExchangeOptions({ exchange, traffic, speed = 1, featureCodes = false }: SimulatorOptions): void {
  if (typeof featureCodes !== 'boolean') throw new InvalidOptionsError("'featureCodes' must be true or false.")
  if (exchange !== undefined && traffic !== undefined)
    throw new InvalidOptionsError("'traffic' comes with its own exchange, so give either 'traffic' or 'exchange'.")
  if (typeof speed !== 'number' || !(speed > 0 && speed <= 1_000_000))
    throw new InvalidOptionsError(`'speed' must be a number over 0, at most 1000000, not ${String(speed)}.`)
}

/**
 * Checks every option once and fills in the defaults. Throws {@link InvalidOptionsError}, whose message never holds a
 * password.
 */
export function resolveSimulatorOptions(options: SimulatorOptions): ResolvedSimulatorOptions {
  checkOptionNames(options)
  const {
    port = 0,
    host = '127.0.0.1',
    users = [{ username: 'viptel', password: 'secret' }],
    loginTimeout = 30_000,
    exchange = {},
    traffic = { plan: exchange, seed: 1 },
    seed = traffic.seed,
    speed = 1,
    featureCodes = false,
  } = options
  checkAddress(port, host)
  checkDelay('loginTimeout', loginTimeout, 1)
  checkUsers(users)
  checkExchangeOptions(options)
  return { port, host, users, loginTimeout, speed, featureCodes, traffic: { ...traffic, seed } }
}
