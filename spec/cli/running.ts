import { EventEmitter, once } from 'node:events'
import { Writable } from 'node:stream'
import { main } from '../../src/cli/main.js'
import { within } from '../support/bare-server.js'

/** ms after which a wait is taken for one that hangs. No spec depends on how long it is. */
const GUARD = 50_000

/** A command that runs in this process, with streams of its own. */
export interface Running {
  /** The exit code. */
  readonly ended: Promise<number>
  /** The text so far. */
  readonly stdout: string
  readonly stderr: string
  /** Resolves when the stream holds the text, which it may already. */
  said(stream: 'stdout' | 'stderr', what: RegExp): Promise<RegExpExecArray>
  signal(name: 'SIGINT' | 'SIGTERM'): void
  /** Ends the time limit that is running, or the next one. Only for a command with held timers. */
  expire(): Promise<void>
  /** Ends the reading of stdout. */
  hangUp(): void
}

/** The lines of stdout as JSON. */
export const objects = ({ stdout }: Pick<Running, 'stdout'>) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Record<string, unknown>)

/** Timers that fire when a spec says so. */
function createHeldTimers() {
  const set = new EventEmitter()
  const pending = new Set<() => void>()
  return {
    after: (_: number, run: () => void) => {
      pending.add(run)
      set.emit('timer')
      return () => void pending.delete(run)
    },
    expire: async () => {
      if (pending.size === 0) await once(set, 'timer')
      for (const run of pending) run()
    },
  }
}

/** Runs a command. With `isTimeHeld` its own timers fire only by `expire`. */
export function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { isTimeHeld = false }: { isTimeHeld?: boolean } = {},
): Running {
  const timers = createHeldTimers()
  const printed = new EventEmitter()
  printed.setMaxListeners(0)
  const texts = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') =>
    new Writable({
      write: (chunk, _, done) => {
        texts[name] += String(chunk)
        printed.emit('text')
        done()
      },
    })
  const stdout = stream('stdout')
  const process = Object.assign(new EventEmitter(), {
    argv: ['node', 'viptel-pbx', ...args],
    env,
    stdout,
    stderr: stream('stderr'),
    ...(isTimeHeld && { after: timers.after }),
  })
  const ended = within(GUARD, `the end of ${args.join(' ')}`, main(process as unknown as Parameters<typeof main>[0]))
  // a spec that fails before it awaits the end has an error of its own
  ended.catch(() => {})
  return {
    ended,
    get stdout() {
      return texts.stdout
    },
    get stderr() {
      return texts.stderr
    },
    said: (name, what) =>
      within(
        GUARD,
        `${what} on ${name}`,
        new Promise<RegExpExecArray>(resolve => {
          const look = () => {
            const found = what.exec(texts[name])
            if (found === null) return
            printed.off('text', look)
            resolve(found)
          }
          printed.on('text', look)
          look()
        }),
      ).catch(error => {
        throw new Error(`${error.message}\n${texts.stdout}\n${texts.stderr}`)
      }),
    signal: name => void process.emit(name),
    expire: () => within(GUARD, 'a time limit', timers.expire()),
    hangUp: () => void stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
  }
}
