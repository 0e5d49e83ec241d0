// What the package costs a page, bundled and minified by esbuild as a consumer would: `npm run size` fails over the budget.
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const KB = 1_000
const CLIENT = "export { createPbxClient, reached, retryUnsent } from './dist/browser.js'"
const ROWS = [
  { name: 'the client with its dependencies', contents: CLIENT, budget: 30 * KB },
  { name: 'its own code alone', contents: CLIENT, packages: 'external', budget: 17.5 * KB },
  { name: 'what the trackers add', contents: CLIENT.replace('{', '{ trackCalls, trackQueues, toStore,'), beside: CLIENT, budget: 9.5 * KB },
  { name: 'decodeFrame alone, with its dependencies', contents: "export { decodeFrame } from './dist/browser.js'" },
]

async function sizeOf(contents, packages) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: '.' },
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

for (const { name, contents, beside, packages = 'bundle', budget } of ROWS) {
  const whole = await sizeOf(contents, packages)
  const part = beside === undefined ? { gzip: 0, minified: 0 } : await sizeOf(beside, packages)
  const gzip = whole.gzip - part.gzip
  const limit = budget === undefined ? '' : `, budget ${(budget / KB).toFixed(1)}`
  console.log(`${name}: ${(gzip / KB).toFixed(1)} kB gzip, ${((whole.minified - part.minified) / KB).toFixed(1)} kB minified${limit}`)
  if (gzip > budget) {
    console.error(`  over the budget by ${gzip - budget} bytes`)
    process.exitCode = 1
  }
}
