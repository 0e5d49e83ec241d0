import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { type Simulator, startSimulator } from '../../src/simulator/index.js'
import { describeInChromium, launch } from '../support/chromium.js'
import { createTold, type Told } from '../support/told.js'

type Sdk = typeof import('../../src/index.js')

/** What the page has as globals: the classic script's, and the one that the spec gives it. */
declare const ViptelPbx: Sdk
declare const tell: (what: string) => void

const CREDENTIALS = { username: 'viptel', password: 'secret' }
const BUNDLES = ['viptel-pbx.min.js', 'viptel-pbx.min.mjs']
const begin = (uniqueId: string) => ({ event: 'call.begin', caller: '0900111222', callee: '601', unique_id: uniqueId })

/** Serves the two bundles and an empty page. */
async function serveBundles(): Promise<Server> {
  const server = createServer((request, response) => {
    const name = BUNDLES.find(bundle => request.url === `/${bundle}`)
    if (name === undefined) return response.setHeader('content-type', 'text/html').end('<!doctype html><title>page</title>')
    response.setHeader('content-type', 'text/javascript')
    return readFile(`dist/${name}`).then(
      code => response.end(code),
      error => response.destroy(error),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

describeInChromium('the minified bundles in a real Chromium', () => {
  let browser: Browser
  let web: Server
  let origin: string
  let simulator: Simulator
  let page: Page
  let told: Told

  beforeAll(async () => {
    browser = await launch()
    web = await serveBundles()
    origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    web?.close()
  })

  beforeEach(async () => {
    simulator = await startSimulator({ users: [CREDENTIALS] })
    page = await browser.newPage()
    told = createTold()
    page.on('pageerror', error => told.tell(`fault ${error.message}`))
    await page.exposeFunction('tell', told.tell)
    await page.goto(origin)
  })
  afterEach(async () => {
    await page?.close()
    await simulator?.close()
  })

  /** Loads a bundle as a page would, each in its own way. */
  const loaders: Record<string, () => Promise<void>> = {
    'viptel-pbx.min.js': async () => {
      await page.addScriptTag({ url: `${origin}/viptel-pbx.min.js` })
    },
    'viptel-pbx.min.mjs': async () => {
      await page.addScriptTag({
        type: 'module',
        content: `import * as sdk from '${origin}/viptel-pbx.min.mjs'; globalThis.ViptelPbx = sdk; tell('loaded')`,
      })
      await told.heard('loaded')
    },
  }

  it.each(BUNDLES)(
    '%s logs in, receives events, survives a restart of the PBX, and closes',
    async bundle => {
      await loaders[bundle]?.()
      await page.evaluate(
        ({ url, credentials }) => {
          const pbx = ViptelPbx.createPbxClient({ url, credentials, reconnect: { initialDelay: 10, maxDelay: 100 } })
          pbx.gap$.subscribe(gap => tell(`gap before session ${gap.session}`))
          pbx.status$.subscribe({ next: ({ state }) => tell(`status ${state}`), complete: () => tell('complete') })
          pbx.on('call.begin').subscribe(call => {
            tell(`call ${call.unique_id} of ${call.caller} in session ${call.meta.session}`)
            if (call.unique_id === '1453466552.3') void pbx.close().then(() => tell('end'))
          })
        },
        { url: simulator.url, credentials: CREDENTIALS },
      )

      await told.heard('status online')
      simulator.send(begin('1453466550.1'))
      await told.heard('call 1453466550.1 of 0900111222 in session 1')

      await simulator.restart()
      await told.heard('gap before session 2')
      simulator.send(begin('1453466551.2'))
      await told.heard('call 1453466551.2 of 0900111222 in session 2')

      simulator.send(begin('1453466552.3'))
      await told.heard('end')
      expect(told.all).toEqual(expect.arrayContaining(['status waiting', 'status closed', 'complete']))
      expect(told.all.filter(what => what.startsWith('fault'))).toEqual([])
      expect(simulator.clients).toEqual([])
    },
    30_000,
  )
})
