#!/usr/bin/env node
import { inspect } from 'node:util'
import { removeControlsOfLines } from './control-characters.js'
import { main } from './main.js'
import { messageOf } from './system-error.js'

/** Exit codes of sysexits.h, beside the documented ones: EX_SOFTWARE and EX_IOERR. */
const DEFECT = 70
const OUTPUT_FAILED = 74

/**
 * Ends the process for an error that no command expects: with its stack, unless it is output that cannot be written, as
 * to a full disk.
 */
function fail(error: unknown): never {
  const isOutput = typeof error === 'object' && error !== null && 'syscall' in error && error.syscall === 'write'
  process.stderr.write(
    isOutput
      ? `The output cannot be written: ${messageOf(error)}\n`
      : `${removeControlsOfLines(inspect(error))}\nThis is a defect of viptel-pbx.\n`,
  )
  process.exit(isOutput ? OUTPUT_FAILED : DEFECT)
}

process.on('uncaughtException', fail)
process.exitCode = await main(process).catch(fail)
