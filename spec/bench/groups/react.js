// A list of 200 live calls in React, in Chromium: React's own cost is that of the DOM and its layout, which a DOM
// without a browser does not pay. The CPU time is that of the page's main thread, as Chromium counts it.
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { WebSocketServer } from 'ws'
import { interleave } from '../support/rounds.js'
import { formatFigure, formatTable } from '../support/statistics.js'
import { callTraffic } from '../support/traffic.js'

const CHROMIUM = process.env['CHROMIUM'] || '/usr/bin/chromium'
const ROWS = 200
/** Events of a second. */
const RATE = 1_000
/** ms between two bursts of events. */
const BURST = 10

async function bundlePage() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../pages/call-list.js', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['production'],
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return outputFiles[0].text
}

/** Serves the page, and beside it a PBX that takes any login. */
async function startServers(script) {
  const web = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<!doctype html><body><script type="module" src="/page.js"></script>')
  })
  await new Promise(resolve => web.listen(0, '127.0.0.1', resolve))
  const pbx = new WebSocketServer({ server: web })
  const loggedIn = () =>
    new Promise(resolve => {
      pbx.once('connection', socket => {
        socket.send(JSON.stringify({ code: 100, message: 'Send your username and password hash', nonce: 'abc' }))
        socket.once('message', () => {
          socket.send(JSON.stringify({ code: 202, message: 'Login successfull' }))
          resolve(socket)
        })
      })
    })
  return { web, loggedIn, port: web.address().port }
}

/**
 * Sends events at the rate for so long; a burst that is late makes up for what it has missed. Gives how many were sent.
 */
async function sendAtRate(socket, frames, seconds) {
  const begun = performance.now()
  let sent = 0
  while (sent < seconds * RATE) {
    await pause(BURST)
    const due = Math.min(seconds * RATE, Math.floor(((performance.now() - begun) / 1_000) * RATE))
    for (; sent < due; sent += 1) socket.send(frames.next().value)
  }
  return sent
}

async function measurePage(browser, { port, loggedIn }, mode, seconds) {
  const page = await browser.newPage()
  const socketOpened = loggedIn()
  await page.goto(`http://127.0.0.1:${port}/?mode=${mode}&pbx=ws://127.0.0.1:${port}/`)
  const socket = await socketOpened
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  const look = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    const drawn = await page.evaluate(() => ({ ...window.drawn }))
    return { ...drawn, busy: metrics.find(({ name }) => name === 'ThreadTime').value }
  }
  const frames = callTraffic(ROWS, true)
  for (let sent = 0; sent < ROWS * 4; sent += 1) socket.send(frames.next().value)
  await page.waitForFunction(rows => window.drawn.shown === rows, ROWS)
  // the warm-up
  await sendAtRate(socket, frames, Math.max(1, seconds / 2))
  const before = await look()
  const begun = performance.now()
  const events = await sendAtRate(socket, frames, seconds)
  const after = await look()
  const elapsed = (performance.now() - begun) / 1_000
  await page.close()
  return {
    perEvent: ((after.busy - before.busy) * 1e6) / events,
    share: (100 * (after.busy - before.busy)) / elapsed,
    lists: (after.lists - before.lists) / elapsed,
    rows: (after.rows - before.rows) / events,
  }
}

export const react = {
  name: 'react',
  title: `React 19 in Chromium: ${ROWS} rows of live calls, ${RATE} events a second`,
  async measure({ figureRounds, react: seconds }) {
    if (!existsSync(CHROMIUM)) return { rows: {}, text: `left out: no Chromium at ${CHROMIUM}; set CHROMIUM` }
    const servers = await startServers(await bundlePage())
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking']
    const browser = await chromium.launch({ executablePath: CHROMIUM, args })
    try {
      const side = mode => () => measurePage(browser, servers, mode, seconds)
      const { store, hand } = await interleave(figureRounds, { store: side('store'), hand: side('hand') })
      const line = (name, figures) => [
        name,
        ...['perEvent', 'share', 'lists', 'rows'].map(key => formatFigure(figures.map(figure => figure[key]))),
      ]
      return {
        rows: {},
        text: formatTable(
          ['CPU of the main thread', 'µs an event', '% of a core', 'lists a second', 'rows an event'],
          [line('trackCalls, toStore', store), line('a Map by hand, set at each event', hand)],
        ),
      }
    } finally {
      await browser.close()
      servers.web.closeAllConnections()
      servers.web.close()
    }
  },
}
