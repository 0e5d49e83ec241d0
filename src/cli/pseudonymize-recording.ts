import type { RecordedLine } from '../simulator/index.js'
import type { Mask } from './pseudonymize.js'

/** Lines on their way to the file. */
export interface Lines {
  write(line: RecordedLine): void
  /** Nothing more will come. */
  end(): void
}

/** ms for which a line is held: a caller is announced before the queue is named that was called, which is to keep its number. */
const HOLD = 1_000

/** Masks lines. A line goes on when a later one comes that is a second younger, or at the end. */
export function maskedLines(mask: Mask, write: (line: RecordedLine) => void): Lines {
  const held: RecordedLine[] = []
  const release = (until: number) => {
    for (let first = held[0]; first !== undefined && first.t <= until; first = held[0]) {
      held.shift()
      write(maskedLine(first, mask))
    }
  }
  return {
    write: line => {
      if (line.kind === undefined && 'queue' in line.frame && isScalar(line.frame.queue))
        mask.learnQueue(String(line.frame.queue))
      held.push(line)
      release(line.t - HOLD)
    },
    end: () => release(Number.POSITIVE_INFINITY),
  }
}

const FIELDS: Readonly<Record<string, 'keep' | 'queue' | 'number' | 'name' | 'id'>> = {
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

export function maskedLine(line: RecordedLine, mask: Mask): RecordedLine {
  switch (line.kind) {
    case 'text':
      return { ...line, frame: { text: maskedText(line.frame.text) } }
    case 'binary':
      return { ...line, frame: { base64: '' } }
    case undefined:
      return { ...line, frame: maskedFields(line.frame, mask) }
    default:
      return line
  }
}

function maskedFields(frame: object, mask: Mask): object {
  return Object.fromEntries(
    Object.entries(frame).map(([field, value]) => {
      const kind = Object.hasOwn(FIELDS, field) && isScalar(value) ? FIELDS[field] : undefined
      if (kind === 'keep') return [field, value]
      return [field, kind === undefined ? unknown(value, mask) : sameType(value, mask[kind])]
    }),
  )
}

/** Of what nobody knows the meaning of, everything might be personal. */
function unknown(value: unknown, mask: Mask): unknown {
  if (Array.isArray(value)) return value.map(part => unknown(part, mask))
  if (typeof value === 'object' && value !== null) return maskedFields(value, mask)
  if (!isScalar(value) || /^\d{10}\.\d+$/.test(String(value))) return value
  return sameType(value, mask.name)
}

/** A number stays one, if it is whole; a part of one would be nobody's. */
function sameType(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value !== 'number') return mask(String(value))
  return Number.isSafeInteger(value) && value >= 0 ? Number(mask(String(value))) : value
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

/** What cannot be read cannot be masked: something as unreadable stands for it. */
function maskedText(text: string): string {
  if (text.trim() === '') return ''
  try {
    JSON.parse(text)
    return 'null'
  } catch {
    return '?'
  }
}
