// Many clients in one process. Prints, for each: memory when idle, CPU time of its login, of a minute of idleness, and
// of a frame that all of them get.
import { once } from 'node:events'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import { createPbxClient } from 'viptel-pbx'
import WebSocket from 'ws'
import { cpuTime, cpuTimeOf, finish } from '../support/cpu.js'
import { NAMES } from '../support/traffic.js'

const [mode = '', url = '', ...numbers] = process.argv.slice(2)
const [clients, idle] = numbers.map(Number)
/** Events that every client gets. */
const EVENTS = 100

let seen = 0
let resolveAll = () => {}
const listener = _event => {
  seen += 1
  if (seen === clients * EVENTS) resolveAll()
}

async function connectSdk() {
  const client = createPbxClient({ url, credentials: { username: 'viptel', password: 'heslo' } })
  for (const name of NAMES) client.on(name).subscribe(listener)
  await client.online()
}

async function connectByHand() {
  const socket = new WebSocket(url)
  await new Promise(online => {
    socket.on('message', data => {
      const frame = JSON.parse(String(data))
      if (frame.event !== undefined) return listener(frame)
      if (frame.code === 202) return online()
      return socket.send(JSON.stringify({ action: 'user.login', username: 'viptel', password: 'x' }))
    })
  })
}

async function memory() {
  for (let again = 0; again < 3; again += 1) {
    await turn()
    globalThis.gc()
  }
  const { rss, heapUsed } = process.memoryUsage()
  return { rss, heapUsed }
}

const connect = mode === 'sdk' ? connectSdk : connectByHand
// the first client brings code and classes, which are no client's own
await connect()
const trigger = new WebSocket(url)
await once(trigger, 'open')
const before = await memory()
const begun = cpuTime()
// fifty at a time, so that the server's backlog suffices
for (let made = 1; made < clients; made += 50)
  await Promise.all(Array.from({ length: Math.min(50, clients - made) }, connect))
const login = (cpuTime() - begun) / (clients - 1)
const after = await memory()
const waited = (await cpuTimeOf(() => pause(idle * 1_000))) / clients
const all = new Promise(resolve => {
  resolveAll = resolve
})
trigger.send(JSON.stringify({ action: 'bench.broadcast', events: EVENTS }))
const frames = (await cpuTimeOf(() => all)) / (clients * EVENTS)
finish({
  rss: (after.rss - before.rss) / (clients - 1),
  heap: (after.heapUsed - before.heapUsed) / (clients - 1),
  login,
  idle: (waited * 60) / idle,
  frame: frames,
})
