#!/usr/bin/env node
import { inspect } from 'node:util'
import { main } from './main.js'
import { cleanLines } from './terminal.js'

/**
 * A defect of ours, which none of the documented codes may stand for: it ends with its stack, and with the number that sysexits.h has for it. Another
 * there is for output that cannot be written, as to a full disk.
 */
function fail(error: unknown): never {
  const { syscall, message } = error as NodeJS.ErrnoException
  const isOutput = syscall === 'write'
  process.stderr.write(
    isOutput
      ? `The output cannot be written: ${message}\n`
      : `${cleanLines(inspect(error))}\nThis is a defect of viptel-pbx.\n`,
  )
  process.exit(isOutput ? 74 : 70)
}

process.on('uncaughtException', fail)
process.exitCode = await main(process).catch(fail)
