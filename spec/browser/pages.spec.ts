import { readFile } from 'node:fs/promises'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Observable } from 'rxjs'
import type { Call, CallTracker, PbxClient } from '../../src/index.js'
import { type ExchangePlan, type Simulator, startSimulator } from '../../src/simulator/index.js'
import { freePort } from '../support/bare-server.js'
import { describeInChromium, launch } from '../support/chromium.js'
import type { Messages } from '../support/collect.js'
import { faults, html, listenTo, serve, type Web } from '../support/web.js'
import { recipes } from './recipes.js'

type Sdk = typeof import('../../src/index.js')

/** What the pages have as globals: the bundle's, those of PAGE, and the one that the spec gives them. */
declare const ViptelPbx: Sdk
declare const pbx: PbxClient
declare const calls: CallTracker
declare const all: <T>(stream: Observable<T>) => Promise<T[]>
declare const failure: (stream: Observable<unknown>) => Promise<{ name: string; safeToRepeat: boolean }>
declare const tell: (what: string) => void

/** A dashboard's client. `slow`: the next try after a loss would come in a minute; `quiet`: it logs no calls. */
const PAGE = `
const slow = location.search.includes('slow')
const pbx = ViptelPbx.createPbxClient({
  url: document.documentElement.dataset.pbx,
  credentials: { username: 'viptel', password: 'secret' },
  reconnect: slow ? { initialDelay: 60000, maxDelay: 60000, jitter: 0 } : { initialDelay: 1, maxDelay: 5 },
})
const calls = ViptelPbx.trackCalls(pbx, { keepEnded: 0 })
pbx.status$.subscribe(({ state }) => console.log('status ' + state))
pbx.gap$.subscribe(({ session }) => console.log('gap before session ' + session))
if (!location.search.includes('quiet')) pbx.on('call.begin').subscribe(({ unique_id }) => console.log('call ' + unique_id))
else pbx.connect()
const all = stream => new Promise((resolve, reject) => {
  const seen = []
  stream.subscribe({ next: one => seen.push(one), error: reject, complete: () => resolve(seen) })
})
const failure = stream => all(stream).then(seen => ({ name: 'none of ' + seen.length }), ({ name, safeToRepeat }) => ({ name, safeToRepeat }))
`

const PATHS: Readonly<Record<string, string>> = {
  '/': '<script src="viptel-pbx.min.js"></script><script src="page.js"></script>',
  '/polite':
    '<script src="viptel-pbx.min.js"></script><script src="page.js"></script><script src="leaving.js"></script>',
  '/elsewhere': 'another page',
}
const SCRIPTS: Readonly<Record<string, string>> = {
  '/page.js': PAGE,
  '/leaving.js': recipes().files['leaving.js'] ?? '',
}

const answers = { kind: 'answer', after: 1 } as const
const TELEPHONES: ExchangePlan = {
  extensions: [
    { number: '12', name: 'Peter', behaviour: answers },
    { number: '13', name: 'Eva', behaviour: answers },
  ],
  outside: [{ number: '0220282028', behaviour: answers }],
}

const ID = '1453466550.1'
const begin = (uniqueId: string, fields: object = {}) => ({
  event: 'call.begin',
  caller: '0900111222',
  callee: '601',
  unique_id: uniqueId,
  ...fields,
})

let web: Web
let simulator: Simulator
let page: Page
let messages: Messages

beforeAll(async () => {
  web = await serve(path => {
    if (path === '/viptel-pbx.min.js') return readFile('dist/viptel-pbx.min.js', 'utf8')
    const body = PATHS[path]
    return body === undefined ? SCRIPTS[path] : html(simulator.url, body)
  })
})
afterAll(() => web?.close())
beforeEach(async () => {
  simulator = await startSimulator({ exchange: TELEPHONES })
})
afterEach(() => simulator?.close())

