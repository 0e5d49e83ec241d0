import { isObject } from '../shared/is-object.js'
import { eventFields, isKnown, type Meta, type PbxEvent, type UnknownEvent, type WireEvent } from './events.js'
import { type Fields, type RecordOf, readRecord } from './fields.js'
import { readInPlace } from './read-in-place.js'
import { type PbxResponse, responseFields } from './responses.js'

/** A text frame, by what it is. */
export type Frame =
  /** One of the ten documented events, decoded. */
  | { kind: 'event'; event: WireEvent }
  | { kind: 'response'; response: RecordOf<typeof responseFields> & { [field: string]: unknown } }
  /** An event of a name this SDK does not know, as it came. */
  | { kind: 'unknown'; event: { event: string; [field: string]: unknown } }
  /** A frame that could not be read. `detail` names paths and expected kinds, never values. */
  | { kind: 'invalid'; reason: 'invalid-json' | 'invalid-frame' | 'too-large'; detail: string }

/**
 * Levels of nesting that a frame may have, itself included. Real frames are flat; a deep one would end recursive
 * code.
 */
const MOST_LEVELS = 100

/**
 * Reads one text frame of the PBX. Never throws. Parses once and decodes once. A frame that has a name in `event` is
 * that event, whatever else it has, and is a response by its `code` otherwise.
 */
export function decodeFrame(text: string): Frame {
  return decode(text, undefined)
}

/** A frame that was read with a stamp: its body has it. */
export type StampedFrame =
  | { kind: 'event'; event: PbxEvent }
  | { kind: 'response'; response: PbxResponse }
  | { kind: 'unknown'; event: UnknownEvent }
  | Extract<Frame, { kind: 'invalid' }>

/**
 * Reads one text frame as {@link decodeFrame} does, and stores the stamp in what was read: a frame is our own parse
 * result.
 */
export function readFrame(text: string, meta: Meta): StampedFrame {
  // Every body that `decode` gives has the stamp that `decode` was given.
  return decode(text, meta) as StampedFrame
}

function decode(text: string, meta: Meta | undefined): Frame {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return invalid('not JSON', 'invalid-json')
  }
  if (!isObject(value)) return invalid('should be an object')
  if (!isFlat(text) && isTooDeep(value)) return invalid(`nested deeper than ${MOST_LEVELS} levels`)
  if (readInPlace(value, meta)) return { kind: 'event', event: value }
  return readByTable(value, meta)
}

/** The way of every frame that is not read in place: copies and converts what has to be, and says what is wrong. */
export function readByTable(value: Record<string, unknown>, meta: Meta | undefined): Frame {
  if (!hasEventName(value)) {
    if (!('code' in value)) return invalid("has neither a name in 'event' nor a 'code'")
    const [response, wrong] = readFields(responseFields, value)
    if (wrong) return invalid(`response: ${wrong}`)
    stamp(response, meta)
    return { kind: 'response', response }
  }
  const name = value.event
  if (!isKnown(name)) {
    stamp(value, meta)
    return { kind: 'unknown', event: value }
  }
  const [event, wrong] = readFields<Fields>(eventFields[name], value)
  if (wrong) return invalid(`${name}: ${wrong}`)
  stamp(event, meta)
  // The table of this name gives the fields of its event; the name itself stands in `value`.
  return { kind: 'event', event: event as WireEvent }
}

function hasEventName(value: Record<string, unknown>): value is { event: string; [field: string]: unknown } {
  return typeof value['event'] === 'string' && value['event'] !== ''
}

/** The record, and the fields that are wrong, in words; empty when none is. */
function readFields<F extends Fields>(
  fields: F,
  value: Record<string, unknown>,
): readonly [record: RecordOf<F> & { [field: string]: unknown }, wrong: string] {
  const wrong: string[] = []
  const record = readRecord(fields, value, (field, expected) => wrong.push(`${field} should be ${expected}`))
  return [record, wrong.join('; ')]
}

/** Stores the stamp. A `meta` that the wire has sent is kept inside ours. */
function stamp(body: { [field: string]: unknown }, meta: Meta | undefined): void {
  if (meta === undefined) return
  if (body['meta'] !== undefined) meta.wire = body['meta']
  body['meta'] = meta
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
