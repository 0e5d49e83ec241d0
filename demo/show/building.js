// @ts-check
// Installs and builds the wallboard where that was not done yet, or where it stands on something older.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../../', import.meta.url)
const WALLBOARD = new URL('demo/wallboard/', ROOT)

/** The page as browsers get it. */
export const BUILT = fileURLToPath(new URL('dist/', WALLBOARD))

/** ms since the epoch; 0 for what is not there. @param {URL} path */
const modified = path => (existsSync(path) ? statSync(path).mtimeMs : 0)

/** @param {string[]} args */
function npm(args) {
  // whatever NODE_ENV a spec has, what is built is for production, and to build it the tools are needed
  const { NODE_ENV, NODE_OPTIONS, ...env } = process.env
  // on Windows npm is a script for the shell
  const { status } = spawnSync('npm', args, {
    cwd: fileURLToPath(WALLBOARD),
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
    env,
  })
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in demo/wallboard.`)
}

/** The built package must be there. */
export function buildWallboard() {
  const installed = modified(new URL('node_modules/.package-lock.json', WALLBOARD))
  // the package is installed as a user would, which copies it
  const needed = Math.max(modified(new URL('dist/index.js', ROOT)), modified(new URL('package-lock.json', WALLBOARD)))
  const isInstalled = installed >= needed
  if (!isInstalled) {
    process.stderr.write('Installing what the wallboard needs …\n')
    npm(['ci', '--no-audit', '--no-fund', '--prefer-offline'])
  }
  const sources = [
    'index.html',
    'vite.config.ts',
    'package.json',
    ...readdirSync(new URL('src', WALLBOARD), { recursive: true }).map(path => `src/${path}`),
  ]
  const newest = Math.max(...sources.map(path => modified(new URL(path, WALLBOARD))))
  if (isInstalled && modified(new URL('dist/index.html', WALLBOARD)) >= newest) return
  process.stderr.write('Building the wallboard …\n')
  npm(['run', '--silent', 'build', '--', '--logLevel', 'warn'])
}
