import { isObject } from '../shared/is-object.js'
import { eventFields, isKnown, type Meta, type WireEvent } from './events.js'
import { type Fields, type RecordOf, readRecord } from './fields.js'
import { readInPlace } from './read-in-place.js'
import { responseFields } from './responses.js'

/** A text frame, told apart. */
export type Frame =
  /** One of the ten documented events, decoded. */
  | { kind: 'event'; event: WireEvent }
  | { kind: 'response'; response: RecordOf<typeof responseFields> & { [field: string]: unknown } }
  /** An event of a name this SDK does not know, as it came. */
  | { kind: 'unknown'; event: { event: string; [field: string]: unknown } }
  /** A frame that could not be read. `detail` names paths and expected kinds, never values. */
  | { kind: 'invalid'; reason: 'invalid-json' | 'invalid-frame' | 'too-large'; detail: string }

/**
 * Levels of nesting that a frame may have, itself included. Real frames are flat; a deep one would end recursive code.
 */
const MOST_LEVELS = 100

/**
 * Reads one text frame of the PBX. Never throws. Parses once and decodes once. A frame that has a name in `event` is
 * that event, whatever else it has, and is a response by its `code` otherwise.
 */
export function decodeFrame(text: string): Frame {
  return readFrame(text, undefined)
}

/**
 * Reads one text frame as {@link decodeFrame} does, and stamps what was read. A frame is our own parse result, so the
 * stamp is stored in it.
 *
 * @param meta the stamp; undefined for a frame that is only decoded
 */
export function readFrame(text: string, meta: Meta | undefined): Frame {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return invalid('not JSON', 'invalid-json')
  }
  if (!isObject(value)) return invalid('should be an object')
  if (!isFlat(text) && isTooDeep(value)) return invalid(`nested deeper than ${MOST_LEVELS} levels`)
  // `readInPlace` has checked every field that the type names.
  if (readInPlace(value, meta)) return { kind: 'event', event: value as unknown as WireEvent }
  return readByTable(value, meta)
}

/** The way of every frame that is not read in place: copies and converts what has to be, and says what is wrong. */
export function readByTable(value: Record<string, unknown>, meta: Meta | undefined): Frame {
  const name = value['event']
  const isEvent = typeof name === 'string' && name !== ''
  if (!isEvent && !('code' in value)) return invalid("has neither a name in 'event' nor a 'code'")
  const fields: Fields | false = isEvent ? isKnown(name) && eventFields[name] : responseFields
  if (!fields) return { kind: 'unknown', event: stamp(value, meta) as { event: string } }

  const kind = isEvent ? 'event' : 'response'
  const wrong: string[] = []
  const record = readRecord(fields, value, (field, expected) => wrong.push(`${field} should be ${expected}`))
  return wrong.length > 0
    ? invalid(`${isEvent ? name : kind}: ${wrong.join('; ')}`)
    : ({ kind, [kind]: stamp(record, meta) } as Frame)
}

/** Stores the stamp. A `meta` that the wire has sent is kept inside ours. */
function stamp<T extends { meta?: unknown }>(body: T, meta: Meta | undefined): T {
  if (meta === undefined) return body
  if (body.meta !== undefined) meta.wire = body.meta
  body.meta = meta
  return body
}

function invalid(detail: string, reason: 'invalid-json' | 'invalid-frame' = 'invalid-frame'): Frame {
  return { kind: 'invalid', reason, detail }
}

/** Whether no field can hold an object. A look at the text costs a tenth of a look at the fields. */
function isFlat(text: string): boolean {
  return text.indexOf('{', 1) < 0 && text.indexOf('[') < 0
}

/** Whether an object is nested too deep. Goes down level by level without recursion, which a deep value would end. */
function isTooDeep(value: object): boolean {
  let level: object[] = [value]
  for (let levels = 1; level.length > 0; levels += 1) {
    if (levels > MOST_LEVELS) return true
    const next: object[] = []
    for (const one of level) {
      for (const inner of Object.values(one)) if (typeof inner === 'object' && inner !== null) next.push(inner)
    }
    level = next
  }
  return false
}