/** A page that is logged in. */
async function open(context: BrowserContext, path = '/'): Promise<void> {
  page = await context.newPage()
  messages = listenTo(page)
  await page.exposeFunction('tell', messages.add)
  await page.goto(web.origin + path)
  await messages.seen('status online')
}

const visibility = () => page.evaluate(() => document.visibilityState)

describeInChromium('a page in a real Chromium', () => {
  let browser: Browser
  let context: BrowserContext
  beforeAll(async () => {
    browser = await launch()
  }, 180_000)
  afterAll(() => browser?.close())
  beforeEach(async () => {
    context = await browser.newContext()
  })
  afterEach(() => context?.close())

  it('calls, redirects and hangs up, and learns the honest outcome of each', async () => {
    await open(context)
    const seen = await page.evaluate(async () => {
      const unknown = await failure(pbx.hangup('1453466550.9'))
      const request = pbx.createCall({ from: '12', to: '0220282028' })
      const whole = all(request)
      const [call = ''] = await all(request.pipe(ViptelPbx.reached('answered')))
      const redirection = await all(pbx.redirect(call, '13'))
      const [end] = await all(pbx.hangup(call))
      const phases = (steps: { phase: string }[]) => [...new Set(steps.map(({ phase }) => phase))].join(' ')
      return { unknown, call: phases(await whole), redirection: phases(redirection), end: end?.status }
    })
    expect(seen).toEqual({
      unknown: { name: 'ActionRejectedError', safeToRepeat: true },
      call: 'sent created ringing answered ended',
      redirection: 'sent ringing answered',
      end: 'answer',
    })
    simulator.setFaults({ tearOnAction: true })
    const torn = await page.evaluate(() => failure(pbx.createCall({ from: '12', to: '13' })))
    expect(torn).toEqual({ name: 'DeliveryUncertainError', safeToRepeat: false })
    expect(faults(messages)).toEqual([])
  })

  it('keeps calls and queues, marks them stale over a restart, and takes a snapshot as the truth', async () => {
    await open(context)
    await page.evaluate(() => {
      const store = ViptelPbx.toStore(calls.list$)
      const shown = ({ callerName, phase, answeredBy, stale }: Call) =>
        `${callerName} ${phase}${answeredBy ? ` by ${answeredBy}` : ''}${stale ? ', stale' : ''}`
      store.subscribe(() => tell(`calls: ${store.getSnapshot().map(shown).join('; ')}`))
      ViptelPbx.trackQueues(pbx).list$.subscribe(queues => {
        for (const { queue, members, waiting, stale } of queues)
          tell(
            `${queue}: ${members.map(({ name }) => name)}; ${waiting.map(({ callerName }) => callerName)}${stale ? '; stale' : ''}`,
          )
      })
    })
    const queue = { queue: '601', queue_name: 'Sales' }
    simulator.send({ event: 'queue.add', ...queue, member: '12', member_name: 'Peter', paused: 0 })
    simulator.send(begin(ID, { caller_name: 'Jana' }))
    simulator.send({
      event: 'queue.join',
      ...queue,
      unique_id: ID,
      caller: '0900111222',
      caller_name: 'Jana',
      position: 1,
    })
    await messages.seen('601: Peter; Jana')
    await messages.seen('calls: Jana queued')
    simulator.send(begin('1453466551.2', { callee: '12', from_queue_unique_id: ID }))
    simulator.send({ event: 'call.pickup', unique_id: '1453466551.2' })
    await messages.seen('601: Peter; ')
    await messages.seen('calls: Jana answered by 12')
    await simulator.restart()
    await messages.seen('gap before session 2')
    await messages.seen('calls: Jana answered by 12, stale')
    await messages.seen('601: Peter; ; stale')
    const stale = await page.evaluate(id => {
      calls.seed([{ uniqueId: id, phase: 'answered' }])
      return [...calls.current.values()].map(call => call.stale)
    }, ID)
    expect(stale).toEqual([false])
    simulator.send({ event: 'call.end', unique_id: ID, status: 'answer' })
    await messages.seen('calls: ')
    expect(faults(messages)).toEqual([])
  })

  it('that is offline sends nothing, and comes back with a gap as soon as the network does, whatever wait was due', async () => {
    await open(context, '/?slow')
    await context.setOffline(true)
    simulator.drop()
    await messages.seen('status waiting')
    const lost = await page.evaluate(() => failure(pbx.createCall({ from: '12', to: '13' }, { sendWithin: 10 })))
    expect(lost).toEqual({ name: 'NotSentError', safeToRepeat: true })
    const before = Date.now()
    const gap = await page.evaluateHandle(() => {
      const seen = { gap: { from: 0, to: 0 } }
      pbx.gap$.subscribe(gap => Object.assign(seen, { gap }))
      return seen
    })
    await context.setOffline(false)
    await messages.seen('gap before session 2')
    const { from, to } = await gap.evaluate(seen => seen.gap)
    expect(from).toBeLessThanOrEqual(before)
    expect(to).toBeGreaterThanOrEqual(before)
    expect(simulator.received.filter(({ frame }) => String(frame).includes('call.create'))).toEqual([])
    simulator.send(begin(ID))
    await messages.seen(`call ${ID}`)
  })

  it('keeps trying while the browser has no network', async () => {
    await open(context)
    await context.setOffline(true)
    simulator.drop()
    await messages.seen(
      `fault WebSocket connection to '${simulator.url}/' failed: Error in connection establishment: net::ERR_INTERNET_DISCONNECTED`,
    )
    await context.setOffline(false)
    await messages.seen('gap before session 2')
  })

  it('that is reloaded leaves no session behind', async () => {
    await open(context)
    await page.reload()
    await simulator.waitForClose()
    await simulator.waitForLogin(2)
    simulator.send(begin(ID))
    await messages.seen(`call ${ID}`)
    expect(messages.all.filter(what => what === `call ${ID}`)).toHaveLength(1)
    expect(simulator.clients).toHaveLength(1)
    expect(faults(messages)).toEqual([])
  })

  it.each([
    ['goes elsewhere', () => page.goto(`${web.origin}/elsewhere`)],
    ['is reloaded', () => page.reload()],
    ['is closed', () => page.close({ runBeforeUnload: true })],
  ])('that closes its client on pagehide logs out when it %s', async (_, leave) => {
    await open(context, '/polite')
    await leave()
    expect((await simulator.waitForAction('user.logout')).client).toBe(1)
    expect(await simulator.waitForClose()).toMatchObject({ id: 1 })
  })

  it('renders a burst of 10 000 frames at most once per listInterval, and loses no call', async () => {
    await open(context, '/?quiet')
    await page.evaluate(() => {
      const list = document.body.appendChild(document.createElement('ul'))
      const seen = { begun: 0, ended: 0, rendered: 0, longest: 0, elapsed: 0 }
      new PerformanceObserver(tasks => {
        for (const { duration } of tasks.getEntries()) seen.longest = Math.max(seen.longest, duration)
      }).observe({ type: 'longtask' })
      let since: number | undefined
      calls.change$.subscribe(({ kind }) => {
        since ??= performance.now()
        if (kind === 'begin') seen.begun += 1
        if (kind === 'end') seen.ended += 1
      })
      calls.list$.subscribe(now => {
        seen.rendered += 1
        list.replaceChildren(
          ...now.map(({ id, caller, phase }) =>
            Object.assign(document.createElement('li'), { id, textContent: `${caller}: ${phase}` }),
          ),
        )
        seen.elapsed = performance.now() - (since ?? 0)
        if (seen.ended === 3_200 && now.length === 200) tell('all')
      })
      Object.assign(globalThis, { seen })
    })
    const id = (n: number) => `1453466550.${n}`
    for (let n = 0; n < 3_400; n++) {
      simulator.send(begin(id(n)))
      simulator.send({ event: 'call.pickup', unique_id: id(n) })
      if (n >= 200) simulator.send({ event: 'call.end', unique_id: id(n - 200), status: 'answer' })
    }
    await messages.seen('all')
    const { seen, rows, received } = await page.evaluate(() => ({
      seen: (globalThis as unknown as { seen: Record<'begun' | 'ended' | 'rendered' | 'longest' | 'elapsed', number> })
        .seen,
      rows: [...document.querySelectorAll('li')].map(({ id, textContent }) => `${id} ${textContent}`),
      received: pbx.stats.events,
    }))
    expect(received).toBe(10_000)
    expect(seen).toMatchObject({ begun: 3_400, ended: 3_200 })
    expect(rows).toEqual(Array.from({ length: 200 }, (_, n) => `${id(3_200 + n)} 0900111222: answered`))
    expect(seen.rendered).toBeLessThanOrEqual(seen.elapsed / 16 + 2)
    // docs/benchmarks.md has the figure; this is what nobody may come near on a busy machine
    expect(seen.longest).toBeLessThan(250)
  })
})

