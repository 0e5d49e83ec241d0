import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'

/** ms a whole run may take, and ms jest may take to leave after it: a spec that left something open must fail, not hang. */
const RUN = 30 * 60_000
const LEAVE = 10_000

/**
 * Says on the last lines of a run what it left out, keeps its totals in `.jest/totals.json` for `.ci/run`, and ends a run that does not end by itself.
 * With CI in the environment nothing may be left out: a skipped or todo spec fails the run.
 */
export default class Reporter {
  #root
  #partial
  #error

  constructor({ rootDir, testNamePattern }) {
    this.#root = rootDir
    // `-t` leaves out whatever does not match, on purpose
    this.#partial = Boolean(testNamePattern)
  }

  onRunStart() {
    rmSync(`${this.#root}/.jest/totals.json`, { force: true })
    // the timers do not keep the process alive
    setTimeout(() => give(`The specs took longer than ${RUN / 60_000} minutes.`), RUN).unref()
  }

  onRunComplete(
    _,
    { testResults, numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites },
  ) {
    const totals = {
      passed: numPassedTests,
      // a file that could not even run has no failed test to count
      failed: numFailedTests + numRuntimeErrorTestSuites,
      leftOut: numPendingTests + numTodoTests,
    }
    mkdirSync(`${this.#root}/.jest`, { recursive: true })
    writeFileSync(`${this.#root}/.jest/totals.json`, `${JSON.stringify(totals)}\n`)
    if (totals.leftOut > 0 && !this.#partial) {
      const all = totals.leftOut + totals.passed + totals.failed
      const note = `\nLeft out: ${totals.leftOut} of ${all} specs\n${leftOut(testResults, this.#root)}`
      // jest still has its summary to print
      process.on('exit', () => process.stderr.write(note))
      if (process.env.CI) this.#error = new Error('CI is set, so no spec may be left out')
    }
    setTimeout(
      () => give(`Jest did not end within ${LEAVE / 1_000} s: a spec left a server, socket or timer open.`),
      LEAVE,
    ).unref()
  }

  getLastError() {
    return this.#error
  }
}

/** One line for each group of specs, since a group that is skipped says in its name why. */
function leftOut(files, root) {
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

function give(message) {
  process.stderr.write(`\n${message}\n`)
  process.exit(1)
}
