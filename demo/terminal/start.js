// @ts-check
// Prints the events of a PBX, line by line: of the simulated call centre, or with --url of a live PBX.
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createPbxClient, trackCalls, trackQueues } from 'viptel-pbx'
import { showNotSent, showOutcomes } from './actions.js'
import { openCallCentre, SPEED } from './call-centre.js'
import { showTable } from './table.js'
import { clean, eventLine, gapLine, statusLine } from './wording.js'

const USAGE = `npm start                          a simulated call centre, half a minute at most
npm start -- --url wss://HOST:PORT  a live PBX until Ctrl+C; the login comes from VIPTEL_USERNAME and VIPTEL_PASSWORD`

/**
 * Prints every event and status of a client, with the queues and their callers below, until the client closes or fails.
 *
 * @param {import('viptel-pbx').PbxClient} pbx
 * @param {import('viptel-pbx').QueueTracker} queues
 * @param {number} [speed]
 */
function watch(pbx, queues, speed = 1) {
  const { log, stop } = showTable({ calls: trackCalls(pbx), queues, speed })
  pbx.status$.subscribe(status => log(statusLine(status)))
  pbx.gap$.subscribe(gap => log(gapLine(gap)))
  pbx.anomaly$.subscribe(({ kind, detail, raw }) => log(clean(`          -- ${kind}: ${detail}: ${raw.slice(0, 200)}`)))
  /** @type {Promise<void>} */
  const over = new Promise((resolve, reject) => {
    pbx.event$.subscribe({ next: event => log(eventLine(event)), complete: resolve, error: reject })
  })
  return { log, over: over.then(() => log('          -- closed')).finally(stop) }
}

/**
 * The opening state of the queues, which the API does not send: here from the exchange itself.
 *
 * @param {import('viptel-pbx/simulator').Simulator} simulator
 */
const queueSeeds = simulator =>
  [...(simulator.exchange?.queues ?? [])].map(([queue, { members, waiting }]) => ({
    queue,
    members: members.map(({ party, paused }) => ({ member: party.number, name: party.name, paused })),
    waiting: waiting.map(({ ids, caller }) => ({
      uniqueId: ids.at(-1) ?? '',
      caller: caller.number,
      callerName: caller.name,
    })),
  }))

async function simulated() {
  const { simulator, user } = await openCallCentre()
  const pbx = createPbxClient({ url: simulator.url, credentials: user })
  const queues = trackQueues(pbx)
  const { log, over } = watch(pbx, queues, SPEED)
  await pbx.online()
  queues.seed(queueSeeds(simulator))
  await pause(3_000)
  await showOutcomes(pbx, simulator, log)
  await pause(2_000)
  const restarted = simulator.restart({ downFor: 500 })
  await simulator.waitForClose()
  await showNotSent(pbx, log)
  await restarted
  // seeds that are taken before the client's login may have changed by then
  await pbx.online()
  queues.seed(queueSeeds(simulator))
  await pause(4_000)
  await pbx.close()
  await over
  await simulator.close()
  const { events, responses, unknown, invalid } = pbx.stats
  console.log(`That was ${events} events and ${responses} responses; ${unknown} unknown, ${invalid} unreadable.`)
}

/** @param {string} url */
async function live(url) {
  const { VIPTEL_USERNAME: username, VIPTEL_PASSWORD: password } = process.env
  if (!username || !password)
    throw new TypeError(
      'Set VIPTEL_USERNAME and VIPTEL_PASSWORD to the login of the API; it is not that of the web manager.',
    )
  const pbx = createPbxClient({ url, credentials: { username, password } })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => void pbx.close())
  await watch(pbx, trackQueues(pbx)).over
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
