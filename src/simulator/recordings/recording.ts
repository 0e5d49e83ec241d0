import { isObject } from '../../shared/is-object.js'
import { InvalidRecordingError } from '../errors.js'

/** A received frame that is a JSON object, with its time. */
export interface RecordedFrame {
  /** ms since the recording began. */
  readonly t: number
  readonly frame: object
  readonly kind?: undefined
}

/** A received text that is no JSON object. */
export interface RecordedText {
  readonly t: number
  readonly kind: 'text'
  readonly frame: { readonly text: string }
}

/** A received binary frame. */
export interface RecordedBytes {
  readonly t: number
  readonly kind: 'binary'
  readonly frame: { readonly base64: string }
}

/** The loss of the connection. */
export interface RecordedClose {
  readonly t: number
  readonly kind: 'close'
  /** WebSocket close code; 1006 when the connection was torn, 1005 for a close without a code. */
  readonly frame: { readonly code: number }
}

/** A login, from which on frames come. */
export interface RecordedLogin {
  readonly t: number
  readonly kind: 'login'
  /** `session` counts logins from 1. `at`: the time of the login in ISO 8601, if known. */
  readonly frame: { readonly session: number; readonly at?: string | undefined }
}

export type RecordedLine = RecordedFrame | RecordedText | RecordedBytes | RecordedClose | RecordedLogin

/** The received frames, in their order. The order stands even where `t` is equal, or goes back. */
export type Recording = readonly RecordedLine[]

/** JSON's 1e999 is Infinity: a frame at that time would never come. */
function isTime(t: unknown): t is number {
  return typeof t === 'number' && t >= 0 && t < Number.POSITIVE_INFINITY
}

/** Makes a line of its parts; undefined where `kind` is unknown, or the frame is none of that kind. */
function toLine(t: number, kind: unknown, frame: Record<string, unknown>): RecordedLine | undefined {
  const { text, base64, code, session, at } = frame
  switch (kind) {
    case undefined:
      return { t, frame }
    case 'text':
      return typeof text === 'string' ? { t, kind, frame: { ...frame, text } } : undefined
    case 'binary':
      return typeof base64 === 'string' ? { t, kind, frame: { ...frame, base64 } } : undefined
    case 'close':
      return isInteger(code) ? { t, kind, frame: { ...frame, code } } : undefined
    case 'login':
      return isInteger(session) ? { t, kind, frame: { session, ...(typeof at === 'string' && { at }) } } : undefined
    default:
      return undefined
  }
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value)
}

/** Whether an entry of a recording is a line of its kind. */
export function isLine(entry: unknown): entry is RecordedLine {
  if (!isObject(entry)) return false
  const { t, kind, frame } = entry
  // a frame that was made by hand may be any object
  return isTime(t) && typeof frame === 'object' && frame !== null && toLine(t, kind, { ...frame }) !== undefined
}

function parseLine(line: string, number: number): RecordedLine {
  const invalid = (what: string, cause?: unknown) =>
    new InvalidRecordingError(
      `Line ${number} of the recording ${what}; a line is {"t": milliseconds, "frame": {…}}.`,
      cause === undefined ? {} : { cause },
    )
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw invalid('is not JSON', error)
  }
  if (!isObject(value)) throw invalid('is not an object')
  const { t, frame, kind } = value
  if (!isTime(t)) throw invalid('has no time t, a number from 0 up')
  if (!isObject(frame)) throw invalid('has no frame that is an object')
  const recorded = toLine(t, kind, frame)
  if (recorded === undefined) throw invalid('has an unknown kind, or a frame that is none of its kind')
  return recorded
}

/**
 * Parses a recording: one `{"t": ms, "frame": {…}}` a line, where a `kind` beside it marks a frame that is no JSON
 * object, a loss or a login. Empty lines are ignored. Throws `InvalidRecordingError`, which names the line, for
 * anything else.
 */
export function parseRecording(text: string): Recording {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(line, index + 1)]))
}
