import { isObject } from '../../shared/is-object.js'
import { InvalidOptionsError } from '../errors.js'
import type { CallSeed, QueueSeed } from './model.js'

// A snapshot of which a part cannot be read is refused as a whole.

/** Says in words what a value would have to be; false for a right value. */
type Check = (value: unknown) => string | false

/** The checks of the fields of a list's entries. */
interface Checks {
  readonly [name: string]: Check | Checks
}

const name: Check = value => typeof value !== 'string' && 'a string'

const text: Check = value => value !== undefined && name(value)

/** A number would have lost its trailing zeros. */
const id: Check = value => (!value || name(value)) && 'a unique_id, a non-empty string'

const time: Check = value => value !== undefined && !Number.isFinite(value) && 'a time in ms since the epoch'

const flag: Check = value => typeof value !== 'boolean' && 'true or false'

const phase: Check = value =>
  value !== 'ringing' && value !== 'queued' && value !== 'answered' && 'ringing, queued or answered'

const CALL = {
  uniqueId: id,
  fromQueueUniqueId: text,
  caller: text,
  callerName: text,
  callee: text,
  calleeName: text,
  calledNumber: text,
  phase,
  startedAt: time,
  answeredAt: time,
} satisfies { [N in keyof CallSeed]-?: Check }

const QUEUE = {
  queue: name,
  members: { member: name, name: text, paused: flag },
  waiting: { uniqueId: id, caller: text, callerName: text, waitingSince: time },
} satisfies { [N in keyof QueueSeed]-?: Check | Checks }

function refuse(path: string, value: unknown, wanted: string | false): void {
  if (wanted) throw new InvalidOptionsError(`'${path}' must be ${wanted}, not ${String(value)}.`)
}

function validate(path: string, value: unknown, check: Check | Checks): void {
  if (typeof check === 'function') return refuse(path, value, check(value))
  if (!Array.isArray(value)) return refuse(path, value, 'an array')
  for (const [index, entry] of value.entries()) {
    const entryPath = `${path}[${index}]`
    if (!isObject(entry)) return refuse(entryPath, entry, 'an object')
    for (const [field, one] of Object.entries(check)) validate(`${entryPath}.${field}`, entry[field], one)
  }
}

/** Throws {@link InvalidOptionsError} for a snapshot of calls that cannot be read. */
export function validateCallSeeds(seeds: unknown): void {
  validate('seed(calls)', seeds, CALL)
}

/** Throws {@link InvalidOptionsError} for a snapshot of queues that cannot be read. */
export function validateQueueSeeds(seeds: unknown): void {
  validate('seed(queues)', seeds, QUEUE)
}
