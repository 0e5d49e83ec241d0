import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { type Simulator, startSimulator } from '../../src/simulator/index.js'
import { describeInChromium, launch } from '../support/chromium.js'
import type { Messages } from '../support/collect.js'
import { faults, html, listenTo, STRICT, serve, type Web } from '../support/web.js'

/** What runs wherever the bundle can be loaded: in a page or in a worker. It ends itself with the third call. */
const PROGRAM = `
function start(url, tell) {
  tell('secure: ' + isSecureContext + ', subtle: ' + (crypto.subtle !== undefined))
  const reconnect = { initialDelay: 10, maxDelay: 100 }
  const pbx = ViptelPbx.createPbxClient({ url, credentials: { username: 'viptel', password: 'secret' }, reconnect, allowInsecure: true })
  const calls = ViptelPbx.trackCalls(pbx)
  pbx.gap$.subscribe(gap => tell('gap before session ' + gap.session))
  pbx.status$.subscribe({ next: ({ state }) => tell('status ' + state), complete: () => tell('complete') })
  pbx.on('call.begin').subscribe(call => {
    tell('call ' + call.unique_id + ' of ' + call.caller + ' in session ' + call.meta.session)
    if (call.unique_id !== '1453466552.3') return
    tell('known: ' + [...calls.current.keys()].join(' '))
    pbx.close().then(() => tell('end'))
  })
}
`
const SCRIPT = 'viptel-pbx.min.js'
const MODULE = 'viptel-pbx.min.mjs'
const imported = `import * as ViptelPbx from './${MODULE}'\n${PROGRAM}`
const inPage = 'start(document.documentElement.dataset.pbx, what => console.log(what))\n'
const inWorker = 'onmessage = ({ data }) => start(data, what => postMessage(what))\n'
const inShared =
  'onconnect = ({ ports: [port] }) => { port.onmessage = ({ data }) => start(data, what => port.postMessage(what)) }\n'
const opening = (worker: string, port: string) =>
  `const worker = ${worker}\n${port}.onmessage = ({ data }) => console.log(data)\n${port}.postMessage(document.documentElement.dataset.pbx)\n`

const FILES: Readonly<Record<string, string>> = {
  'page.js': PROGRAM + inPage,
  'page.mjs': imported + inPage,
  'worker.js': `importScripts('${SCRIPT}')\n${PROGRAM}${inWorker}`,
  'worker.mjs': imported + inWorker,
  'shared.js': `importScripts('${SCRIPT}')\n${PROGRAM}${inShared}`,
  'shared.mjs': imported + inShared,
  'opens-worker.js': opening("new Worker('worker.js')", 'worker'),
  'opens-worker.mjs': opening("new Worker('worker.mjs', { type: 'module' })", 'worker'),
  'opens-shared.js': opening("new SharedWorker('shared.js')", 'worker.port'),
  'opens-shared.mjs': opening("new SharedWorker('shared.mjs', { type: 'module' })", 'worker.port'),
}

const classic = (...names: string[]) => names.map(name => `<script src="${name}"></script>`).join('')
const module = (name: string) => `<script type="module" src="${name}"></script>`

const begin = (uniqueId: string) => ({ event: 'call.begin', caller: '0900111222', callee: '601', unique_id: uniqueId })

describeInChromium('the minified bundles in a real Chromium, under a strict Content-Security-Policy,', () => {
  let browser: Browser
  let web: Web
  let simulator: Simulator
  let page: Page
  let messages: Messages
  let body = ''
  let pbx = ''

  beforeAll(async () => {
    // a name that is not this machine's: no secure context
    browser = await launch({ args: ['--host-resolver-rules=MAP *.test 127.0.0.1'] })
    web = await serve(path => {
      const name = path.slice(1)
      if (name === '') return html(pbx, body)
      return [SCRIPT, MODULE].includes(name) ? readFile(`dist/${name}`, 'utf8') : FILES[name]
    }, STRICT)
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    web?.close()
  })

  beforeEach(async () => {
    simulator = await startSimulator()
    pbx = simulator.url
    page = await browser.newPage()
    messages = listenTo(page)
  })
  afterEach(async () => {
    await page?.close()
    await simulator?.close()
  })

  const wholeDay = async () => {
    await messages.seen('status online')
    simulator.send(begin('1453466550.1'))
    await messages.seen('call 1453466550.1 of 0900111222 in session 1')
    await simulator.restart()
    await messages.seen('gap before session 2')
    simulator.send(begin('1453466551.2'))
    await messages.seen('call 1453466551.2 of 0900111222 in session 2')
    simulator.send(begin('1453466552.3'))
    await messages.seen('known: 1453466550.1 1453466551.2 1453466552.3')
    await messages.seen('end')
    expect(messages.all).toEqual(expect.arrayContaining(['status waiting', 'status closed', 'complete']))
    expect(faults(messages)).toEqual([])
    expect(simulator.clients).toEqual([])
  }

  it.each([
    ['a classic script', classic(SCRIPT, 'page.js')],
    ['a module', module('page.mjs')],
    ['a script in a dedicated worker', classic('opens-worker.js')],
    ['a module in a dedicated worker', classic('opens-worker.mjs')],
    ['a script in a shared worker', classic('opens-shared.js')],
    ['a module in a shared worker', classic('opens-shared.mjs')],
  ])('as %s: logs in, receives events, survives a restart of the PBX, tracks calls, and closes', async (_, tags) => {
    body = tags
    await page.goto(web.origin)
    await wholeDay()
  })

  it.each([
    ['a classic script', classic(SCRIPT, 'page.js')],
    ['a module', module('page.mjs')],
    ['a module in a worker', classic('opens-worker.mjs')],
  ])('as %s of a plain-http page of another machine, which has no crypto.subtle: does the same', async (_, tags) => {
    body = tags
    pbx = `ws://pbx.test:${simulator.port}`
    await page.goto(`http://wallboard.test:${web.port}`)
    await wholeDay()
    expect(messages.all).toContain('secure: false, subtle: false')
  })
})
