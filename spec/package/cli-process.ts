import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { within } from '../support/bare-server.js'
import { installed, manifest } from './consumer.js'

const { bin } = manifest() as unknown as { bin: Record<string, string> }
const BINARY = join(installed, bin['viptel-pbx'] ?? '')

/** ms after which a wait is taken for one that hangs. No spec depends on how long it is. */
const GUARD = 50_000

/** A command of the installed package, in a process of its own. Kill `child` in `afterEach`. */
export function startCommand(
  args: readonly string[],
  { env, cwd, node = [] }: { env: NodeJS.ProcessEnv; cwd: string; node?: readonly string[] },
) {
  const what = `viptel-pbx ${args.join(' ')}`
  // without jest's flags and the settings of this shell
  const child = spawn(process.execPath, [...node, BINARY, ...args], { cwd, env: { PATH: process.env['PATH'], ...env } })
  const ran = { stdout: '', stderr: '' }
  const looks = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', data => {
      ran[name] += String(data)
      for (const look of looks) look()
    })
  }
  const closed = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(resolve =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  )
  return {
    child,
    ran,
    ended: async () => ({ ...(await within(GUARD, `the end of ${what}`, closed)), ...ran }),
    /** Resolves when the stream holds the text, which it may already. */
    said: (name: 'stdout' | 'stderr', text: RegExp) => {
      const found = new Promise<void>(resolve => {
        const look = () => {
          if (!text.test(ran[name])) return
          looks.delete(look)
          resolve()
        }
        looks.add(look)
        look()
      })
      return within(GUARD, `${text} on ${name} of ${what}`, found)
    },
  }
}
