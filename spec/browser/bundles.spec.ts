import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { type Simulator, startSimulator } from '../../src/simulator/index.js'
import { describeInChromium, launch } from '../support/chromium.js'
import type { MessageLog } from '../support/message-log.js'
import { faults, html, listenTo, STRICT, serve, type Web } from '../support/web.js'

/** A program for a page or a worker. The third call ends it. */
const PROGRAM = `
function start(url, report) {
  report('secure: ' + isSecureContext + ', subtle: ' + (crypto.subtle !== undefined))
  const reconnect = { initialDelay: 10, maxDelay: 100 }
  const pbx = ViptelPbx.createPbxClient({ url, credentials: { username: 'viptel', password: 'secret' }, reconnect, allowInsecure: true })
  const calls = ViptelPbx.trackCalls(pbx)
  pbx.gap$.subscribe(gap => report('gap before session ' + gap.session))
  pbx.status$.subscribe({ next: ({ state }) => report('status ' + state), complete: () => report('complete') })
  pbx.on('call.begin').subscribe(call => {
    report('call ' + call.unique_id + ' of ' + call.caller + ' in session ' + call.meta.session)
    if (call.unique_id !== '1453466552.3') return
    report('known: ' + [...calls.current.keys()].join(' '))
    pbx.close().then(() => report('end'))
  })
}
`
const SCRIPT = 'viptel-pbx.min.js'
const MODULE = 'viptel-pbx.min.mjs'
const imported = `import * as ViptelPbx from './${MODULE}'\n${PROGRAM}`
const inPage = 'start(document.documentElement.dataset.pbx, message => console.log(message))\n'
const inWorker = 'onmessage = ({ data }) => start(data, message => postMessage(message))\n'
const inShared =
  'onconnect = ({ ports: [port] }) => { port.onmessage = ({ data }) => start(data, message => port.postMessage(message)) }\n'
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
  let messages: MessageLog
  let body = ''
  let pbx = ''

  beforeAll(async () => {
    // under a name that is not this machine's a page is no secure context
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

  const useEverything = async () => {
    await messages.waitFor('status online')
    simulator.send(begin('1453466550.1'))
    await messages.waitFor('call 1453466550.1 of 0900111222 in session 1')
    await simulator.restart()
    await messages.waitFor('gap before session 2')
    simulator.send(begin('1453466551.2'))
    await messages.waitFor('call 1453466551.2 of 0900111222 in session 2')
    simulator.send(begin('1453466552.3'))
    await messages.waitFor('known: 1453466550.1 1453466551.2 1453466552.3')
    await messages.waitFor('end')
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
    await useEverything()
  })

  it.each([
    ['a classic script', classic(SCRIPT, 'page.js')],
    ['a module', module('page.mjs')],
    ['a module in a worker', classic('opens-worker.mjs')],
  ])('as %s of a plain-http page of another machine, which has no crypto.subtle: does the same', async (_, tags) => {
    body = tags
    pbx = `ws://pbx.test:${simulator.port}`
    await page.goto(`http://wallboard.test:${web.port}`)
    await useEverything()
    expect(messages.all).toContain('secure: false, subtle: false')
  })
})
