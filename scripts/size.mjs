// What the package costs a page, bundled as a consumer would and minified by esbuild, and by terser, which webpack
// and rollup use: `npm run size` fails over the budget. `npm run size -- --compare` also bundles what people would
// use instead, fetched from the registry into a folder that is gone afterwards.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { minify } from 'terser'

const { values: asked } = parseArgs({ options: { compare: { type: 'boolean' } } })
const root = fileURLToPath(new URL('../', import.meta.url))
const MINIFIERS = ['terser', 'esbuild']
const kB = bytes => (bytes / 1_000).toFixed(1)

const using = (...names) => `export { ${names.join(', ')} } from './dist/browser.js'`
const CLIENT = using('createPbxClient')
/** Budgets in bytes, for terser and for esbuild. */
const ROWS = [
  { name: 'the client with all it needs', contents: CLIENT, budget: [22_700, 23_100] },
  { name: 'its own code alone', contents: CLIENT, packages: 'external', budget: [18_700, 18_800] },
  {
    name: 'trackCalls, trackQueues and toStore add',
    contents: using('createPbxClient', 'trackCalls', 'trackQueues', 'toStore'),
    beside: CLIENT,
    budget: [9_500, 9_500],
  },
  {
    name: 'reached and retryUnsent add',
    contents: using('createPbxClient', 'reached', 'retryUnsent'),
    beside: CLIENT,
    budget: [3_300, 3_600],
  },
  { name: 'decodeFrame alone', contents: using('decodeFrame'), budget: [1_600, 1_700] },
]

/** Each as its own guide begins: the least that connects, logs in and listens. */
const OTHERS = [
  { name: 'partysocket', version: '1.3.0', contents: "export { WebSocket } from 'partysocket'" },
  {
    name: 'graphql-ws',
    version: '6.4.2',
    beside: ['graphql@16.12.0'],
    contents: "export { createClient } from 'graphql-ws'",
  },
  {
    name: 'home-assistant-js-websocket',
    version: '9.7.0',
    contents:
      "export { callService, createConnection, createLongLivedTokenAuth, subscribeEntities } from 'home-assistant-js-websocket'",
  },
  { name: 'obs-websocket-js', version: '5.0.8', contents: "export { default } from 'obs-websocket-js'" },
  { name: 'centrifuge', version: '5.8.0', contents: "export { Centrifuge } from 'centrifuge'" },
  { name: 'jssip', version: '3.13.8', contents: "export { default } from 'jssip'" },
]

/** The gzipped and the plain size in bytes, by each minifier. */
async function bundle({ contents, packages = 'bundle', resolveDir = root }) {
  const by = async (minifier, isMinified) => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir },
      bundle: true,
      minify: isMinified,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      packages,
      logLevel: 'error',
    })
    const [{ text }] = outputFiles
    const code = minifier === 'terser' ? (await minify(text, { module: true })).code : text
    return { gzip: gzipSync(code, { level: 9 }).length, minified: code.length }
  }
  return { terser: await by('terser', false), esbuild: await by('esbuild', true) }
}

function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows]
  const widths = head.map((_, column) => Math.max(...lines.map(line => line[column].length)))
  for (const line of lines)
    console.log(
      `| ${line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join(' | ')} |`,
    )
}

const rows = []
for (const { name, contents, beside, packages, budget } of ROWS) {
  const whole = await bundle({ contents, packages })
  const part = beside && (await bundle({ contents: beside, packages }))
  const cells = MINIFIERS.flatMap((minifier, index) => {
    const gzip = whole[minifier].gzip - (part?.[minifier].gzip ?? 0)
    if (gzip > budget[index]) {
      console.error(`${name}, minified by ${minifier}: over the budget by ${gzip - budget[index]} bytes`)
      process.exitCode = 1
    }
    return [kB(gzip), kB(budget[index])]
  })
  rows.push([name, ...cells, kB(whole.esbuild.minified - (part?.esbuild.minified ?? 0))])
}
table(['min+gzip, kB', 'terser', 'budget', 'esbuild', 'budget', 'minified'], rows)

if (asked.compare) {
  const folder = mkdtempSync(join(tmpdir(), 'viptel-pbx-size-'))
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'compare', private: true }))
    const wanted = OTHERS.flatMap(({ name, version, beside = [] }) => [`${name}@${version}`, ...beside])
    execFileSync(
      'npm',
      ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', ...wanted],
      { cwd: folder },
    )
    const rows = []
    for (const { name, version, contents } of OTHERS) {
      const { terser, esbuild } = await bundle({ contents, resolveDir: folder })
      rows.push([`${name} ${version}`, kB(terser.gzip), kB(esbuild.gzip), kB(esbuild.minified)])
    }
    console.log(`\n${new Date().toISOString().slice(0, 10)}, what people would use instead:\n`)
    table(['min+gzip, kB', 'terser', 'esbuild', 'minified'], rows)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
