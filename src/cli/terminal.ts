import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import { removeControls, removeControlsOfLines } from './control-characters.js'
import { codeOf, messageOf } from './system-error.js'

/** Text, or a part of it with a colour. */
export type Part = string | { readonly colour: Colour; readonly text: string }

/** The streams of a command. No text that is printed here can steer a terminal, no matter who chose the names in it. */
export interface Terminal {
  /** Prints a line of the result, on stdout. */
  line(...parts: Part[]): void
  /**
   * Prints a value as one line of JSON, on stdout; an object with `error: 'NotShown'` for a value that JSON cannot
   * hold. Never throws.
   */
  json(value: unknown): void
  /** Prints a line that is not the result, on stderr: progress, warnings, what may have been missed. */
  note(...parts: Part[]): void
  /** Prints a text of several lines, on stdout. */
  help(text: string): void
  /** Aborts when nobody reads stdout any more, as when `| head` has seen enough. */
  readonly closed: AbortSignal
}

export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold'

type Stream = Writable & { readonly isTTY?: boolean }

/** The streams and settings of a process. */
export interface TerminalParts {
  readonly stdout: Stream
  readonly stderr: Stream
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Codes of a stream without a reader: a closed pipe, a terminal that is gone. */
const WITHOUT_READER: ReadonlySet<string> = new Set(['EPIPE', 'ERR_STREAM_DESTROYED', 'EIO'])

export function createTerminal({ stdout, stderr, env }: TerminalParts): Terminal {
  const closing = new AbortController()
  // https://no-color.org: NO_COLOR counts with any value but an empty one
  const isColourful = !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  stdout.on('error', error => {
    throwUnlessLeft(error)
    closing.abort()
  })
  stderr.on('error', throwUnlessLeft)

  const write = (stream: Stream, text: string) => {
    // the streams of a process still call themselves writable after EPIPE
    if (stream.writable && !(stream === stdout && closing.signal.aborted)) stream.write(`${text}\n`)
  }
  const print = (stream: Stream, parts: readonly Part[]) =>
    write(stream, parts.map(part => format(part, isColourful && stream.isTTY === true)).join(''))
  return {
    line: (...parts) => print(stdout, parts),
    json: value => write(stdout, toJson(value)),
    note: (...parts) => print(stderr, parts),
    help: text => write(stdout, removeControlsOfLines(text)),
    closed: closing.signal,
  }
}

/** Throws an error of a stream, such as that of a full disk. A reader who has left wants no complaint about it. */
function throwUnlessLeft(error: Error): void {
  if (!WITHOUT_READER.has(codeOf(error) ?? '')) throw error
}

function format(part: Part, isColoured: boolean): string {
  if (typeof part === 'string') return removeControls(part)
  const text = removeControls(part.text)
  // `validateStream` would look at stdout, whichever stream this is for
  return isColoured ? styleText(part.colour, text, { validateStream: false }) : text
}

function toJson(value: unknown): string {
  try {
    return escapeUnprintable(JSON.stringify(value))
  } catch (error) {
    // such as a RangeError for a value that is nested too deeply
    return JSON.stringify({ error: 'NotShown', message: `This line could not be shown: ${messageOf(error)}` })
  }
}

/** JSON leaves characters as they are that could steer a terminal; escaped they mean the same. */
function escapeUnprintable(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, found =>
    Array.from({ length: found.length }, (_, index) => escapeUnit(found.charCodeAt(index))).join(''),
  )
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
