import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { RecordedLine } from '../simulator/index.js'
import { UsageError } from './exit-codes.js'

/** A recording that grows. */
export interface RecordingFile {
  readonly path: string
  /** Lines so far. */
  readonly lines: number
  /** In the file when it returns: nothing is lost, however the process ends. Throws {@link UsageError}. */
  write(line: RecordedLine): void
  close(): void
}

/** The file is made with its first line. Throws {@link UsageError} when it is there already, unless told to overwrite it. */
export function recordingFile(path: string, { force }: { force: boolean }): RecordingFile {
  const taken = () => new UsageError(`'${path}' is there already; --force overwrites it.`)
  if (!force && existsSync(path)) throw taken()
  let file: number | undefined
  let lines = 0
  // calls are nobody else's business on a machine that people share
  const open = () => openSync(path, force ? 'w' : 'wx', 0o600)
  return {
    path,
    get lines() {
      return lines
    },
    write: line => {
      try {
        file ??= open()
        writeSync(file, `${JSON.stringify(line)}\n`)
        lines += 1
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw taken()
        throw new UsageError(`'${path}' cannot be written: ${(error as Error).message}.`, { cause: error })
      }
    },
    close: () => {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

/** Throws {@link UsageError} when it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`'${path}' cannot be read: ${(error as Error).message}.`, { cause: error })
  }
}
