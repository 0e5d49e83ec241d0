import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, sep } from 'node:path'

export const folder = process.env['CONSUMER'] ?? ''
export const installed = join(folder, 'node_modules/viptel-pbx')

interface Manifest {
  readonly version: string
  readonly exports: object
  readonly [field: string]: unknown
}

/** The `package.json` of the tarball. */
export const manifest = () => JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Manifest

/** Every file of the tarball, with `/` between folders, in order. */
export async function packedFiles(): Promise<string[]> {
  const entries = await readdir(installed, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return paths.map(path => path.slice(installed.length + 1).replaceAll(sep, '/')).sort()
}

export const packedText = (path: string) => readFile(join(installed, path), 'utf8')

/** Puts a file beside the installed package. */
export const place = (name: string, text: string) => writeFile(join(folder, name), text)

export interface Ran {
  readonly code: number | null
  readonly output: string
}

/** Runs Node in the consumer's folder. A program that has not ended after `limit` ms is killed, and has no code. */
export function node(args: readonly string[], limit: number): Promise<Ran> {
  return new Promise(resolve => {
    // outside jest's flags, as a user would run it
    const child = execFile(
      process.execPath,
      args,
      { cwd: folder, timeout: limit, env: { ...process.env, NODE_OPTIONS: '' } },
      (_, stdout, stderr) => resolve({ code: child.exitCode, output: stdout + stderr }),
    )
  })
}
