// Memory of live calls, each with an agent's leg: prints the bytes of heap for each.
import { setImmediate as turn } from 'node:timers/promises'
import { trackCalls } from 'viptel-pbx'
import { createCallsByHand } from '../support/calls-by-hand.js'
import { finish } from '../support/cpu.js'
import { connectClient, FakeSocket } from '../support/fake-socket.js'
import { callTraffic } from '../support/traffic.js'

const [mode = '', amount = ''] = process.argv.slice(2)
const live = Number(amount)
/** Frames that begin a call. */
const BEGINNING = 4

async function connect() {
  if (mode === 'hand') {
    const byHand = createCallsByHand()
    const socket = new FakeSocket()
    socket.onmessage = ({ data }) => byHand.receive(data)
    return { socket, calls: byHand.calls }
  }
  const { client, socket } = await connectClient()
  return { socket, calls: trackCalls(client).current }
}

async function heapUsed() {
  // one collection leaves what finalizers and caches still hold
  for (let again = 0; again < 3; again += 1) {
    await turn()
    globalThis.gc()
  }
  return process.memoryUsage().heapUsed
}

const { socket, calls } = await connect()
const frames = callTraffic(live)
const before = await heapUsed()
for (let frame = 0; frame < live * BEGINNING; frame += 1) socket.feed(frames.next().value)
const bytes = ((await heapUsed()) - before) / live
if (calls.size !== live) throw new Error(`${calls.size} calls are live, not ${live}`)
finish({ bytes: Math.round(bytes) })
