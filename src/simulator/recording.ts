import { isObject } from '../protocol/record.js'
import { InvalidRecordingError } from './errors.js'

/** A frame and when it came. */
export interface RecordedFrame {
  /** ms since the recording began. */
  readonly t: number
  readonly frame: object
}

/** Frames in the order in which they came. Where `t` is equal, or even goes back, the order still stands. */
export type Recording = readonly RecordedFrame[]

/**
 * Reads a recording: one `{"t": ms, "frame": {…}}` a line; empty lines are left out. Throws `InvalidRecordingError`, which names the line, for
 * anything else.
 */
export function parseRecording(text: string): Recording {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(line, index + 1)]))
}

function parseLine(line: string, number: number): RecordedFrame {
  const wrong = (what: string, cause?: unknown) =>
    new InvalidRecordingError(`Line ${number} of the recording ${what}; a line is {"t": milliseconds, "frame": {…}}.`, cause === undefined ? {} : { cause })
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw wrong('is not JSON', error)
  }
  if (!isObject(value)) throw wrong('is not an object')
  const { t, frame } = value
  if (!isTime(t)) throw wrong('has no time t, a number from 0 up')
  if (!isObject(frame)) throw wrong('has no frame that is an object')
  return { t, frame }
}

/** JSON's 1e999 is Infinity: such a frame would never come. */
export function isTime(t: unknown): t is number {
  return typeof t === 'number' && t >= 0 && t < Number.POSITIVE_INFINITY
}
