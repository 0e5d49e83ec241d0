import { isObject } from '../shared/is-object.js'
import { eventFields, isKnown, type WireEvent } from './events.js'
import { type Fields, type RecordOf, readRecord } from './fields.js'
import { responseFields } from './responses.js'

/** A text frame, told apart. */
export type Frame =
  /** One of the ten documented events, decoded. */
  | { kind: 'event'; event: WireEvent }
  | { kind: 'response'; response: RecordOf<typeof responseFields> & { [field: string]: unknown } }
  /** An event of a name this SDK does not know, as it came. */
  | { kind: 'unknown'; event: { event: string; [field: string]: unknown } }
  /** `detail` names paths and expected kinds, never values. */
  | { kind: 'invalid'; reason: 'invalid-json' | 'invalid-frame' | 'too-large'; detail: string }

/**
 * Reads one text frame of the PBX. Never throws. Parses once and decodes once; a frame that has an `event` is that event, whatever else it has,
 * and is a response by its `code` otherwise.
 */
export function decodeFrame(text: string): Frame {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return invalid('not JSON', 'invalid-json')
  }
  if (!isObject(value)) return invalid('should be an object')

  const name = value['event']
  const isEvent = typeof name === 'string' && name !== ''
  if (!isEvent && !('code' in value)) return invalid("has neither a name in 'event' nor a 'code'")
  const fields: Fields | false = isEvent ? isKnown(name) && eventFields[name] : responseFields
  if (!fields) return { kind: 'unknown', event: value as { event: string } }

  const kind = isEvent ? 'event' : 'response'
  const wrong: string[] = []
  const record = readRecord(fields, value, (field, expected) => wrong.push(`${field} should be ${expected}`))
  return wrong.length > 0
    ? invalid(`${isEvent ? name : kind}: ${wrong.join('; ')}`)
    : ({ kind, [kind]: record } as Frame)
}

function invalid(detail: string, reason: 'invalid-json' | 'invalid-frame' = 'invalid-frame'): Frame {
  return { kind: 'invalid', reason, detail }
}
