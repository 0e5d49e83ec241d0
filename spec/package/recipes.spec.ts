import { execFile, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { transform } from '@swc/core'
import { type Simulator, startSimulator } from '../../src/simulator/index.js'
import { within } from '../support/bare-server.js'
import { folder, node } from './consumer.js'

/** The frameworks of the recipes. Readers have their own; this project uses none. Their peers would bring a second RxJS. */
const FRAMEWORKS = [
  '@angular/core@21.2.26',
  '@angular/compiler@21.2.26',
  'vue@3.5.45',
  'react@19.3.1',
  'react-dom@19.3.1',
  '@types/react@19.3.0',
]

const home = join(folder, 'recipes')
const place = (name: string, text: string) => writeFile(join(home, name), text)

const recipes = readdirSync('docs').flatMap(page =>
  [...readFileSync(join('docs', page), 'utf8').matchAll(/```(tsx?) (angular|vue|react)\n(.*?)```/gs)].map(
    ([, extension, framework = '', text = ''], index) => ({
      name: `${page}, ${framework}, recipe ${index + 1}`,
      file: `${framework}-${index + 1}`,
      framework,
      extension: extension ?? '',
      text,
    }),
  ),
)

/** The package as a recipe sees it, with another address and login. */
const HARNESS = `
import { createPbxClient as create } from 'viptel-pbx'
export * from 'viptel-pbx'
export const createPbxClient = options => create({ ...options, url: process.env.PBX, credentials: { username: 'viptel', password: 'secret' }, linger: 0 })
`

async function toJs(text: string): Promise<string> {
  const jsc = {
    target: 'es2022' as const,
    parser: { syntax: 'typescript' as const, tsx: text.includes('<li'), decorators: true },
    transform: { legacyDecorator: true, useDefineForClassFields: true, react: { runtime: 'automatic' as const } },
  }
  return (await transform(text, { jsc, module: { type: 'es6' } })).code
}

beforeAll(async () => {
  await mkdir(home)
  await place('package.json', JSON.stringify({ name: 'recipes', private: true, type: 'module' }))
  const flags = ['--prefer-offline', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund']
  await promisify(execFile)('npm', ['install', ...flags, ...FRAMEWORKS], { cwd: home })
  await place('harness.js', HARNESS)
  for (const { file, extension, text } of recipes) await place(`${file}.${extension}`, text)
}, 300_000)

it('docs have recipes for Angular, Vue and React', () => {
  expect([...new Set(recipes.map(({ framework }) => framework))]).toEqual(['angular', 'vue', 'react'])
})

it('all recipes compile, as strictly as frameworks let them, with the packed declarations', async () => {
  const strict = [
    '--strict',
    '--noUncheckedIndexedAccess',
    '--exactOptionalPropertyTypes',
    '--noImplicitOverride',
    '--isolatedModules',
    '--verbatimModuleSyntax',
  ]
  const options = [
    ...strict,
    '--noEmit',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom',
    '--module',
    'nodenext',
    '--jsx',
    'react-jsx',
  ]
  const tsc = join(process.cwd(), 'node_modules/@typescript/native/bin/tsc')
  const files = recipes.map(({ file, extension }) => join(home, `${file}.${extension}`))
  const ran = await node(
    [tsc, ...options, '--experimentalDecorators', '--skipLibCheck', '--types', '', ...files],
    300_000,
  )
  expect(ran).toEqual({ code: 0, output: '' })
}, 400_000)

/** Programs of a page: each prints a line of JSON when it shows the call, leaves, and ends by itself. */
const PROGRAMS: Readonly<Record<string, string>> = {
  angular: `
    import '@angular/compiler'
    import { Injector, runInInjectionContext } from '@angular/core'
    const { injectCalls, Pbx, providePbx } = await import('./angular.js')
    const parent = Injector.create({ providers: providePbx({ credentials: { username: 'viptel', password: 'secret' } }).ɵproviders })
    const page = Injector.create({ providers: [], parent })
    const calls = runInInjectionContext(page, injectCalls)
    const pbx = parent.get(Pbx)
    const see = pbx.calls.list$.subscribe(() => queueMicrotask(() => {
      if (calls().length === 0) return
      console.log(JSON.stringify({ shown: calls().map(call => call.callerName), live: pbx.isLive() }))
      see.unsubscribe()
      page.destroy()
    }))
    pbx.client.status$.subscribe(status => {
      if (status.state === 'closed') console.log(JSON.stringify({ state: status.state }))
      // what a subscriber of the status does comes after the status that it was given
      if (status.state === 'idle' && pbx.client.stats.events > 0) parent.destroy()
    })`,
  vue: `
    import { effectScope, watch } from 'vue'
    import { pbx, useCalls, useStatus } from './vue.js'
    const scope = effectScope()
    scope.run(() => {
      const calls = useCalls()
      const status = useStatus()
      watch(calls, list => {
        if (list.length === 0) return
        console.log(JSON.stringify({ shown: list.map(call => call.callerName), live: status.value.state === 'online' }))
        scope.stop()
      }, { flush: 'sync' })
    })
    pbx.status$.subscribe(async status => {
      if (status.state !== 'idle' || pbx.stats.events === 0) return
      await pbx.close()
      console.log(JSON.stringify({ state: pbx.status.state }))
    })`,
  react: `
    import { createElement } from 'react'
    import { renderToStaticMarkup } from 'react-dom/server'
    import { Calls, pbx } from './react.js'
    const seen = pbx.on('call.begin').subscribe(() => {
      const html = renderToStaticMarkup(createElement(Calls))
      console.log(JSON.stringify({ shown: [/<li class="">(.*) ringing<\\/li>/.exec(html)?.[1]], live: !html.includes('Not connected') }))
      seen.unsubscribe()
    })
    pbx.status$.subscribe(async status => {
      if (status.state !== 'idle' || pbx.stats.events === 0) return
      await pbx.close()
      console.log(JSON.stringify({ state: pbx.status.state }))
    })`,
}

describe('run against the simulator:', () => {
  let sim: Simulator
  let kill = () => {}
  beforeEach(async () => {
    sim = await startSimulator()
  })
  afterEach(async () => {
    kill()
    await sim.close()
  })

  it.each(Object.keys(PROGRAMS))('%s shows a call, and lets go of the connection when it is left', async framework => {
    const recipe = recipes.find(one => one.framework === framework)
    await place(
      `${framework}.js`,
      (await toJs(recipe?.text ?? '')).replaceAll(/from ['"]viptel-pbx['"]/g, "from './harness.js'"),
    )
    await place(`run-${framework}.js`, PROGRAMS[framework] ?? '')
    const child = spawn(process.execPath, [`run-${framework}.js`], {
      cwd: home,
      env: { ...process.env, NODE_OPTIONS: '', PBX: sim.url },
    })
    kill = () => child.kill('SIGKILL')
    let complaints = ''
    child.stderr.on('data', data => {
      complaints += String(data)
    })
    const lines: unknown[] = []
    createInterface({ input: child.stdout }).on('line', line => lines.push(JSON.parse(line)))
    const ended = new Promise<number | null>(resolve => child.on('close', resolve))
    await within(30_000, `the login: ${complaints}`, Promise.race([sim.waitForLogin(), ended]))
    sim.send({
      event: 'call.begin',
      unique_id: '1795500001.1',
      caller: '0900111222',
      caller_name: 'Jana',
      callee: '12',
    })
    expect({ code: await within(30_000, 'the end', ended), complaints }).toEqual({ code: 0, complaints: '' })
    expect(lines).toEqual([{ shown: ['Jana'], live: true }, { state: 'closed' }])
  })
})
