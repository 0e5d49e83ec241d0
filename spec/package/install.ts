import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Older compilers, which consumers use and this project does not. */
const COMPILERS = ['typescript-5.4@npm:typescript@5.4.5', 'typescript-5.9@npm:typescript@5.9.3']

/**
 * Packs `dist` as a release is packed, and installs the tarball in a folder of its own, far from this project's
 * `node_modules`. Jest calls this once before the specs of the package, which read the folder from `CONSUMER`.
 */
export default async function install(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'viptel-pbx-consumer-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder])
  const tarball = (await readdir(folder)).find(name => name.endsWith('.tgz'))
  if (tarball === undefined) throw new Error('npm pack left no tarball')
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true }))
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball}`, ...COMPILERS], {
    cwd: folder,
  })
  process.env['CONSUMER'] = folder
}
