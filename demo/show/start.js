// @ts-check
// The wallboard with a simulated call centre behind it: npm run demo, until Ctrl+C.
import { parseArgs } from 'node:util'
import { openBrowser } from './browser.js'
import { buildWallboard } from './building.js'
import { freePort } from './port.js'
import { openStage } from './stage.js'

const USAGE = `npm run demo                       the wallboard over a simulated call centre
npm run demo -- --speed 1          at the speed of the clock; the default is 4 times as fast
npm run demo -- --port 8080        at this port; the default is any free one
npm run demo -- --no-open          opens no browser`

async function show() {
  const { values } = parseArgs({
    options: {
      speed: { type: 'string', default: '4' },
      port: { type: 'string' },
      'no-open': { type: 'boolean', default: false },
    },
  })
  const port = values.port === undefined ? await freePort() : Number(values.port)
  if (!(Number.isInteger(port) && port > 0 && port < 65_536)) throw new TypeError(`'${values.port}' is no port.`)
  buildWallboard()
  const stage = await openStage({ port, speed: Number(values.speed) })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => void stage.close())
  console.log(
    `The wallboard is at ${stage.address}/ (log in as ${stage.viewer.name} with the password ${stage.viewer.password})`,
  )
  console.log(`Without logging in, once: ${stage.entrance}`)
  console.log('Ctrl+C ends it.')
  if (!values['no-open']) openBrowser(stage.entrance)
}

try {
  await show()
} catch (error) {
  console.error(/** @type {Error} */ (error).message)
  console.error(USAGE)
  process.exitCode = 2
}
