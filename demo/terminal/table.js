// @ts-check
// The queues and their callers, below the events: redrawn in place on a terminal, printed now and then elsewhere.
import { clean } from './wording.js'

/** ms between two drawings. */
const EVERY = { terminal: 250, file: 5_000 }
/** Columns at most, and where the terminal has no width. */
const WIDTH = 100

/** @param {number} ms */
const running = ms => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1_000) % 60).padStart(2, '0')}`

/**
 * @param {import('viptel-pbx').Queue} queue
 * @param {readonly import('viptel-pbx').Call[]} calls
 * @param {number} now
 * @param {number} speed how many times faster than the clock the queue's time passes
 */
function queueLines({ queue, members, waiting, complete, stale }, calls, now, speed) {
  const talking = new Map(
    calls.flatMap(({ phase, answeredBy, caller }) =>
      phase === 'answered' && answeredBy !== undefined ? [[answeredBy, caller]] : [],
    ),
  )
  const rung = new Map(
    calls.flatMap(({ legs }) =>
      legs
        .filter(({ endedAt, answeredAt }) => endedAt === undefined && answeredAt === undefined)
        .map(leg => [leg.callee, 1]),
    ),
  )
  const agents = members.map(
    ({ member, paused }) =>
      `${member} ${paused ? 'pause' : talking.has(member) ? 'talks' : rung.has(member) ? 'rings' : 'free'}`,
  )
  return [
    `queue ${queue}${stale ? ' (not seen since the gap)' : ''}   ${complete ? 'agents' : 'agents seen'}: ${agents.join(', ') || 'none yet'}`,
    ...waiting.map(
      ({ position, caller, callerName, since, leaving }) =>
        `  ${position}. ${callerName === '' || callerName === caller ? caller : `${callerName} (${caller})`} waits ${running((now - since) * speed)}${leaving ? ', has left' : ''}`,
    ),
    ...(waiting.length === 0 ? ['  nobody waits'] : []),
  ]
}

/**
 * Draws the table until it is stopped. Lines of the log are printed by `log`, above it.
 *
 * @param {{ calls: import('viptel-pbx').CallTracker, queues: import('viptel-pbx').QueueTracker, speed: number, out?: NodeJS.WriteStream }} options
 */
export function showTable({ calls, queues, speed, out = process.stdout }) {
  let drawn = 0
  const lines = () => {
    const list = [...calls.current.values()]
    const live = list.filter(({ phase }) => phase !== 'ended' && phase !== 'lost')
    const head = `${live.length} calls, ${live.filter(({ phase }) => phase === 'answered').length} answered, ${live.filter(({ stale }) => stale).length} not sure`
    const now = Date.now()
    return [head, ...[...queues.current.values()].flatMap(queue => queueLines(queue, live, now, speed))].map(line =>
      clean(line).slice(0, WIDTH),
    )
  }
  const erase = () => {
    // up to the first line of the table, then erase everything below
    if (drawn > 0) out.write(`\u001b[${drawn}A\u001b[J`)
    drawn = 0
  }
  const draw = () => {
    erase()
    const { columns = WIDTH, rows = Number.POSITIVE_INFINITY } = out
    // lines that have scrolled away can no longer be erased
    const table = ['-'.repeat(Math.min(WIDTH, columns)), ...lines()].slice(0, Math.max(1, rows - 1))
    // without wrapping, a line too long for this terminal still takes one row
    out.write(`\u001b[?7l${table.join('\n')}\n\u001b[?7h`)
    drawn = table.length
  }
  const print = () => out.write(`${lines().join('\n')}\n`)
  const timer = setInterval(out.isTTY ? draw : print, out.isTTY ? EVERY.terminal : EVERY.file)
  return {
    /** Prints a line above the table. @param {string} line */
    log: line => {
      erase()
      out.write(`${line}\n`)
      if (out.isTTY) draw()
    },
    stop: () => {
      clearInterval(timer)
      if (!out.isTTY) print()
    },
  }
}
