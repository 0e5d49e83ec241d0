// What the client costs a page, bundled and minified by esbuild as a consumer would: `npm run size` fails over the budget.
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const KB = 1_000
const ROWS = [
  { name: 'the client with its dependencies', contents: "export * from './dist/browser.js'", budget: 30 * KB },
  { name: 'its own code alone', contents: "export * from './dist/browser.js'", packages: 'external', budget: 17.5 * KB },
  { name: 'decodeFrame alone, with its dependencies', contents: "export { decodeFrame } from './dist/browser.js'" },
]

for (const { name, contents, packages = 'bundle', budget } of ROWS) {
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
  const gzip = gzipSync(code, { level: 9 }).length
  const limit = budget === undefined ? '' : `, budget ${(budget / KB).toFixed(1)}`
  console.log(`${name}: ${(gzip / KB).toFixed(1)} kB gzip, ${(code.length / KB).toFixed(1)} kB minified${limit}`)
  if (gzip > budget) {
    console.error(`  over the budget by ${gzip - budget} bytes`)
    process.exitCode = 1
  }
}
