import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { type Simulator, startSimulator } from '../../src/simulator/index.js'
import { describeInChromium, launch } from '../support/chromium.js'
import type { Messages } from '../support/collect.js'
import { faults, html, listenTo, STRICT, serve, type Web } from '../support/web.js'
import { folder } from './consumer.js'

const run = promisify(execFile)

const BUNDLERS = ['vite', 'webpack', 'esbuild', 'rollup'] as const
type Bundler = (typeof BUNDLERS)[number]

/** In a folder below the consumer's: found by what builds there, not by the compilers beside the package. */
const TOOLS = [
  'vite@8.3.8',
  'webpack@5.112.2',
  'esbuild@0.28.2',
  'rollup@4.67.4',
  '@rollup/plugin-node-resolve@16.0.3',
  '@rollup/plugin-terser@1.0.2',
]

/** Each bundler as it comes, but for where to read and to write; rollup by itself finds no packages, so it has the usual plugin. A warning is an error. */
const BUILD = `
import { join } from 'node:path'
const [bundler, apps, ...programs] = process.argv.slice(2)
const warned = warning => { throw new Error(warning.message ?? warning.text ?? warning) }
const builders = {
  async vite(root, dir) {
    const { build, createLogger } = await import('vite')
    await build({ root, configFile: false, customLogger: { ...createLogger('warn'), warn: warned, warnOnce: warned }, build: { outDir: dir } })
  },
  async webpack(context, path) {
    const { default: webpack } = await import('webpack')
    const stats = await new Promise((resolve, reject) =>
      webpack({ mode: 'production', context, entry: './main.js', output: { path } }, (error, stats) => error ? reject(error) : resolve(stats)))
    if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString())
  },
  async esbuild(root, outdir) {
    const { build } = await import('esbuild')
    const { warnings } = await build({ entryPoints: [join(root, 'main.js')], bundle: true, minify: true, format: 'esm', outdir, logLevel: 'silent' })
    warnings.forEach(warned)
  },
  async rollup(root, dir) {
    const [{ rollup }, { default: nodeResolve }, { default: terser }] =
      await Promise.all([import('rollup'), import('@rollup/plugin-node-resolve'), import('@rollup/plugin-terser')])
    const onwarn = warning => {
      // fp-ts and io-ts come with a helper that every rollup user is told of; an empty bundle is what the program without any use should become
      if (!['THIS_IS_UNDEFINED', 'EMPTY_BUNDLE'].includes(warning.code)) warned(warning)
    }
    const bundle = await rollup({ input: join(root, 'main.js'), plugins: [nodeResolve({ browser: true })], onwarn })
    await bundle.write({ dir, plugins: [terser()] })
  },
}
for (const program of programs) await builders[bundler](join(apps, program), join(apps, program, bundler))
process.stdout.write(Object.keys(await import(bundler)).length > 0 ? 'built' : '')
`

const PROGRAMS = {
  app: `
import { createPbxClient, trackCalls } from 'viptel-pbx'
const pbx = createPbxClient({ url: document.documentElement.dataset.pbx, credentials: { username: 'viptel', password: 'secret' } })
const list = document.body.appendChild(document.createElement('ul'))
const item = text => Object.assign(document.createElement('li'), { textContent: text })
trackCalls(pbx).list$.subscribe(calls => {
  list.replaceChildren(...calls.map(call => item(call.caller + ' calls ' + call.callee + ': ' + call.phase)))
  console.log('shown: ' + [...list.children].map(({ textContent }) => textContent).join('; '))
})
pbx.on('queue.add').subscribe(({ queue, member }) => console.log('member ' + member + ' of ' + queue))
pbx.status$.subscribe(({ state }) => console.log('status ' + state))
pbx.createCall({ from: '12', to: '0220282028' }).subscribe({ next: ({ phase }) => console.log('call ' + phase), error: error => console.error(error.message) })
`,
  everything: "import * as sdk from 'viptel-pbx'\nglobalThis.used = Object.entries(sdk)\n",
  client:
    "import { createPbxClient, reached, retryUnsent } from 'viptel-pbx'\nglobalThis.used = [createPbxClient, reached, retryUnsent]\n",
  decoder: "import { decodeFrame } from 'viptel-pbx'\nglobalThis.used = decodeFrame\n",
  nothing: "import { createPbxClient, trackCalls } from 'viptel-pbx'\n",
}
type Program = keyof typeof PROGRAMS

const tools = join(folder, 'tools')
const apps = join(folder, 'apps')
const built = (bundler: Bundler, program: Program) => join(apps, program, bundler)

