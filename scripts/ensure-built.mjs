// Builds `dist` when it is missing, incomplete, or older than its sources.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../', import.meta.url)
const modified = path => statSync(new URL(path, root)).mtimeMs
/** Every path in a part of `package.json`. */
const pathsIn = part => (typeof part === 'string' ? [part] : Object.values(part ?? {}).flatMap(pathsIn))

function isCurrent() {
  const { main, module, types, bin, unpkg, exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  const made = pathsIn({ main, module, types, bin, unpkg, exports }).filter(path => path.startsWith('./dist/'))
  if (!made.every(path => existsSync(new URL(path, root)))) return false
  // a folder's time changes when a file in it is deleted
  const sources = readdirSync(new URL('src', root), { recursive: true }).map(path => `src/${path}`)
  const newest = Math.max(
    ...['src', ...sources, 'rollup.config.mjs', 'package.json', 'package-lock.json', 'tsconfig.json'].map(modified),
  )
  return Math.min(...made.map(modified)) >= newest
}

if (!isCurrent()) {
  // stdout belongs to the command that follows
  console.error('Building dist …')
  const rollup = fileURLToPath(new URL('node_modules/rollup/dist/bin/rollup', root))
  const { status } = spawnSync(process.execPath, [rollup, '--config', '--silent'], {
    cwd: fileURLToPath(root),
    stdio: ['ignore', 2, 2],
  })
  process.exitCode = status ?? 1
}
