// @ts-check
import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** ms that one side may take; a client that has lost a frame would wait for ever. */
const LONGEST = 300_000
const pathOf = (/** @type {string} */ program) => fileURLToPath(new URL(`../sides/${program}.js`, import.meta.url))

/**
 * Runs one side in a fresh process, and gives the figures that the side prints.
 *
 * @param {string} program a file of `sides/`
 * @param {readonly (string | number | boolean)[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<any>}
 */
export async function measureSide(program, args, env = process.env) {
  const { stdout } = await run(process.execPath, ['--expose-gc', pathOf(program), ...args.map(String)], {
    env,
    timeout: LONGEST,
  })
  return JSON.parse(stdout)
}

/**
 * Starts a server in a process of its own for as long as `use` runs.
 *
 * @template T
 * @param {string} program a file of `sides/`, which sends its port when it listens
 * @param {readonly (string | number)[]} args
 * @param {(url: string) => Promise<T>} use
 */
export async function withServer(program, args, use) {
  const server = fork(pathOf(program), args.map(String))
  try {
    const [port] = await once(server, 'message')
    return await use(`ws://127.0.0.1:${port}`)
  } finally {
    server.kill()
  }
}

/**
 * Measures sides in turns, so that a machine whose speed drifts is fair to all. Each round begins with another side.
 *
 * @template {string} S
 * @template F
 * @param {number} rounds
 * @param {Record<S, () => Promise<F>>} sides
 * @returns {Promise<Record<S, F[]>>} the figures of each side, round by round
 */
export async function interleave(rounds, sides) {
  const names = /** @type {S[]} */ (Object.keys(sides))
  const figures = /** @type {Record<S, F[]>} */ ({})
  for (const name of names) figures[name] = []
  for (let round = 0; round < rounds; round += 1) {
    for (const [turn] of names.entries()) {
      const name = /** @type {S} */ (names[(round + turn) % names.length])
      figures[name].push(await sides[name]())
    }
  }
  return figures
}

/**
 * The ratio of two sides whose figures are cold and warm.
 *
 * @param {readonly { cold: number, warm: number }[]} above
 * @param {readonly { cold: number, warm: number }[]} below
 */
export function compare(above, below) {
  /** @param {'cold' | 'warm'} state */
  const ratiosOf = state => above.map((figure, round) => figure[state] / (below[round]?.[state] ?? Number.NaN))
  return { warm: ratiosOf('warm'), cold: ratiosOf('cold') }
}
