// A client of another service's library, flooded in its own protocol, with one subscriber a name. Prints the CPU time
// of a frame. The folder that holds the libraries is the last argument.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import WebSocket from 'ws'
import { createFrameMeter } from '../support/frame-meter.js'
import { NAMES } from '../support/traffic.js'

const [mode = '', url = '', cold = '', warm = '', folder = ''] = process.argv.slice(2)
const require = createRequire(join(folder, 'package.json'))
const { listener } = createFrameMeter({ listeners: 1, cold: Number(cold), warm: Number(warm) })

async function connectToObs() {
  // its JSON build, since the other one speaks MessagePack
  const { default: library } = await import(pathToFileURL(require.resolve('obs-websocket-js/json')).href)
  const OBSWebSocket = library.default ?? library
  const obs = new OBSWebSocket()
  for (const name of NAMES) obs.on(name, listener)
  await obs.connect(url)
}

async function connectToHomeAssistant() {
  // the library takes the class from the page's globals
  globalThis.WebSocket = WebSocket
  const path = join(folder, 'node_modules/home-assistant-js-websocket/dist/index.js')
  const { createConnection, createLongLivedTokenAuth } = await import(pathToFileURL(path).href)
  const auth = createLongLivedTokenAuth(url.replace('ws:', 'http:'), 'token')
  const connection = await createConnection({ auth })
  await Promise.all(NAMES.map(name => connection.subscribeEvents(listener, name)))
}

await (mode === 'obs' ? connectToObs() : connectToHomeAssistant())
