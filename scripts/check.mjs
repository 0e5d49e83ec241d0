// `npm run check`: what a change needs before it is committed, in under a minute on two cores: types, lint, and the specs
// without a browser or a package. Enumerations over every order (`*.exhaustive.spec.ts`) are left to `npm test`, and said.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))
/** Three workers on two cores: some specs wait for sockets while the others count. */
const WORKERS = 3

const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js']
const LEFT_OUT = ['spec/(package|browser)/', '\\.exhaustive\\.spec\\.ts$']

/** Runs a command in the project; the first that fails ends the check with its exit code. */
function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

run('npm', ['run', '--silent', 'typecheck'])
run('npm', ['run', '--silent', 'lint'])
const ignored = LEFT_OUT.flatMap(pattern => ['--testPathIgnorePatterns', pattern])
run(process.execPath, [...JEST, '--selectProjects', 'node', `--maxWorkers=${WORKERS}`, ...ignored])

const exhaustive = readdirSync(new URL('spec', new URL('../', import.meta.url)), { recursive: true })
  .filter(path => path.endsWith('.exhaustive.spec.ts'))
  .sort()
console.log(`\nLeft out: the specs of pages and of the package, and ${exhaustive.length} exhaustive ones:`)
console.log(`${exhaustive.map(path => `  spec/${path}`).join('\n')}\n\`npm test\` runs them all.`)
