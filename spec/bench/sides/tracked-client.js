// Calls that are followed, frame by frame, while so many stay live. Prints the CPU time of a frame: of the first frames
// of this process, and of those that come when all live calls are there and as many frames again have warmed up.
import { trackCalls, trackQueues } from 'viptel-pbx'
import { createCallsByHand } from '../support/calls-by-hand.js'
import { cpuTimeOf, finish } from '../support/cpu.js'
import { connectClient, FakeSocket, feedAll } from '../support/fake-socket.js'
import { callTraffic, NAMES, take } from '../support/traffic.js'

const [mode = '', order = '', ...numbers] = process.argv.slice(2)
const [live, cold, warm, subscribers = 0] = numbers.map(Number)
/** An ended call is let go at once, so that the live ones are all there is. */
const OPTIONS = { keepEnded: 1 }
/** Frames that begin a call. */
const BEGINNING = 4

async function connect() {
  if (mode === 'hand') {
    const byHand = createCallsByHand()
    const socket = new FakeSocket()
    socket.onmessage = ({ data }) => byHand.receive(data)
    return { socket, count: () => byHand.calls.size }
  }
  const { client, socket } = await connectClient()
  const calls = mode === 'client' ? undefined : trackCalls(client, OPTIONS)
  if (mode === 'both') trackQueues(client, OPTIONS)
  let seen = 0
  const listener = _event => {
    seen += 1
  }
  for (const name of NAMES) for (let index = 0; index < subscribers; index += 1) client.on(name).subscribe(listener)
  return { socket, count: () => calls?.current.size ?? live, seen: () => seen }
}

const { socket, count } = await connect()
const frames = callTraffic(live, order === 'oldest')
const costOf = async amount => {
  const texts = take(frames, amount)
  globalThis.gc()
  return (await cpuTimeOf(() => feedAll(socket, texts))) / amount
}

const coldCost = await costOf(cold)
// the remaining live calls, then the warm-up, in parts that do not weigh on memory
for (let left = Math.max(0, live * BEGINNING - cold) + cold; left > 0; left -= cold)
  await feedAll(socket, take(frames, Math.min(left, cold)))
const warmCost = await costOf(warm)
if (count() < live) throw new Error(`${count()} calls are live, not ${live}`)
finish({ cold: coldCost, warm: warmCost })
