import { isLeft } from 'fp-ts/Either'
import type * as t from 'io-ts'
import { codecOf, type WireEvent } from './events.js'
import { explain, isObject } from './record.js'
import { pbxResponse } from './responses.js'

/** A text frame, told apart. */
export type Frame =
  /** One of the ten documented events, decoded. */
  | { kind: 'event'; event: WireEvent }
  | { kind: 'response'; response: t.TypeOf<typeof pbxResponse> & { [field: string]: unknown } }
  /** An event of a name this SDK does not know, as it came. */
  | { kind: 'unknown'; event: { event: string; [field: string]: unknown } }
  /** `detail` names paths and expected kinds, never values. */
  | { kind: 'invalid'; reason: 'invalid-json' | 'invalid-frame'; detail: string }

/**
 * Reads one text frame of the PBX. Never throws. Parses once and decodes once; a frame that has an `event` is that event, whatever else it has,
 * and is a response by its `code` otherwise.
 */
export function decodeFrame(text: string): Frame {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'invalid', reason: 'invalid-json', detail: 'not JSON' }
  }
  if (!isObject(value)) return invalid('should be an object')

  const event = Object.hasOwn(value, 'event') ? value['event'] : undefined
  if (typeof event === 'string' && event !== '') {
    const codec = codecOf(event)
    if (codec === undefined) return { kind: 'unknown', event: value as { event: string } }
    const decoded = codec.decode(value)
    return isLeft(decoded) ? invalid(`${event}: ${explain(decoded.left)}`) : { kind: 'event', event: decoded.right }
  }
  if (!Object.hasOwn(value, 'code')) return invalid("neither an event (no name in 'event') nor a response (no 'code')")
  const decoded = pbxResponse.decode(value)
  return isLeft(decoded)
    ? invalid(`response: ${explain(decoded.left)}`)
    : { kind: 'response', response: decoded.right as Extract<Frame, { kind: 'response' }>['response'] }
}

function invalid(detail: string): Frame {
  return { kind: 'invalid', reason: 'invalid-frame', detail }
}
