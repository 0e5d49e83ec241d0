import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { buildWallboard } from '../../demo/show/building.js'
import { callCentre, type ExchangePlan, startSimulator } from '../../src/simulator/index.js'
import { describeInChromium, launch } from '../support/chromium.js'
import { raiseWall, type Wall } from '../support/wall.js'

type AxeResults = { violations: { id: string; impact: string | null; nodes: { target: unknown }[] }[] }

/** ms after which a wait is taken for one that hangs. No spec depends on how long it is. */
const GUARD = 50_000
const SHOTS = '.jest/screenshots'
const WALL = { width: 1920, height: 1080 }
const LAPTOP = { width: 1366, height: 768 }

const TELEPHONES: ExchangePlan = {
  extensions: [
    { number: '12', name: 'Peter', behaviour: { kind: 'answer', after: 20 } },
    { number: '13', name: 'Eva' },
    { number: '14', name: 'Jana' },
  ],
  lines: [{ number: '0220282028', to: '601' }],
  queues: [{ queue: '601', members: ['14'] }],
}

describeInChromium('demo/wallboard in a real Chromium', () => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let wall: Wall
  let faults: string[]

  beforeAll(async () => {
    buildWallboard()
    mkdirSync(SHOTS, { recursive: true })
    browser = await launch()
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
  })

  beforeEach(async () => {
    context = await browser.newContext({
      viewport: LAPTOP,
      locale: 'en-GB',
      colorScheme: 'light',
      reducedMotion: 'reduce',
    })
    page = await context.newPage()
    page.setDefaultTimeout(GUARD)
    faults = []
    page.on('pageerror', error => faults.push(error.message))
    // the console names what the Content-Security-Policy refuses
    page.on('console', message => /Content Security Policy|Refused/.test(message.text()) && faults.push(message.text()))
  })
  afterEach(async () => {
    await context?.close()
    await wall?.close()
    expect(faults).toEqual([])
  })

  const status = (text: string) => page.locator('.connection [role=status]', { hasText: text }).waitFor()
  const figure = (name: string) => page.locator('.figure', { hasText: name }).locator('.value')
  const shot = (name: string) => page.screenshot({ path: `${SHOTS}/${name}.png` })
  const seriousFindings = async () => {
    await page.evaluate(readFileSync('node_modules/axe-core/axe.min.js', 'utf8'))
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    )
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).slice(0, 3)}`)
  }

  it('shows a busy call centre on a wall and on a laptop, in light and dark, in English and Slovak, cut off and after a gap', async () => {
    wall = await raiseWall({
      traffic: callCentre({ agents: 12, queues: 3, callsPerHour: 420, seed: 'wall' }),
      speed: 150,
      extra: { extension: '' },
    })
    await page.setViewportSize(WALL)
    await wall.enter(page)
    await status('Live')
    await page.locator('.tile.talking').nth(3).waitFor()
    // perhaps with a mark of doubt: calls may have ended between the login and the snapshot
    await page.waitForFunction(
      () => Number(/\d+/.exec(document.querySelectorAll('.figure .value')[3]?.textContent ?? '')) > 40,
    )
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(WALL.height)
    await shot('wall')

    await page.setViewportSize(LAPTOP)
    await page
      .getByRole('button', { name: /^Details and actions/ })
      .first()
      .click()
    await shot('laptop')
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(LAPTOP.height)
    expect(await seriousFindings()).toEqual([])

    await page.getByRole('combobox', { name: 'Colours' }).selectOption('dark')
    await shot('dark')
    expect(await seriousFindings()).toEqual([])

    await page.setViewportSize(WALL)
    await page.getByRole('button', { name: 'Slovensky' }).click()
    await page.getByRole('heading', { name: 'Call centrum naživo' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('sk')
    await shot('slovak')
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('combobox', { name: 'Colours' }).selectOption('light')

    wall.hasSnapshot = false
    // lost for as long as the page is looked at
    wall.simulator.refuseLogins('turned-away')
    await wall.simulator.restart()
    await status('Connection lost')
    await page.getByText('What you see is as it was').waitFor()
    await page.locator('.row.stale').first().waitFor()
    await shot('disconnected')
    expect(await seriousFindings()).toEqual([])

    wall.simulator.refuseLogins(undefined)
    await status('Live')
    await page.locator('.row.stale').first().waitFor()
    // counted before the gap, so it may be more; those who waited then may be gone
    await figure('Answered')
      .filter({ hasText: /^≥ \d+$/ })
      .waitFor()
    await figure('Waiting')
      .filter({ hasText: /^(–|≈ \d+)$/ })
      .waitFor()
    await shot('after-a-gap')
    expect(await seriousFindings()).toEqual([])
  }, 120_000)

  it('places one call for a double click, by keyboard alone, and shows every step', async () => {
    wall = await raiseWall({ exchange: TELEPHONES })
    await wall.enter(page)
    await status('Live')
    const extension = page.getByRole('textbox', { name: 'Your extension' })
    await extension.focus()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('12')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('13')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Call')
    // however far apart the page takes them, the PBX answers after both
    wall.simulator.freeze()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    wall.simulator.thaw()
    const card = page.locator('.asked-card')
    await card.locator('.steps .reached', { hasText: 'Rings' }).waitFor()
    const [call] = [...wall.simulator.exchange.calls.values()]
    wall.simulator.exchange.answer(call?.ids.at(-1) ?? '')
    await card.locator('.steps .reached', { hasText: 'Answered' }).waitFor()
    // read out once
    await page.locator('.asked [role=status]', { hasText: 'Call 12 → 13: Answered.' }).waitFor()

    await card.getByRole('button', { name: 'Hang up' }).press('Enter')
    await page.getByText('Ended: answered').first().waitFor()
    expect(wall.simulator.received.filter(({ frame }) => JSON.stringify(frame).includes('call.create'))).toHaveLength(1)
  })

  it('says what was refused, what was not sent, what is uncertain, and whether it may be repeated', async () => {
    wall = await raiseWall({ exchange: TELEPHONES })
    await wall.enter(page)
    await status('Live')
    const number = page.getByRole('textbox', { name: 'Number to call' })
    const cards = page.locator('.asked-card')
    const newest = cards.first()
    /** Clicks until the click counts: shortly after the one before it belongs to that. */
    const call = async (to: string) => {
      await number.fill(to)
      const count = await cards.count()
      while ((await cards.count()) === count) await page.getByRole('button', { name: 'Call', exact: true }).click()
    }
    await call('12*3')
    await newest.getByText('Not even tried').waitFor()
    wall.simulator.setFaults({ loseAnswers: 1 })
    await page.getByRole('textbox', { name: 'Your extension' }).fill('99')
    await call('13')
    await newest.getByText('Sent', { exact: true }).waitFor()
    await wall.simulator.waitForFrame('call.create')
    wall.simulator.drop()
    await newest.getByText('It was sent, and nothing tells what came of it').waitFor()
    await newest.getByText('Look before you repeat it').waitFor()
    wall.simulator.setFaults(undefined)
    await status('Live')
    await call('13')
    await newest.getByText('The PBX refused it').waitFor()
    await newest.getByText('You may ask again.').waitFor()
  }, 180_000)

  it('pops up who rings at the chosen extension, whose name stays text, also in the title', async () => {
    wall = await raiseWall({ exchange: TELEPHONES, extra: { extension: '14' } })
    await wall.enter(page)
    await status('Live')
    const name = '<img src=x onerror=alert(1)><b>Jana</b>'
    const id = wall.simulator.exchange.dial({ from: '0910000001', to: '0220282028', name })
    const pop = page.getByRole('alert')
    await pop.getByText(`${name} · 0910000001`).waitFor()
    await page.waitForFunction(text => document.title.includes(text), name)
    await page.locator('.card.queue', { hasText: name }).waitFor()
    expect(await page.locator('img, b').count()).toBe(0)
    await shot('screen-pop')
    expect(await seriousFindings()).toEqual([])

    wall.simulator.exchange.answer(id)
    await pop.getByText('talks with 14').waitFor()
    await figure('Answered').getByText('1', { exact: true }).waitFor()
    await figure('Service level').getByText('100 %').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.pop.none').waitFor({ state: 'attached' })
    expect(await pop.textContent()).toBe('')

    // and what can be done with it
    await page.getByRole('button', { name: `Details and actions: ${name} · 0910000001` }).click()
    await page.getByRole('textbox', { name: 'Transfer to' }).fill('13')
    await page.getByRole('button', { name: 'Transfer', exact: true }).click()
    await wall.simulator.waitForAction('call.redirect')
    await page.locator('.asked-card .reached', { hasText: 'Rings' }).waitFor()
    wall.simulator.exchange.answer(id)
    await page.locator('.row .where', { hasText: '13' }).waitFor()
    // one journey, answered once
    expect(await figure('Answered').textContent()).toBe('1')
    await page.locator('.chosen-call').getByRole('button', { name: 'Hang up' }).click()
    await page.getByText('This call is over.').waitFor()
  })

  it('draws what it does not know as unknown, and takes no action on a call that began before its login', async () => {
    wall = await raiseWall({ exchange: TELEPHONES })
    const id = wall.simulator.exchange.dial({ from: '0910000001', to: '0220282028', name: 'Jana' })
    wall.simulator.exchange.answer(id)
    wall.hasSnapshot = false
    await wall.enter(page)
    await status('Live')
    expect(await figure('Waiting').textContent()).toBe('–')
    expect(await figure('Live calls').textContent()).toBe('–')
    await page.getByText('No queue heard of yet').waitFor()
    await figure('Answered').getByText('0', { exact: true }).waitFor()
    wall.hasSnapshot = true
    await page.getByRole('button', { name: 'Details and actions: Jana · 0910000001' }).click()
    await figure('Live calls').getByText('1', { exact: true }).waitFor()
    await page.getByText('It began before this login').waitFor()
    expect(await page.locator('.chosen-call').getByRole('button', { name: 'Hang up' }).isDisabled()).toBe(true)
    // it was answered before anybody counted
    expect(await figure('Answered').textContent()).toBe('0')
  })

  it('connects where its own server says: a link is ignored, unless it names this machine', async () => {
    wall = await raiseWall({ exchange: TELEPHONES })
    await wall.enter(page, '?pbx=ws://evil.example')
    await status('Live')
    await page.getByText('The link asked for the PBX ws://evil.example. It was ignored').waitFor()
    expect(wall.simulator.clients).toHaveLength(1)

    const other = await startSimulator({ users: [{ username: 'viptel', password: 'secret' }] })
    try {
      await page.goto(`${wall.origin}/#pbx=${other.url}`)
      await page.reload()
      await other.waitForLogin()
      await status('Live')
    } finally {
      await other.close()
    }
  })

  it('asks for a login where the session has ended, and not before', async () => {
    wall = await raiseWall({ exchange: TELEPHONES })
    await wall.enter(page)
    await status('Live')
    await context.clearCookies()
    wall.simulator.drop()
    await page.getByRole('link', { name: 'Log in again' }).click()
    await page.getByRole('textbox', { name: /^Name/ }).fill('lead')
    await page.getByLabel(/^Password/).fill('wallboard')
    await page.getByRole('button', { name: /^Log in/ }).click()
    await status('Live')
  })

  it('comes up with `npm run demo`, and goes with Ctrl+C', async () => {
    const child = spawn(process.execPath, ['demo/show/start.js', '--no-open'], {
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    const ended = new Promise<number | null>(resolve => child.on('close', resolve))
    try {
      let output = ''
      const entrance = await new Promise<string>((resolve, reject) => {
        child.stdout.on('data', data => {
          output += String(data)
          const [address] = /http:\/\/127\.0\.0\.1:\d+\/enter\S+/.exec(output) ?? []
          if (address !== undefined) resolve(address)
        })
        child.on('close', () => reject(new Error(output)))
      })
      await page.goto(entrance)
      await status('Live')
      // everything of the exchange is there from the beginning
      await figure('Waiting').filter({ hasText: /^\d+$/ }).waitFor()
      await page.locator('.queue.card').nth(2).waitFor()
      expect(await page.locator('.queue.card').count()).toBe(3)
      await page.locator('.tile').nth(12).waitFor()
      expect(await page.locator('.tile').count()).toBe(13)
      child.kill('SIGINT')
      expect(await ended).toBe(0)
    } finally {
      child.kill('SIGKILL')
    }
  }, 180_000)
})
