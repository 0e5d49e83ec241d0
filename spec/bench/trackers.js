// Measures the trackers: CPU per frame by how many calls are live, beside the same by hand, and memory per live call.
// Prints JSON. Needs --expose-gc.
import { setImmediate as turn } from 'node:timers/promises'
import { NEVER } from 'rxjs'
import { decodeFrame, trackCalls, trackQueues } from 'viptel-pbx'

const [quick] = process.argv.slice(2)
const ROUNDS = quick ? 1 : 3
const LIVE = quick ? [100, 1_000] : [100, 10_000, 100_000]
/** Calls that begin, and as many that end, in one measurement. */
const CALLS = quick ? 1_000 : 20_000
/** Frames between two looks at the event loop, as a busy socket would give them. */
const BATCH = 200

const idOf = call => `1795500000.${call}`
/** A customer who waits, is offered to an agent, and is taken. */
const beginning = call => {
  const caller = { caller: `09${call}`, caller_name: `09${call}` }
  const called_number = '0220282028'
  return [
    { event: 'call.begin', ...caller, callee: '601', callee_name: '601', called_number, unique_id: idOf(call) },
    { event: 'queue.join', queue: 601, ...caller, unique_id: idOf(call), position: 1 },
    {
      event: 'call.begin',
      ...caller,
      callee: '12',
      callee_name: 'Peter',
      called_number,
      unique_id: `${idOf(call)}1`,
      from_queue_unique_id: idOf(call),
    },
    { event: 'call.pickup', unique_id: `${idOf(call)}1` },
  ]
}
const ending = call => [
  { event: 'call.end', unique_id: `${idOf(call)}1`, status: 'answer' },
  { event: 'call.end', unique_id: idOf(call), status: 'answer' },
]
const texts = frames => frames.map(frame => JSON.stringify(frame))

/** Trackers over the internals of a client that has no socket. Frames go in as text. */
function sdk(...tracks) {
  const observers = new Set()
  const connection = { holding$: NEVER, isLoggedIn: true, status: { state: 'online' } }
  const client = { [Symbol.for('viptel-pbx.internals.1')]: { connection, trackers: observers } }
  const trackers = tracks.map(track => track(client, { keepEnded: 1 }))
  let seq = 0
  return {
    frame: text => {
      seq += 1
      const { event } = decodeFrame(text)
      event.meta = { receivedAt: 1_795_500_000_000, seq, session: 1 }
      for (const observer of observers) observer.event(event)
      for (const observer of observers) observer.eventDispatched()
    },
    close: () => {
      for (const tracker of trackers) tracker.close()
    },
  }
}

/** The same as integrators write it: validates nothing, knows one order of events. */
function byHand() {
  const calls = new Map()
  const legs = new Map()
  return {
    frame: text => {
      const event = JSON.parse(text)
      const id = event.unique_id
      switch (event.event) {
        case 'call.begin':
          if (event.from_queue_unique_id) return legs.set(id, event.from_queue_unique_id)
          return calls.set(id, { ...event, state: 'ringing', startedAt: Date.now() })
        case 'queue.join':
          return Object.assign(calls.get(id), { state: 'queued', queue: event.queue, position: event.position })
        case 'call.pickup':
          return Object.assign(calls.get(legs.get(id) ?? id), { state: 'answered', answeredAt: Date.now() })
        case 'call.end':
          return legs.delete(id) || calls.delete(id)
      }
    },
    close: () => {},
  }
}

async function feed(to, lines) {
  for (const [index, line] of lines.entries()) {
    to.frame(line)
    if (index % BATCH === BATCH - 1) await turn()
  }
}

/** Microseconds of CPU per frame, with so many calls live all the time. */
async function cost(make, live) {
  const to = make()
  for (let call = 0; call < live; call += 1) for (const line of texts(beginning(call))) to.frame(line)
  const lines = Array.from({ length: CALLS }, (_, call) => [
    ...texts(beginning(live + call)),
    ...texts(ending(call)),
  ]).flat()
  globalThis.gc()
  const begun = process.cpuUsage()
  await feed(to, lines)
  const { user, system } = process.cpuUsage(begun)
  to.close()
  return (user + system) / lines.length
}

/** Bytes of heap per live call. */
async function weight(make, live) {
  const to = make()
  // the garbage of the run before goes first
  for (let again = 0; again < 3; again += 1) {
    await turn()
    globalThis.gc()
  }
  const before = process.memoryUsage().heapUsed
  for (let call = 0; call < live; call += 1) for (const frame of beginning(call)) to.frame(JSON.stringify(frame))
  await turn()
  globalThis.gc()
  const bytes = (process.memoryUsage().heapUsed - before) / live
  to.close()
  return Math.round(bytes)
}

const MODES = { calls: () => sdk(trackCalls), both: () => sdk(trackCalls, trackQueues), hand: byHand }
const rounds = []
for (let round = 0; round < ROUNDS; round += 1) {
  const costs = []
  for (const live of LIVE) {
    const one = { live }
    for (const [mode, make] of Object.entries(MODES)) one[mode] = await cost(make, live)
    costs.push(one)
  }
  rounds.push(costs)
}
const live = LIVE.at(-1)
console.log(
  JSON.stringify({
    rounds,
    bytes: { live, hand: await weight(MODES.hand, live), calls: await weight(MODES.calls, live) },
  }),
)
