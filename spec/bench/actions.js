// Measures an action: its round trip beside the same by hand, and its CPU by how many are open. Prints JSON.
import { once } from 'node:events'
import { createPbxClient } from 'viptel-pbx'
import WebSocket, { WebSocketServer } from 'ws'

const [quick] = process.argv.slice(2)
const ROUNDS = quick ? 1 : 7
const TRIPS = quick ? 100 : 5_000
const OPEN = [10, 1_000, 10_000]
/** Calls made at each number of open ones, in lots of that number. */
const CALLS = quick ? 10_000 : 40_000

/** A PBX that takes any login. Answers each call at once, or calls in lots, as `hold` says. */
async function pbx() {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const held = []
  let created = 0
  let holds
  server.on('connection', socket => {
    socket.send(JSON.stringify({ code: 100, message: 'Send your username and password hash', nonce: 'abc' }))
    const answer = call_random_id => {
      created += 1
      const unique_id = `1795418999.${created}`
      socket.send(JSON.stringify({ event: 'call.create_response', unique_id, call_random_id }))
      // ends the call, or there would be more and more calls to follow
      socket.send(JSON.stringify({ event: 'call.end', unique_id, status: 'answer' }))
    }
    socket.on('message', text => {
      const { action, call_random_id } = JSON.parse(String(text))
      if (action === 'user.logout') return socket.close()
      if (action === 'user.login') return socket.send(JSON.stringify({ code: 202, message: 'Login successfull' }))
      if (holds === undefined) return answer(call_random_id)
      held.push(call_random_id)
      if (held.length < holds) return undefined
      for (const id of held.splice(0)) answer(id)
    })
  })
  return {
    url: `ws://127.0.0.1:${server.address().port}`,
    /** Answers calls in lots of so many. */
    hold: lot => {
      holds = lot
    },
    close: () => server.close(),
  }
}

const microseconds = ({ user, system }) => user + system

/** CPU per call, in microseconds, both sides of the wire in this one process. */
async function cost(calls, run) {
  const begun = process.cpuUsage()
  await run()
  return microseconds(process.cpuUsage(begun)) / calls
}

/** Calls one after the other: the next begins when the one before has ended. */
async function sdkTrips(server) {
  const client = createPbxClient({ url: server.url, credentials: { username: 'viptel', password: 'x' } })
  client.connect()
  await client.online()
  const spent = await cost(TRIPS, async () => {
    for (let trip = 0; trip < TRIPS; trip += 1) {
      await new Promise((complete, error) =>
        client.createCall({ from: '12', to: '0220282028' }).subscribe({ complete, error }),
      )
    }
  })
  await client.close()
  return spent
}

/** The same as integrators write it: an id, a map of who waits, a switch. */
async function handTrips(server) {
  const socket = new WebSocket(server.url)
  const waiting = new Map()
  const running = new Map()
  const online = new Promise(resolve => {
    socket.on('message', data => {
      const frame = JSON.parse(String(data))
      if (frame.code === 202) return resolve()
      if (frame.nonce !== undefined)
        return socket.send(JSON.stringify({ action: 'user.login', username: 'viptel', password: 'x' }))
      if (frame.event === 'call.create_response') {
        running.set(frame.unique_id, waiting.get(frame.call_random_id))
        return waiting.delete(frame.call_random_id)
      }
      if (frame.event !== 'call.end') return undefined
      const over = running.get(frame.unique_id)
      running.delete(frame.unique_id)
      return over?.()
    })
  })
  await online
  let ids = 0
  const spent = await cost(TRIPS, async () => {
    for (let trip = 0; trip < TRIPS; trip += 1) {
      await new Promise(over => {
        ids += 1
        waiting.set(`r${ids}`, over)
        socket.send(JSON.stringify({ action: 'call.create', from: '12', to: '0220282028', call_random_id: `r${ids}` }))
      })
    }
  })
  socket.close()
  await once(socket, 'close')
  return spent
}

/** CPU per call with so many on the wire without an outcome. */
async function crowd(server, open) {
  const client = createPbxClient({
    url: server.url,
    credentials: { username: 'viptel', password: 'x' },
    actions: { concurrency: open, settleWithin: 60_000 },
  })
  client.connect()
  await client.online()
  server.hold(open)
  const lot = () =>
    Promise.all(
      Array.from(
        { length: open },
        () =>
          new Promise((complete, error) =>
            client.createCall({ from: '12', to: '0220282028' }).subscribe({ complete, error }),
          ),
      ),
    )
  const spent = await cost(CALLS, async () => {
    for (let made = 0; made < CALLS; made += open) await lot()
  })
  server.hold(undefined)
  await client.close()
  return spent
}

const server = await pbx()
const trips = []
const crowds = []
// a first round that nobody counts, for the compiler
await sdkTrips(server)
await handTrips(server)
await crowd(server, 1_000)
for (let round = 0; round < ROUNDS; round += 1) {
  trips.push({ sdk: await sdkTrips(server), hand: await handTrips(server) })
  crowds.push([])
  for (const open of OPEN) crowds.at(-1).push(await crowd(server, open))
}
server.close()
process.stdout.write(`${JSON.stringify({ trips, open: OPEN, crowds })}\n`, () => process.exit(0))
