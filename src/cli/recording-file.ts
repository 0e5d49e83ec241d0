import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { RecordedLine } from '../simulator/index.js'
import { UsageError } from './exit-codes.js'
import { codeOf, messageOf } from './system-error.js'

/** A recording that grows. */
export interface RecordingFile {
  readonly path: string
  /** Lines so far. */
  readonly lines: number
  /**
   * Writes a line. The line is in the file when `write` returns, so that nothing is lost, however the process ends.
   * Throws {@link UsageError}.
   */
  write(line: RecordedLine): void
  close(): void
}

/**
 * Prepares a file, which is made with its first line. Throws {@link UsageError} for a file that is there already,
 * unless `force` overwrites it.
 */
export function createRecordingFile(path: string, { force }: { force: boolean }): RecordingFile {
  const alreadyThere = () => new UsageError(`'${path}' is there already; --force overwrites it.`)
  if (!force && existsSync(path)) throw alreadyThere()
  let file: number | undefined
  let lines = 0
  // 0o600: calls are private on a machine that people share
  const open = () => openSync(path, force ? 'w' : 'wx', 0o600)
  return {
    path,
    get lines() {
      return lines
    },
    write: line => {
      const json = toJson(line)
      try {
        file ??= open()
        writeSync(file, `${json}\n`)
        lines += 1
      } catch (error) {
        if (codeOf(error) === 'EEXIST') throw alreadyThere()
        throw new UsageError(`'${path}' cannot be written: ${messageOf(error)}.`, { cause: error })
      }
    },
    close: () => {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

/** A line as JSON. A frame that JSON cannot hold becomes a text that says so: one frame never ends a recording. */
function toJson(line: RecordedLine): string {
  try {
    return JSON.stringify(line)
  } catch (error) {
    const text = `A frame could not be written down: ${messageOf(error)}`
    return JSON.stringify({ t: line.t, kind: 'text', frame: { text } } satisfies RecordedLine)
  }
}

/** Throws {@link UsageError} when the file cannot be read. */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`'${path}' cannot be read: ${messageOf(error)}.`, { cause: error })
  }
}
