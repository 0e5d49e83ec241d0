// `npm run bench`: CPU per frame, as ratios within one run. Each figure is the median of its rounds.
// BENCH_QUICK=1 only proves that it runs.
import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const quick = process.env.BENCH_QUICK === '1'
const ROUNDS = quick ? 1 : 7
const run = promisify(execFile)
const path = name => fileURLToPath(new URL(name, import.meta.url))
const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const spread = values => `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`

async function flood(listeners, frames) {
  const server = fork(path('./flood-server.js'), [String(frames)])
  const [port] = await once(server, 'message')
  const cost = async mode =>
    Number(
      (
        await run(process.execPath, [
          path('./flood-client.js'),
          mode,
          `ws://127.0.0.1:${port}`,
          String(listeners),
          String(frames),
        ])
      ).stdout,
    )
  const rounds = []
  for (let round = 0; round < ROUNDS; round += 1) {
    // one after the other in each round, so that a machine whose speed drifts is fair to all
    rounds.push({ sdk: await cost('sdk'), hand: await cost('hand'), rxjs: await cost('rxjs') })
  }
  server.kill()
  return rounds
}

console.log(`CPU per frame, ${ROUNDS} round(s), Node ${process.version}\n`)
for (const [listeners, frames] of quick
  ? [
      [1, 4_000],
      [100, 400],
    ]
  : [
      [1, 200_000],
      [100, 40_000],
    ]) {
  const rounds = await flood(listeners, frames)
  const figures = mode => rounds.map(round => round[mode])
  console.log(`on() for all ten names, ${listeners} subscriber(s) a name, ${frames} frames`)
  for (const mode of ['sdk', 'hand', 'rxjs'])
    console.log(`  ${mode.padEnd(5)} ${median(figures(mode)).toFixed(2)} µs a frame (${spread(figures(mode))})`)
  for (const [mode, name] of [
    ['hand', 'ws + JSON.parse + switch'],
    ['rxjs', 'webSocket() + filter, unvalidated'],
  ]) {
    const ratios = rounds.map(round => round.sdk / round[mode])
    console.log(`  ratio to ${name}: ${median(ratios).toFixed(2)} (${spread(ratios)})`)
  }
  console.log()
}

const simulated = JSON.parse((await run(process.execPath, [path('./exchange.js'), ...(quick ? ['quick'] : [])])).stdout)
const seconds = simulated.hours.map(hour => hour.seconds)
const faster = simulated.hours.map(hour => (hour.hours * 3_600) / hour.seconds)
const [{ calls, frames }] = simulated.hours
console.log(
  `the exchange, a busy ${quick ? 'tenth of an ' : ''}hour of 1 000 agents and 20 queues: ${calls} calls begun, ${frames} frames`,
)
console.log(
  `  ${median(seconds).toFixed(2)} s of CPU (${spread(seconds)}), ${Math.round(median(faster))} times faster than the clock\n`,
)
const { few, many } = simulated.costs
console.log('the simulator, one frame to one of its clients, the client in the same process')
console.log(
  `  200 clients: ${median(many).toFixed(2)} µs (${spread(many)}); 2 clients: ${median(few).toFixed(2)} µs (${spread(few)})`,
)
console.log(`  ratio of 200 to 2: ${median(many.map((cost, index) => cost / few[index])).toFixed(2)}`)

const acted = JSON.parse((await run(process.execPath, [path('./actions.js'), ...(quick ? ['quick'] : [])])).stdout)
const [bySdk, byHand] = ['sdk', 'hand'].map(mode => acted.trips.map(trip => trip[mode]))
const ratios = acted.trips.map(({ sdk, hand }) => sdk / hand)
console.log('\na call from asking to its end, one at a time, both sides of the wire in one process')
console.log(
  `  this SDK: ${median(bySdk).toFixed(1)} µs (${spread(bySdk)}); ws by hand: ${median(byHand).toFixed(1)} µs (${spread(byHand)})`,
)
console.log(`  ratio: ${median(ratios).toFixed(2)} (${spread(ratios)})`)
for (const [index, open] of acted.open.entries()) {
  const costs = acted.crowds.map(round => round[index])
  const toFewest = acted.crowds.map(round => round[index] / round[0])
  console.log(
    `  with ${open} open: ${median(costs).toFixed(1)} µs a call (${spread(costs)}), ratio to ${acted.open[0]} open: ${median(toFewest).toFixed(2)}`,
  )
}

const tracked = JSON.parse(
  (await run(process.execPath, ['--expose-gc', path('./trackers.js'), ...(quick ? ['quick'] : [])])).stdout,
)
console.log('\na frame from its text to the calls that it changes, by how many are live')
for (const [index, { live }] of tracked.rounds[0].entries()) {
  const figures = mode => tracked.rounds.map(costs => costs[index][mode])
  const ratio = mode => tracked.rounds.map(costs => costs[index][mode] / costs[index].hand)
  console.log(
    `  ${live} calls: trackCalls ${median(figures('calls')).toFixed(2)} µs (${spread(figures('calls'))}), with trackQueues ${median(figures('both')).toFixed(2)} µs`,
  )
  console.log(
    `    JSON.parse, a switch and a Map: ${median(figures('hand')).toFixed(2)} µs; ratio ${median(ratio('calls')).toFixed(2)} (${spread(ratio('calls'))})`,
  )
}
const { live, calls: weight, hand } = tracked.bytes
console.log(`  bytes per live call, of ${live}: ${weight}; by hand ${hand}`)
