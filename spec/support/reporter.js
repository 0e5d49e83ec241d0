import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'

/** ms that a whole run may take. */
const RUN_LIMIT = 30 * 60_000
/** ms that jest may take to end after a run. A spec that left something open must fail, not hang. */
const EXIT_LIMIT = 60_000

/**
 * Prints after a run which specs it left out, writes its totals to `.jest/totals.json` for `.ci/run`, and ends a run that
 * does not end by itself. With CI in the environment a skipped or todo spec fails the run.
 */
export default class Reporter {
  #root
  #isPartial
  #isWatching
  #error

  constructor({ rootDir, testNamePattern, watch, watchAll }) {
    this.#root = rootDir
    // `-t` leaves out specs on purpose
    this.#isPartial = Boolean(testNamePattern)
    this.#isWatching = watch || watchAll
  }

  onRunStart() {
    rmSync(`${this.#root}/.jest/totals.json`, { force: true })
    this.#exitAfter(RUN_LIMIT, `The specs took longer than ${RUN_LIMIT / 60_000} minutes.`)
  }

  onRunComplete(
    _,
    { testResults, numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites },
  ) {
    const totals = {
      passed: numPassedTests,
      // a file that could not be loaded has no failed test
      failed: numFailedTests + numRuntimeErrorTestSuites,
      leftOut: numPendingTests + numTodoTests,
    }
    mkdirSync(`${this.#root}/.jest`, { recursive: true })
    writeFileSync(`${this.#root}/.jest/totals.json`, `${JSON.stringify(totals)}\n`)
    if (totals.leftOut > 0 && !this.#isPartial) {
      const all = totals.leftOut + totals.passed + totals.failed
      const note = `\nLeft out: ${totals.leftOut} of ${all} specs\n${describeLeftOut(testResults, this.#root)}`
      // after the summary of jest
      process.on('exit', () => process.stderr.write(note))
      if (process.env.CI) this.#error = new Error('CI is set, so no spec may be left out')
    }
    this.#exitAfter(
      EXIT_LIMIT,
      `Jest did not end within ${EXIT_LIMIT / 1_000} s: a spec left a server, socket or timer open.`,
    )
  }

  /** Ends the process in `ms` with an error, unless it has ended by itself or watches files. */
  #exitAfter(ms, message) {
    if (this.#isWatching) return
    setTimeout(() => {
      process.stderr.write(`\n${message}\n`)
      process.exit(1)
    }, ms).unref()
  }

  getLastError() {
    return this.#error
  }
}

/** One line for each group of skipped specs: the name of a skipped group has the reason. */
function describeLeftOut(files, root) {
  const groups = new Map()
  for (const { testFilePath, testResults } of files) {
    for (const { status, ancestorTitles, title } of testResults) {
      if (status !== 'pending' && status !== 'todo') continue
      const group = `${relative(root, testFilePath)}: ${ancestorTitles[0] ?? title}`
      groups.set(group, (groups.get(group) ?? 0) + 1)
    }
  }
  return [...groups].map(([group, count]) => `  ${count} in ${group}\n`).join('')
}