/** What the driver switches off so that pages behave the same seen or unseen. */
const SPARING = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-back-forward-cache',
]

describeInChromium('a page that nobody looks at', () => {
  let launched: Browser
  let context: BrowserContext
  beforeAll(async () => {
    const port = await freePort()
    launched = await launch({ args: [`--remote-debugging-port=${port}`], without: SPARING })
    // the driver makes its own pages believe that they have the focus; those of the browser's own context stay as they are
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true })
    context = browser.contexts()[0] ?? (await browser.newContext())
  }, 180_000)
  afterAll(() => launched?.close())
  afterEach(async () => {
    for (const opened of context?.pages() ?? []) await opened.close()
  })

  const hide = async () => {
    const other = await context.newPage()
    await other.bringToFront()
    expect(await visibility()).toBe('hidden')
  }

  it('misses nothing, shows it though its timers are slowed down, and comes back after a restart', async () => {
    await open(context)
    await hide()
    await page.evaluate(() => {
      calls.list$.subscribe(now => tell(`shown ${now.length}`))
      // a hidden page's timers run together, once a second: how long the first one waits depends on when it was set, but sooner or later two of them are far apart
      const pause = (last: number) =>
        setTimeout(() => {
          const now = performance.now()
          if (now - last > 500) tell('throttled')
          else pause(now)
        }, 1)
      pause(performance.now())
    })
    for (let n = 0; n < 1_000; n++) simulator.send(begin(`1453466550.${n}`))
    await messages.seen('shown 1000')
    await messages.seen('throttled')
    await simulator.restart()
    await messages.seen('gap before session 2')
    simulator.send(begin('1453466551.1'))
    await messages.seen('shown 1001')
    expect(await visibility()).toBe('hidden')
  })

  it('tries again at once when somebody looks, whatever wait was due', async () => {
    await open(context, '/?slow')
    await hide()
    simulator.drop()
    await messages.seen('status waiting')
    await page.bringToFront()
    await messages.seen('gap before session 2')
  })

  it('starts afresh when it is shown again out of the back/forward cache', async () => {
    await open(context, '/polite')
    await page.evaluate(() => addEventListener('pageshow', ({ persisted }) => tell(`persisted ${persisted}`)))
    // with a socket that still closes it would be left to the browser whether the page is kept
    await page.evaluate(() => pbx.close())
    await page.goto(`${web.origin}/elsewhere`)
    // a kept page never loads, which the driver's own way back would wait for
    await page.evaluate(() => void setTimeout(() => history.back()))
    await messages.seen('persisted true')
    await simulator.waitForLogin(2)
    simulator.send(begin(ID))
    await messages.seen(`call ${ID}`)
  })
})
