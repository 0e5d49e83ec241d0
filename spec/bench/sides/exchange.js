// Measures the simulator: a busy hour in virtual time, and one event to 200 clients.
import { once } from 'node:events'
import { callCentre, recordDay, startSimulator } from 'viptel-pbx/simulator'
import WebSocket from 'ws'

const [quick] = process.argv.slice(2)
const HOUR = 3_600_000

/** Calls tried in an hour. Some agents who would call are on the telephone, so fewer begin: 20 000 or a few more. */
const TRIED = 20_500

/** A busy hour: 1 000 agents, 20 queues, 20 000 calls that begin. */
export function busyHour(duration = HOUR) {
  const traffic = callCentre({ agents: 1_000, queues: 20, callsPerHour: TRIED, seed: 1 })
  const begun = process.cpuUsage()
  const frames = recordDay(traffic, { duration })
  const { user, system } = process.cpuUsage(begun)
  // a call may begin again on its own id; a begin with a parent is that of an agent's leg
  const calls = new Set(
    frames.flatMap(({ frame }) =>
      frame.event === 'call.begin' && frame.from_queue_unique_id === undefined ? [frame.unique_id] : [],
    ),
  )
  return { frames: frames.length, calls: calls.size, seconds: (user + system) / 1e6, hours: duration / HOUR }
}

/** CPU per delivered frame, in microseconds, of sending to so many clients in this same process. */
async function broadcast(clients, frames) {
  const simulator = await startSimulator()
  const digests = await login(simulator, clients)
  const begun = process.cpuUsage()
  const arrived = Promise.all(digests.map(socket => new Promise(resolve => count(socket, frames, resolve))))
  for (let index = 0; index < frames; index += 1)
    simulator.send({ event: 'call.pickup', unique_id: `1795500000.${index}` })
  await arrived
  const { user, system } = process.cpuUsage(begun)
  for (const socket of digests) socket.terminate()
  await simulator.close()
  return (user + system) / (clients * frames)
}

function count(socket, frames, done) {
  let left = frames
  socket.on('message', () => {
    left -= 1
    if (left === 0) done()
  })
}

async function login(simulator, clients) {
  const { createHash } = await import('node:crypto')
  const sha1 = text => createHash('sha1').update(text).digest('hex')
  return Promise.all(
    Array.from({ length: clients }, async () => {
      const socket = new WebSocket(simulator.url)
      const [greeting] = await once(socket, 'message')
      const { nonce } = JSON.parse(String(greeting))
      socket.send(
        JSON.stringify({
          action: 'user.login',
          username: 'viptel',
          password: sha1(`${sha1('viptel:secret')}:${nonce}`),
        }),
      )
      await once(socket, 'message')
      return socket
    }),
  )
}

const rounds = quick ? 1 : 5
const hours = Array.from({ length: rounds }, () => busyHour(quick ? HOUR / 10 : HOUR))
const costs = { few: [], many: [] }
for (let round = 0; round < rounds; round += 1) {
  costs.few.push(await broadcast(2, quick ? 100 : 20_000))
  costs.many.push(await broadcast(200, quick ? 10 : 200))
}
process.stdout.write(`${JSON.stringify({ hours, costs })}\n`)
