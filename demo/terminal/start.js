// @ts-check
// Shows what a PBX tells, line by line: the simulated call centre's traffic, or with --url a live PBX's.
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createPbxClient } from 'viptel-pbx'
import { showNotSent, showOutcomes } from './actions.js'
import { openCallCentre } from './call-centre.js'
import { clean, eventLine, gapLine, statusLine } from './wording.js'

const USAGE = `npm start                          a simulated call centre, half a minute at most
npm start -- --url wss://HOST:PORT  a live PBX until Ctrl+C; the login comes from VIPTEL_USERNAME and VIPTEL_PASSWORD`

/** Prints all that a client tells, until the client is closed or gives up. @param {import('viptel-pbx').PbxClient} pbx */
function watch(pbx) {
  pbx.status$.subscribe(status => console.log(statusLine(status)))
  pbx.gap$.subscribe(gap => console.log(gapLine(gap)))
  pbx.anomaly$.subscribe(({ kind, detail }) => console.log(clean(`          -- ${kind}: ${detail}`)))
  return new Promise((resolve, reject) => {
    pbx.event$.subscribe({
      next: event => console.log(eventLine(event)),
      complete: () => resolve(console.log('          -- closed')),
      error: reject,
    })
  })
}

async function simulated() {
  const { simulator, user } = await openCallCentre()
  const pbx = createPbxClient({ url: simulator.url, credentials: user })
  const watching = watch(pbx)
  await pbx.online()
  await pause(3_000)
  await showOutcomes(pbx, simulator)
  await pause(2_000)
  const restarted = simulator.restart({ downFor: 500 })
  await simulator.waitForClose()
  await showNotSent(pbx)
  await restarted
  await simulator.waitForLogin(2)
  await pause(4_000)
  await pbx.close()
  await watching
  await simulator.close()
  const { events, responses, unknown, invalid } = pbx.stats
  console.log(`That was ${events} events and ${responses} responses; ${unknown} unknown, ${invalid} unreadable.`)
}

/** @param {string} url */
async function live(url) {
  const { VIPTEL_USERNAME: username, VIPTEL_PASSWORD: password } = process.env
  if (!username || !password) throw new TypeError('Set VIPTEL_USERNAME and VIPTEL_PASSWORD to the login of the API; it is not that of the web manager.')
  const pbx = createPbxClient({ url, credentials: { username, password } })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => void pbx.close())
  await watch(pbx)
}

try {
  const { url } = parseArgs({ options: { url: { type: 'string' } } }).values
  await (url === undefined ? simulated() : live(url))
} catch (error) {
  const { name, message } = /** @type {Error} */ (error)
  console.error(clean(message))
  const misused = ['TypeError', 'InvalidOptionsError', 'InsecureUrlError'].includes(name)
  if (misused) console.error(USAGE)
  process.exitCode = misused ? 2 : name === 'LoginRejectedError' ? 1 : 3
}
