import { isObject } from '../../shared/is-object.js'
import { InvalidOptionsError } from '../errors.js'
import type { CallSeed } from './call.js'
import { RUNNING } from './call-state.js'
import type { QueueSeed } from './queue.js'

// Of a snapshot of which a part cannot be read nothing is merged.

/** What a value would have to be, if it is not. */
type Kind = (value: unknown) => string | false
/** Of a list's entries. */
interface Fields {
  readonly [name: string]: Kind | Fields
}

const name: Kind = value => typeof value !== 'string' && 'a string'
const text: Kind = value => value !== undefined && name(value)
/** A number would have lost its trailing zeros. */
const id: Kind = value => (!value || name(value)) && 'a unique_id, a non-empty string'
const time: Kind = value => value !== undefined && !Number.isFinite(value) && 'a time in ms since the epoch'
const flag: Kind = value => typeof value !== 'boolean' && 'true or false'
const phase: Kind = value => !(RUNNING as readonly unknown[]).includes(value) && 'ringing, queued or answered'

export const CALL = {
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
} satisfies { [N in keyof CallSeed]-?: Kind }
export const QUEUE = {
  queue: name,
  members: { member: name, name: text, paused: flag },
  waiting: { uniqueId: id, caller: text, callerName: text, waitingSince: time },
} satisfies { [N in keyof QueueSeed]-?: Kind | Fields }

/** Throws {@link InvalidOptionsError}. */
export function check(where: string, value: unknown, kind: Kind | Fields): void {
  if (typeof kind === 'function') return refuse(where, value, kind(value))
  if (!Array.isArray(value)) return refuse(where, value, 'an array')
  for (const [index, entry] of value.entries()) {
    const at = `${where}[${index}]`
    if (!isObject(entry)) return refuse(at, entry, 'an object')
    for (const [field, one] of Object.entries(kind)) check(`${at}.${field}`, entry[field], one)
  }
}

function refuse(where: string, value: unknown, wanted: string | false): void {
  if (wanted) throw new InvalidOptionsError(`'${where}' must be ${wanted}, not ${String(value)}.`)
}
