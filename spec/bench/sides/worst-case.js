// A tracker's worst cases: one call, or one queue, that has grown large, and the CPU time of one more event.
import { trackCalls, trackQueues } from 'viptel-pbx'
import { cpuTimeOf, finish } from '../support/cpu.js'
import { connectClient } from '../support/fake-socket.js'
import { idOf, legIdOf } from '../support/traffic.js'

const [name = '', amount = '', watching = ''] = process.argv.slice(2)
const size = Number(amount)
/** Times that one more comes in the warm-up, and as many again that are measured: few beside the size. */
const MORE = Math.min(200, Math.ceil(size / 10))

const CALLER = { caller: '0910000001', caller_name: 'Jan Novak' }
const CALLED = { callee: '601', callee_name: '601', called_number: '0220282028' }
const begin = id => ({ event: 'call.begin', ...CALLER, ...CALLED, unique_id: idOf(id) })
const join = (id, position) => ({ event: 'queue.join', queue: 601, ...CALLER, unique_id: idOf(id), position })
const offer = leg => ({
  event: 'call.begin',
  ...CALLER,
  ...CALLED,
  callee: String(1_000 + leg),
  unique_id: legIdOf(leg),
  from_queue_unique_id: idOf(0),
})
const refuse = leg => ({ event: 'call.end', unique_id: legIdOf(leg), status: 'dontcall' })
const list = (count, make) => Array.from({ length: count }, (_, index) => make(index)).flat()
const members = list(size, member => ({ member: String(10_000 + member), name: 'Peter', paused: false }))
const waiting = list(size, call => ({ uniqueId: idOf(call), caller: '0910000001' }))

const legsOf = tracker => tracker.find(idOf(0)).legs.length
const waitingOf = tracker => tracker.current.get('601').waiting.length
const membersOf = tracker => tracker.current.get('601').members.length

/**
 * The frames that come before, and those of one more event; `at` counts from 0. A large queue comes from a snapshot.
 * `count` gives the size that a case has in the end, and `growth` how much each event adds to that.
 */
const CASES = {
  /** One call that was offered to so many agents, all of whom refused: one more offer, and its refusal. */
  legs: {
    track: trackCalls,
    before: () => [begin(0), join(0, 1), ...list(size, leg => [offer(leg), refuse(leg)])],
    more: at => [offer(size + at), refuse(size + at)],
    count: legsOf,
    growth: 1,
  },
  /** Such a call is put through to somebody else, and again to another. */
  redirect: {
    track: trackCalls,
    before: () => [begin(0), join(0, 1), ...list(size, leg => [offer(leg), refuse(leg)])],
    more: at => [{ ...begin(0), callee: String(100 + at), callee_name: 'Eva' }],
    count: legsOf,
    growth: 1,
  },
  /** One queue with so many who wait: one more joins at the end. */
  join: {
    track: trackQueues,
    before: () => [],
    seed: [{ queue: '601', members: [], waiting }],
    more: at => [begin(size + at), join(size + at, size + at + 1)],
    count: waitingOf,
    growth: 1,
  },
  /** The first of such a queue gives up, so that all others move up. */
  leave: {
    track: trackQueues,
    before: () => [],
    seed: [{ queue: '601', members: [], waiting }],
    more: at => [
      { event: 'queue.left', queue: 601, unique_id: idOf(at), holdtime: 12 },
      { event: 'call.end', unique_id: idOf(at), status: 'cancel' },
    ],
    count: waitingOf,
    growth: -1,
  },
  /** One queue with so many members, one of whom pauses and comes back. */
  members: {
    track: trackQueues,
    before: () => [],
    seed: [{ queue: '601', members, waiting: [] }],
    more: at => {
      const member = String(10_000 + (at % size))
      return ['queue.pause', 'queue.unpause'].map(event => ({ event, queue: 601, member }))
    },
    count: membersOf,
    growth: 0,
  },
}

const { track, before, seed, more, count, growth } = CASES[name]
const { client, socket } = await connectClient()
const tracker = track(client)
if (watching === 'watched') tracker.change$.subscribe(() => {})
const feed = frames => {
  for (const frame of frames) socket.feed(JSON.stringify(frame))
}
feed(before())
if (seed) tracker.seed(seed)
let at = 0
const costOfMore = async () => {
  const frames = list(MORE, index => more(at + index))
  at += MORE
  return (await cpuTimeOf(() => feed(frames))) / frames.length
}
await costOfMore()
const cost = await costOfMore()
const expected = size + growth * at
if (count(tracker) !== expected) throw new Error(`${name}: the size is ${count(tracker)}, not ${expected}`)
finish({ cost })
