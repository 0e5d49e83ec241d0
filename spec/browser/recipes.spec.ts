import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { type Simulator, startSimulator } from '../../src/simulator/index.js'
import { describeInChromium, launch } from '../support/chromium.js'
import type { Messages } from '../support/collect.js'
import { faults, listenTo, serve, type Web } from '../support/web.js'
import { recipes } from './recipes.js'

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex')
const begin = (uniqueId: string, caller: string) => ({
  event: 'call.begin',
  caller,
  callee: '601',
  unique_id: uniqueId,
})

describeInChromium('the files of docs/browser.md, under its policy:', () => {
  let browser: Browser
  let context: BrowserContext
  let web: Web
  let simulator: Simulator
  beforeAll(async () => {
    browser = await launch()
  }, 180_000)
  afterAll(() => browser?.close())
  beforeEach(async () => {
    simulator = await startSimulator()
    const { files, policy } = recipes(`${simulator.url}/`)
    expect(policy).toContain(simulator.url)
    web = await serve(
      (path, query) => {
        if (path === '/pbx-login') return sha1(`${sha1('viptel:secret')}:${query.get('nonce')}`)
        return path.startsWith('/viptel-pbx.min.') ? readFile(`dist${path}`, 'utf8') : files[path.slice(1)]
      },
      { 'content-security-policy': policy },
    )
    context = await browser.newContext()
  })
  afterEach(async () => {
    await context?.close()
    web?.close()
    await simulator?.close()
  })

  const open = async (name: string): Promise<{ page: Page; messages: Messages }> => {
    const page = await context.newPage()
    const messages = listenTo(page)
    await page.goto(`${web.origin}/${name}`)
    return { page, messages }
  }
  const shows = (page: Page, text: string) => page.locator('li', { hasText: text }).waitFor()

  it('script.html lists the calls, with a nonce signed by its server, and logs out when it is left', async () => {
    const { page, messages } = await open('script.html')
    await simulator.waitForLogin()
    simulator.send(begin('1453466550.1', '0900111222'))
    await shows(page, '0900111222 calls 601: ringing')
    await page.goto('about:blank')
    await simulator.waitForAction('user.logout')
    expect(faults(messages)).toEqual([])
  })

  it('module.html lists the calls that begin', async () => {
    const { page, messages } = await open('module.html')
    await simulator.waitForLogin()
    simulator.send(begin('1453466550.1', '0900111222'))
    await shows(page, '0900111222 calls 601')
    expect(faults(messages)).toEqual([])
  })

  it('tab.html shows the calls in every tab, over one login', async () => {
    const first = await open('tab.html')
    await simulator.waitForLogin()
    simulator.send(begin('1453466550.1', '0900111222'))
    await shows(first.page, '0900111222')
    const second = await open('tab.html')
    await shows(second.page, '0900111222')
    simulator.send(begin('1453466550.2', '0911333444'))
    await shows(first.page, '0911333444')
    await shows(second.page, '0911333444')
    expect(simulator.clients).toHaveLength(1)
    expect([...faults(first.messages), ...faults(second.messages)]).toEqual([])
  })
})
