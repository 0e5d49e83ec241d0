import type { RecordedLine } from '../simulator/index.js'
import { isObject, MAX_NESTING } from './json.js'
import type { Pseudonyms } from './pseudonymize.js'

/** Lines on their way to the file. */
export interface LineWriter {
  write(line: RecordedLine): void
  /** Writes the lines that are still held. */
  end(): void
}

/**
 * ms for which a line is held: a caller is announced before the queue is named that was called, and a queue keeps its
 * number.
 */
const HOLD = 1_000

/** Pseudonymizes lines. A line goes on when a later one comes that is a second younger, or at the end. */
export function createPseudonymizer(pseudonyms: Pseudonyms, write: (line: RecordedLine) => void): LineWriter {
  const held: RecordedLine[] = []
  const release = (until: number) => {
    for (let first = held[0]; first !== undefined && first.t <= until; first = held[0]) {
      held.shift()
      write(pseudonymizeLine(first, pseudonyms))
    }
  }
  return {
    write: line => {
      if (line.kind === undefined && 'queue' in line.frame && isTextOrNumber(line.frame.queue))
        pseudonyms.learnQueue(String(line.frame.queue))
      held.push(line)
      release(line.t - HOLD)
    },
    end: () => release(Number.POSITIVE_INFINITY),
  }
}

type FieldKind = 'keep' | 'queue' | 'number' | 'name' | 'id'

/** The fields of the document, by what they hold. */
const FIELDS: Readonly<Record<string, FieldKind>> = {
  event: 'keep',
  unique_id: 'keep',
  from_queue_unique_id: 'keep',
  position: 'keep',
  holdtime: 'keep',
  status: 'keep',
  code: 'keep',
  message: 'keep',
  queue: 'queue',
  caller: 'number',
  callee: 'number',
  called_number: 'number',
  member: 'number',
  caller_name: 'name',
  callee_name: 'name',
  member_name: 'name',
  call_random_id: 'id',
}

/**
 * A line with pseudonyms for numbers and names. Text that cannot be read cannot be pseudonymized: a text as unreadable
 * takes its place.
 */
export function pseudonymizeLine(line: RecordedLine, pseudonyms: Pseudonyms): RecordedLine {
  switch (line.kind) {
    case 'text':
      return { ...line, frame: { text: replaceText(line.frame.text) } }
    case 'binary':
      return { ...line, frame: { base64: '' } }
    case undefined:
      return { ...line, frame: pseudonymizeFields(line.frame, pseudonyms, MAX_NESTING) }
    default:
      return line
  }
}

function pseudonymizeFields(frame: object, pseudonyms: Pseudonyms, levels: number): object {
  return Object.fromEntries(
    Object.entries(frame).map(([field, value]) => {
      const kind = Object.hasOwn(FIELDS, field) && isTextOrNumber(value) ? FIELDS[field] : undefined
      if (kind === 'keep') return [field, value]
      if (kind === undefined) return [field, pseudonymizeUnknown(value, pseudonyms, levels - 1)]
      return [field, withSameType(value, pseudonyms[kind])]
    }),
  )
}

/**
 * A value whose meaning is unknown may be personal, whatever it is: only unique ids stay. Values below `levels` levels
 * become `null`.
 */
function pseudonymizeUnknown(value: unknown, pseudonyms: Pseudonyms, levels: number): unknown {
  if (typeof value === 'object' && value !== null && levels <= 0) return null
  if (Array.isArray(value)) return value.map(part => pseudonymizeUnknown(part, pseudonyms, levels - 1))
  if (isObject(value)) return pseudonymizeFields(value, pseudonyms, levels)
  if (!isTextOrNumber(value) || /^\d{10}\.\d+$/.test(String(value))) return value
  return withSameType(value, pseudonyms.name)
}

/** A whole number stays a number. A fraction is nobody's number, and is kept. */
function withSameType(value: unknown, pseudonymize: (text: string) => string): unknown {
  if (typeof value !== 'number') return pseudonymize(String(value))
  return Number.isSafeInteger(value) && value >= 0 ? Number(pseudonymize(String(value))) : value
}

function isTextOrNumber(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

/**
 * `null` for JSON that is no readable frame, `?` for a text that is no JSON, and nothing for a blank one: each is read
 * with the same anomaly.
 */
function replaceText(text: string): string {
  if (text.trim() === '') return ''
  try {
    JSON.parse(text)
    return 'null'
  } catch {
    return '?'
  }
}
