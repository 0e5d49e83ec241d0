// @ts-check
// Installs and builds the wallboard, unless the present build is newer than everything it is made of.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../../', import.meta.url)
const WALLBOARD = new URL('demo/wallboard/', ROOT)

/** Folder of the built page. */
export const BUILT = fileURLToPath(new URL('dist/', WALLBOARD))

/** Time of the last change in ms since the epoch; 0 for a missing file. @param {URL} path */
const modified = path => (existsSync(path) ? statSync(path).mtimeMs : 0)

/** @param {string[]} args */
function npm(args) {
  // a spec's NODE_ENV must neither change the build nor leave out the build tools
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

/** Builds the wallboard. The package must have been built before. */
export function buildWallboard() {
  const installed = modified(new URL('node_modules/.package-lock.json', WALLBOARD))
  // the package is installed as a user would install it, by a copy
  const needed = Math.max(modified(new URL('dist/index.js', ROOT)), modified(new URL('package-lock.json', WALLBOARD)))
  const isInstalled = installed >= needed
  if (!isInstalled) {
    process.stderr.write("Installing the wallboard's dependencies …\n")
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
