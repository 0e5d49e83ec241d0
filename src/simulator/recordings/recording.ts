import { isObject } from '../../shared/is-object.js'
import { InvalidRecordingError } from '../errors.js'

/** A frame and when it came. */
export interface RecordedFrame {
  /** ms since the recording began. */
  readonly t: number
  readonly frame: object
  readonly kind?: undefined
}

/** A text that came and is no JSON object. */
export interface RecordedText {
  readonly t: number
  readonly kind: 'text'
  readonly frame: { readonly text: string }
}

/** A binary frame that came. */
export interface RecordedBytes {
  readonly t: number
  readonly kind: 'binary'
  readonly frame: { readonly base64: string }
}

/** The connection was lost. */
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
  /** Counts logins from 1; when it was, in ISO 8601, if that is known. */
  readonly frame: { readonly session: number; readonly at?: string | undefined }
}

export type RecordedLine = RecordedFrame | RecordedText | RecordedBytes | RecordedClose | RecordedLogin

/** What came, in its order. Where `t` is equal, or even goes back, the order still stands. */
export type Recording = readonly RecordedLine[]

/** What the frame of a line of each kind has to have. */
const KINDS: Readonly<Record<string, (frame: Record<string, unknown>) => boolean>> = {
  text: ({ text }) => typeof text === 'string',
  binary: ({ base64 }) => typeof base64 === 'string',
  close: ({ code }) => Number.isInteger(code),
  login: ({ session }) => Number.isInteger(session),
}

/**
 * Reads a recording: one `{"t": ms, "frame": {…}}` a line, where a `kind` beside it tells what is no JSON object and what became of the connection;
 * empty lines are left out. Throws `InvalidRecordingError`, which names the line, for anything else.
 */
export function parseRecording(text: string): Recording {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(line, index + 1)]))
}

function parseLine(line: string, number: number): RecordedLine {
  const wrong = (what: string, cause?: unknown) =>
    new InvalidRecordingError(
      `Line ${number} of the recording ${what}; a line is {"t": milliseconds, "frame": {…}}.`,
      cause === undefined ? {} : { cause },
    )
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw wrong('is not JSON', error)
  }
  if (!isObject(value)) throw wrong('is not an object')
  const { t, frame, kind } = value
  if (!isTime(t)) throw wrong('has no time t, a number from 0 up')
  if (!isObject(frame)) throw wrong('has no frame that is an object')
  if (kind === undefined) return { t, frame }
  if (!isKind(kind, frame)) throw wrong('has a kind that there is not, or not what a line of that kind has to have')
  return { t, kind, frame } as RecordedLine
}

/** Whether the frame is one of that kind; undefined is the kind of a frame that is an object. */
export function isKind(kind: unknown, frame: object): boolean {
  if (kind === undefined) return true
  return (
    typeof kind === 'string' && Object.hasOwn(KINDS, kind) && KINDS[kind]?.(frame as Record<string, unknown>) === true
  )
}

/** JSON's 1e999 is Infinity: such a frame would never come. */
export function isTime(t: unknown): t is number {
  return typeof t === 'number' && t >= 0 && t < Number.POSITIVE_INFINITY
}
