import type { Writable } from 'node:stream'
import { stripVTControlCharacters, styleText } from 'node:util'

/** Text, or a part of it with a colour. */
export type Part = string | { readonly colour: Colour; readonly text: string }

/** Where a command prints. What it prints can steer no terminal, whoever chose the names in it. */
export interface Terminal {
  /** A line of the result, on stdout. */
  line(...parts: Part[]): void
  /** One object a line, on stdout. */
  json(value: unknown): void
  /** What is not the result, on stderr: progress, warnings, what may have been missed. */
  note(...parts: Part[]): void
  /** A text of several lines, on stdout. */
  help(text: string): void
  /** Nobody reads stdout any more, as when `| head` has seen enough. */
  readonly closed: AbortSignal
}

export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold'

/** The streams and settings of a process. */
export interface TerminalParts {
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What a stream fails with when nobody is at its other end: a pipe that was closed, a terminal that is gone. */
const LEFT_ALONE = new Set(['EPIPE', 'ERR_STREAM_DESTROYED', 'EIO'])

/** A text without what could move the cursor, recolour or turn the text around: a caller's name is chosen by the caller. */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
}

/** The same of a text of several lines. */
export function cleanLines(text: string): string {
  return text.split('\n').map(clean).join('\n')
}

export function createTerminal({ stdout, stderr, env }: TerminalParts): Terminal {
  const closing = new AbortController()
  // https://no-color.org: any value but an empty one
  const colourful = !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  // whoever stopped reading wants no complaint about it
  const alone = (then: () => void) => (error: NodeJS.ErrnoException) => {
    if (!LEFT_ALONE.has(error.code ?? '')) throw error
    then()
  }
  stdout.on(
    'error',
    alone(() => closing.abort()),
  )
  stderr.on(
    'error',
    alone(() => {}),
  )
  const write = (stream: Writable, text: string) => {
    // after EPIPE the streams of a process still call themselves writable
    if (stream.writable && !(stream === stdout && closing.signal.aborted)) stream.write(`${text}\n`)
  }
  const put = (stream: TerminalParts['stdout'], parts: readonly Part[]) => {
    const words = parts.map(part => {
      if (typeof part === 'string') return clean(part)
      // the stream was looked at here; by itself styleText looks at stdout, whatever this one is
      return colourful && stream.isTTY === true
        ? styleText(part.colour, clean(part.text), { validateStream: false })
        : clean(part.text)
    })
    write(stream, words.join(''))
  }
  return {
    line: (...parts) => put(stdout, parts),
    json: value => write(stdout, escaped(JSON.stringify(value))),
    note: (...parts) => put(stderr, parts),
    help: text => write(stdout, cleanLines(text)),
    closed: closing.signal,
  }
}

/** The same JSON, with escapes for what JSON leaves as it is and a terminal obeys. */
function escaped(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, found =>
    Array.from(
      { length: found.length },
      (_, index) => `\\u${found.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  )
}