/** All the code that a page of this program loads. */
async function code(bundler: Bundler, program: Program): Promise<string> {
  const files = await readdir(built(bundler, program), { recursive: true })
  const texts = await Promise.all(
    files.filter(name => name.endsWith('.js')).map(name => readFile(join(built(bundler, program), name), 'utf8')),
  )
  return texts.join('\n')
}

const gzipped = async (bundler: Bundler, program: Program) =>
  gzipSync(await code(bundler, program), { level: 9 }).length

beforeAll(async () => {
  await mkdir(tools, { recursive: true })
  await writeFile(join(tools, 'package.json'), JSON.stringify({ name: 'tools', private: true, type: 'module' }))
  await writeFile(join(tools, 'build.js'), BUILD)
  await run('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', ...TOOLS], {
    cwd: tools,
  })
  for (const [program, text] of Object.entries(PROGRAMS)) {
    await mkdir(join(apps, program), { recursive: true })
    await writeFile(join(apps, program, 'main.js'), text)
    await writeFile(join(apps, program, 'index.html'), html('PBX', '<script type="module" src="./main.js"></script>'))
  }
}, 120_000)

describe.each(BUNDLERS)('with %s, from the packed tarball,', bundler => {
  beforeAll(async () => {
    const env = { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'production' }
    const { stdout, stderr } = await run(
      process.execPath,
      [join(tools, 'build.js'), bundler, apps, ...Object.keys(PROGRAMS)],
      {
        env,
        cwd: folder,
      },
    )
    expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/built$/), stderr: '' })
  }, 180_000)

  it.each(['app', 'everything'] as const)('a page that uses %s has nothing of ws or Node in it', async program => {
    const text = await code(bundler, program)
    expect(text).toContain('user.logout')
    // the header is what ws's own handshake would write
    expect(
      text.match(
        /\bnode:\w+|\bBuffer\b|\bprocess\.|typeof process|\brequire\(|Sec-WebSocket|ws does not work in the browser/g,
      ),
    ).toBeNull()
  })

  it('what imports the package and uses nothing of it has nothing of it', async () => {
    expect(await code(bundler, 'nothing')).not.toMatch(/user\.logout|call\.begin|WebSocket|Observable/)
    // what is left is the bundler's own
    expect(await gzipped(bundler, 'nothing')).toBeLessThan(600)
  })

  it('the client alone has no trackers', async () => {
    expect(await code(bundler, 'client')).not.toContain('A tracker needs a client')
    expect((await gzipped(bundler, 'client')) / (await gzipped(bundler, 'everything'))).toBeLessThan(0.85)
  })

  it('decodeFrame alone is a small part of the client', async () => {
    expect(await code(bundler, 'decoder')).not.toMatch(/user\.logout|Observable|subscribe/)
    expect((await gzipped(bundler, 'decoder')) / (await gzipped(bundler, 'client'))).toBeLessThan(0.25)
  })
})

describeInChromium('a page of the packed tarball under a strict Content-Security-Policy, built by', () => {
  let browser: Browser
  let web: Web | undefined
  let simulator: Simulator
  let page: Page
  let messages: Messages
  beforeAll(async () => {
    browser = await launch()
  }, 180_000)
  afterAll(() => browser?.close())
  beforeEach(async () => {
    simulator = await startSimulator({
      exchange: {
        extensions: [{ number: '12', name: 'Peter', behaviour: { kind: 'answer', after: 1 } }],
        outside: [{ number: '0220282028', behaviour: { kind: 'answer', after: 1 } }],
      },
    })
    page = await browser.newPage()
    messages = listenTo(page)
  })
  afterEach(async () => {
    await page?.close()
    web?.close()
    web = undefined
    await simulator?.close()
  })

  it.each(BUNDLERS)('%s logs in, lists an event, makes a call and shows it among the live calls', async bundler => {
    const root = built(bundler, 'app')
    const own = existsSync(join(root, 'index.html')) ? await readFile(join(root, 'index.html'), 'utf8') : undefined
    const index = (own ?? html('PBX', '<script type="module" src="main.js"></script>')).replace('PBX', simulator.url)
    web = await serve(path => (path === '/' ? index : readFile(join(root, path), 'utf8')), STRICT)
    await page.goto(web.origin)
    await messages.seen('status online')
    simulator.send({ event: 'queue.add', queue: 601, queue_name: 'Sales', member: 12, member_name: 'Peter', paused: 0 })
    await messages.seen('member 12 of 601')
    for (const phase of ['sent', 'created', 'ringing', 'answered']) await messages.seen(`call ${phase}`)
    await messages.seen('shown: 12 calls 0220282028: answered')
    expect(faults(messages)).toEqual([])
  })
})
