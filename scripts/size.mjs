// What the package costs a page, bundled and minified by esbuild as a consumer would: `npm run size` fails over the budget.
// `npm run size -- --compare` also bundles what people would use instead, fetched from the registry into a folder that is gone afterwards.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const { values: asked } = parseArgs({ options: { compare: { type: 'boolean' } } })
const root = fileURLToPath(new URL('../', import.meta.url))
const KB = 1_000
const kB = bytes => (bytes / KB).toFixed(1)

const CLIENT = "export { createPbxClient, reached, retryUnsent } from './dist/browser.js'"
const TRACKERS = CLIENT.replace('{', '{ trackCalls, trackQueues, toStore,')
const ROWS = [
  { name: 'the client with its dependencies', contents: CLIENT, budget: 30 * KB },
  { name: 'its own code alone', contents: CLIENT, packages: 'external', budget: 17.5 * KB },
  { name: 'what the trackers add', contents: TRACKERS, beside: CLIENT, budget: 9.5 * KB },
  { name: 'decodeFrame alone, with its dependencies', contents: "export { decodeFrame } from './dist/browser.js'", budget: 5 * KB },
]

/** Each as its own guide begins: the least that connects, logs in and listens. */
const OTHERS = [
  { name: 'partysocket', version: '1.3.0', contents: "export { WebSocket } from 'partysocket'" },
  { name: 'graphql-ws', version: '6.4.2', beside: ['graphql@16.12.0'], contents: "export { createClient } from 'graphql-ws'" },
  {
    name: 'home-assistant-js-websocket',
    version: '9.7.0',
    contents: "export { callService, createConnection, createLongLivedTokenAuth, subscribeEntities } from 'home-assistant-js-websocket'",
  },
  { name: 'obs-websocket-js', version: '5.0.8', contents: "export { default } from 'obs-websocket-js'" },
  { name: 'centrifuge', version: '5.8.0', contents: "export { Centrifuge } from 'centrifuge'" },
  { name: 'jssip', version: '3.13.8', contents: "export { default } from 'jssip'" },
]

async function bundle({ contents, packages = 'bundle', resolveDir = root }) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    packages,
    logLevel: 'error',
  })
  const [{ contents: code }] = outputFiles
  return { gzip: gzipSync(code, { level: 9 }).length, minified: code.length }
}

function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows]
  const widths = head.map((_, column) => Math.max(...lines.map(line => line[column].length)))
  for (const line of lines)
    console.log(`| ${line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join(' | ')} |`)
}

const own = []
for (const { name, contents, beside, packages, budget } of ROWS) {
  const whole = await bundle({ contents, packages })
  const part = beside === undefined ? { gzip: 0, minified: 0 } : await bundle({ contents: beside, packages })
  own.push({ name, budget, gzip: whole.gzip - part.gzip, minified: whole.minified - part.minified })
}
table(
  ['esbuild, min+gzip', 'kB', 'budget', 'minified'],
  own.map(({ name, gzip, budget, minified }) => [name, kB(gzip), kB(budget), kB(minified)]),
)
for (const { name, gzip, budget } of own) {
  if (gzip <= budget) continue
  console.error(`${name}: over the budget by ${gzip - budget} bytes`)
  process.exitCode = 1
}

if (asked.compare) {
  const folder = mkdtempSync(join(tmpdir(), 'viptel-pbx-size-'))
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'compare', private: true }))
    const wanted = OTHERS.flatMap(({ name, version, beside = [] }) => [`${name}@${version}`, ...beside])
    execFileSync('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', ...wanted], { cwd: folder })
    const rows = []
    for (const { name, version, contents } of OTHERS) {
      const { gzip, minified } = await bundle({ contents, resolveDir: folder })
      rows.push([`${name} ${version}`, kB(gzip), kB(minified)])
    }
    console.log(`\n${new Date().toISOString().slice(0, 10)}, what people would use instead:\n`)
    table(['package', 'kB', 'minified'], rows)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
