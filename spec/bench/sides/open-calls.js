// Calls with so many on the wire without an outcome: made in lots of that number, and answered in such lots. Prints the
// CPU time of a call: of the first ones, and of as many that come after them.
import { createPbxClient } from 'viptel-pbx'
import { startAnsweringPbx } from '../support/answering-pbx.js'
import { cpuTimeOf, finish } from '../support/cpu.js'

const [open, calls] = process.argv.slice(2).map(Number)

const { url } = await startAnsweringPbx(open)
const client = createPbxClient({
  url,
  credentials: { username: 'viptel', password: 'x' },
  actions: { concurrency: open, settleWithin: 60_000 },
})
client.connect()
await client.online()

const callOnce = () =>
  new Promise((complete, error) => client.createCall({ from: '12', to: '0220282028' }).subscribe({ complete, error }))
const callInLots = async () => {
  for (let made = 0; made < calls; made += open) await Promise.all(Array.from({ length: open }, callOnce))
}

const cold = (await cpuTimeOf(callInLots)) / calls
finish({ cold, warm: (await cpuTimeOf(callInLots)) / calls })
