// Calls one after the other, from asking to their end: the next begins when the one before has ended. Both sides of the
// wire are in this process. Prints the CPU time of a call: of the first ones, and of those that come after a warm-up.
import { createPbxClient } from 'viptel-pbx'
import WebSocket from 'ws'
import { startAnsweringPbx } from '../support/answering-pbx.js'
import { cpuTimeOf, finish } from '../support/cpu.js'

const [mode = '', ...numbers] = process.argv.slice(2)
const [cold, warm] = numbers.map(Number)

async function connectSdk(url) {
  const client = createPbxClient({ url, credentials: { username: 'viptel', password: 'x' } })
  client.connect()
  await client.online()
  return () =>
    new Promise((complete, error) => client.createCall({ from: '12', to: '0220282028' }).subscribe({ complete, error }))
}

/** Calls as integrators write them: an id, a map of those that wait, a switch. */
async function connectByHand(url) {
  const socket = new WebSocket(url)
  const waiting = new Map()
  const running = new Map()
  await new Promise(online => {
    socket.on('message', data => {
      const frame = JSON.parse(String(data))
      if (frame.code === 202) return online()
      if (frame.nonce !== undefined)
        return socket.send(JSON.stringify({ action: 'user.login', username: 'viptel', password: 'x' }))
      if (frame.event === 'call.create_response') {
        running.set(frame.unique_id, waiting.get(frame.call_random_id))
        return waiting.delete(frame.call_random_id)
      }
      if (frame.event !== 'call.end') return undefined
      const end = running.get(frame.unique_id)
      running.delete(frame.unique_id)
      return end?.()
    })
  })
  let ids = 0
  return () =>
    new Promise(end => {
      ids += 1
      waiting.set(`r${ids}`, end)
      socket.send(JSON.stringify({ action: 'call.create', from: '12', to: '0220282028', call_random_id: `r${ids}` }))
    })
}

const { url } = await startAnsweringPbx()
const call = await (mode === 'sdk' ? connectSdk(url) : connectByHand(url))
const callTimes = async count => {
  for (let made = 0; made < count; made += 1) await call()
}
const costOf = async count => (await cpuTimeOf(() => callTimes(count))) / count

const coldCost = await costOf(cold)
await callTimes(Math.max(cold, warm / 2))
finish({ cold: coldCost, warm: await costOf(warm) })
