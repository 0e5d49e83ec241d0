// @ts-check
// Measures the wallboard in Chromium: `node spec/bench/wallboard.js`, by hand.
// 200 agents, 20 queues, 300 live calls, 50 frames a second, at 1920x1080.
import { setTimeout as pause } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { startSimulator } from 'viptel-pbx/simulator'
import { BUILT, buildWallboard } from '../../demo/show/building.js'
import { freePort } from '../../demo/show/port.js'
import { createSigner } from '../../demo/signer/server.js'

const AGENTS = 200
const QUEUES = 20
const CALLS = 300
/** Calls of those that wait in a queue. */
const WAITING = 60
const FRAMES = 50
/** s that each round takes. */
const ROUND = 20
const ROUNDS = 3

const account = { username: 'viptel', password: 'secret' }
const agent = (/** @type {number} */ index) => String(1_001 + (index % AGENTS))
const queue = (/** @type {number} */ index) => String(9_001 + (index % QUEUES))
let counter = 0
const nextId = () => {
  counter += 1
  return `${Math.floor(Date.now() / 1_000)}.${counter}`
}

/**
 * Frames of customers who wait, are taken and hang up, so many at a time. Each changes the board.
 *
 * @returns {Generator<object, never>}
 */
function* customers() {
  /** @type {{ id: string, caller: string, index: number }[]} */
  const waiting = []
  /** @type {{ id: string, leg: string }[]} */
  const talking = []
  for (let index = 0; ; index += 1) {
    const [id, caller] = [nextId(), `09${String(10_000_000 + index)}`]
    yield {
      event: 'call.begin',
      unique_id: id,
      caller,
      caller_name: `Customer ${index}`,
      callee: queue(index),
      called_number: '0220282028',
    }
    yield {
      event: 'queue.join',
      queue: queue(index),
      unique_id: id,
      caller,
      caller_name: `Customer ${index}`,
      position: 1 + Math.floor(waiting.length / QUEUES),
    }
    waiting.push({ id, caller, index })
    if (waiting.length <= WAITING) continue
    const next = waiting.shift()
    if (next === undefined) continue
    const leg = nextId()
    const offer = {
      unique_id: leg,
      caller: next.caller,
      caller_name: '',
      callee: agent(next.index * 7),
      callee_name: '',
      called_number: '',
    }
    yield { event: 'call.begin', ...offer, from_queue_unique_id: next.id }
    yield { event: 'call.pickup', unique_id: leg }
    talking.push({ id: next.id, leg })
    if (talking.length <= CALLS - WAITING) continue
    const over = talking.shift()
    if (over === undefined) continue
    yield { event: 'call.end', unique_id: over.leg, status: 'answer' }
    yield { event: 'call.end', unique_id: over.id, status: 'answer' }
  }
}

buildWallboard()
const simulator = await startSimulator({ users: [account] })
const port = await freePort()
const origin = `http://127.0.0.1:${port}`
const { server, issueEntryToken } = createSigner({
  account,
  pbx: simulator.url,
  users: new Map([['lead', 'wallboard']]),
  origin,
  folder: BUILT,
  snapshot: () => ({
    calls: [],
    queues: Array.from({ length: QUEUES }, (_, index) => ({
      queue: queue(index),
      members: Array.from({ length: AGENTS / QUEUES }, (_each, place) => ({
        member: agent(index * 10 + place),
        name: `Agent ${index * 10 + place}`,
        paused: false,
      })),
      waiting: [],
    })),
  }),
})
server.listen(port, '127.0.0.1')
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] || '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
})
const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
await page.goto(`${origin}/enter?token=${issueEntryToken('lead')}`)
await simulator.waitForLogin()
await pause(1_000)

const frames = customers()
const send = (/** @type {number} */ count) => {
  for (let sent = 0; sent < count; sent += 1) simulator.send(frames.next().value)
}
// the calls that are live from the beginning
send(CALLS * 4)
const began = performance.now()
let due = 0
// a timer that is late makes up for the frames it has missed
const timer = setInterval(() => {
  const now = Math.floor(((performance.now() - began) / 1_000) * FRAMES)
  send(now - due)
  due = now
}, 1_000 / FRAMES)
await pause(5_000)

const devtools = await browser.newBrowserCDPSession()
const inPage = await page.context().newCDPSession(page)
await inPage.send('Performance.enable')
/** CPU seconds by kind of process, and those of the page's own main thread. */
const used = async () => {
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo')
  const { metrics } = await inPage.send('Performance.getMetrics')
  const of = (/** @type {string} */ type) =>
    processInfo.filter(info => info.type === type).reduce((sum, { cpuTime }) => sum + cpuTime, 0)
  return {
    page: of('renderer'),
    all: processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0),
    main: metrics.find(({ name }) => name === 'ThreadTime')?.value ?? 0,
  }
}
/**
 * The main thread's longest task in ms, by the clock and by CPU time: on a shared machine a task may have to wait for its
 * core.
 */
async function longestTask() {
  /** @type {{ name: string, pid: number, tid: number, dur?: number, tdur?: number, args: { name?: string } }[]} */
  const events = []
  devtools.on('Tracing.dataCollected', ({ value }) =>
    events.push(.../** @type {typeof events} */ (/** @type {unknown} */ (value))),
  )
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', '__metadata'], excludedCategories: ['*'] },
  })
  await pause(ROUND * 1_000)
  const collected = new Promise(resolve => devtools.once('Tracing.tracingComplete', resolve))
  await devtools.send('Tracing.end')
  await collected
  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  )
  const tasks = events.filter(({ name, pid, tid }) => name.endsWith('RunTask') && mains.has(`${pid} ${tid}`))
  const most = (/** @type {'dur' | 'tdur'} */ what) =>
    (Math.max(0, ...tasks.map(task => task[what] ?? 0)) / 1_000).toFixed(0)
  return `longest of ${tasks.length} tasks: ${most('dur')} ms, by CPU time ${most('tdur')} ms; ${tasks.filter(({ dur = 0 }) => dur > 50_000).length} took more than 50 ms`
}

const shown = await page.evaluate(() =>
  ['.tile', '.queue.card', '.row'].map(name => document.querySelectorAll(name).length),
)
console.log(`shown: ${shown[0]} agents, ${shown[1]} queues, ${shown[2]} calls`)
for (let round = 0; round < ROUNDS; round += 1) {
  const before = await used()
  const at = performance.now()
  const sent = simulator.sent.length
  await pause(ROUND * 1_000)
  const after = await used()
  const seconds = (performance.now() - at) / 1_000
  const share = (/** @type {number} */ cpu) => `${((100 * cpu) / seconds).toFixed(1)} %`
  console.log(
    `${((simulator.sent.length - sent) / seconds).toFixed(0)} frames a second: main thread ${share(after.main - before.main)}, the page's process ${share(after.page - before.page)}, all of Chromium ${share(after.all - before.all)} of a core`,
  )
}
console.log(await longestTask())
await page.screenshot({ path: '.jest/screenshots/busy.png' })
clearInterval(timer)
await browser.close()
server.close()
server.closeAllConnections()
await simulator.close()
