import { bareServer, freePort, muteServer, type Peer } from '../support/bare-server.js'
import { node, place } from './consumer.js'

const USE = `
const main = async () => {
  const sim = await startSimulator({ users: [{ username: 'viptel', password: 'secret' }] })
  const pbx = createPbxClient({ url: sim.url, credentials: { username: 'viptel', password: 'secret' } })
  const begin = new Promise(resolve => pbx.on('call.begin').subscribe(resolve))
  await pbx.online()
  const { state } = pbx.status
  sim.send({ event: 'call.begin', caller: 12, callee: '601', unique_id: '1453466550.679' })
  const { caller, unique_id } = await begin
  await pbx.close()
  await sim.close()
  console.log(JSON.stringify({ names: Object.keys(sdk).sort(), simulator: Object.keys(simulator).sort(), state, caller, unique_id }))
}
main()
`

const PROGRAMS = {
  'program.mjs': `
import * as sdk from 'viptel-pbx'
import * as simulator from 'viptel-pbx/simulator'
import { createPbxClient } from 'viptel-pbx'
import { startSimulator } from 'viptel-pbx/simulator'
${USE}`,
  'program.cjs': `
const sdk = require('viptel-pbx')
const simulator = require('viptel-pbx/simulator')
const { createPbxClient } = sdk
const { startSimulator } = simulator
${USE}`,
}

describe.each(Object.entries(PROGRAMS))('the packed package in plain Node, %s', (name, text) => {
  it('has every public name, logs in to the packed simulator, receives an event, and ends by itself after close()', async () => {
    await place(name, text)
    const { code, output } = await node([name], 60_000)
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^\{.*\}\n$/) })
    const [sdk, simulator] = await Promise.all([import('../../src/index.js'), import('../../src/simulator/index.js')])
    expect(JSON.parse(output)).toEqual({
      names: Object.keys(sdk).sort(),
      simulator: Object.keys(simulator).sort(),
      state: 'online',
      caller: '12',
      unique_id: '1453466550.679',
    })
  })
})

/** A program that closes its client in the given state and prints the timers that are still set. */
const LEAVING = `
import { createPbxClient } from 'viptel-pbx'
const [url, state] = process.argv.slice(2)
const pbx = createPbxClient({ url, credentials: { username: 'viptel', password: 'secret' } })
pbx.connect()
await new Promise(resolve => pbx.status$.subscribe(status => status.state === state && resolve()))
await pbx.close()
// a socket would keep the process from ending
console.log(process.getActiveResourcesInfo().filter(name => name === 'Timeout').join(' '))
`

/** Answers the logout and closes, as the document has it. */
const courteous = async (peer: Peer) => {
  await peer.login()
  await peer.next()
  peer.send({ code: 110, message: 'Bye' })
  peer.socket.close()
}

describe('a script that closes its client', () => {
  it.each<[string, () => Promise<{ url: string; close?: () => Promise<void> }>]>([
    ['online', () => bareServer({ onPeer: peer => void courteous(peer) })],
    ['authenticating', () => bareServer()],
    ['connecting', muteServer],
    ['waiting', async () => ({ url: `ws://127.0.0.1:${await freePort()}` })],
  ])('when %s has no timer left and ends by itself', async (state, listen) => {
    const { url, close } = await listen()
    await place('leaving.mjs', LEAVING)
    const ran = await node(['leaving.mjs', url, state], 60_000)
    await close?.()
    expect(ran).toEqual({ code: 0, output: '\n' })
  })
})
