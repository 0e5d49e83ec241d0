import type { ExchangePlan } from '../exchange/exchange-config.js'
import { COMPANY, CUSTOMER, LINE, odd, SECOND } from './default-plan.js'
import { type Stage, scene } from './scene.js'

/** The customer reaches the queue, and the agent answers. */
const served = ({ exchange, wait }: Stage, talk?: number) => {
  const id = exchange.dial({ from: CUSTOMER, to: LINE, ...(talk !== undefined && { talk }) })
  wait(4_000)
  exchange.answer(id, '12')
  return id
}
const call = (stage: Stage) => void served(stage, 20_000)

/** The first offer is not taken, the second is. */
const secondOffer = ({ exchange, wait }: Stage) => {
  const id = exchange.dial({ from: CUSTOMER, to: LINE, talk: 20_000 })
  wait(15_000)
  exchange.answer(id)
}

const FORWARDED: ExchangePlan = {
  ...COMPANY,
  extensions: [
    { number: '11', name: 'Jana' },
    { number: '12', name: 'Peter', forward: { to: '13', when: 'no-answer' } },
    { number: '13', name: 'Eva', behaviour: { kind: 'answer', after: 2_000 } },
  ],
  lines: [],
  queues: [],
  ringTime: 10_000,
}

/** One caller, many legs. */
export const JOURNEYS = {
  'long-journey': scene(
    'A caller overflows from one queue into the next and is answered there; the end of an offer comes late',
    odd({ lateLegEnd: 1 }),
    ({ exchange, wait }) => {
      const id = exchange.dial({ from: CUSTOMER, to: LINE, talk: 60_000 })
      wait(34_000)
      exchange.answer(id)
    },
  ),
  'queue-hop': scene(
    'queue.left is not the end of the call: two seconds later the caller joins the next queue',
    COMPANY,
    ({ exchange }) => {
      exchange.pause('12')
      exchange.dial({ from: CUSTOMER, to: LINE, patience: 40_000 })
    },
  ),
  abandoned: scene(
    'The caller hangs up while waiting: queue.left comes before the ends that explain it',
    COMPANY,
    ({ exchange }) => {
      exchange.dial({ from: CUSTOMER, to: LINE, patience: 7_000 })
    },
  ),
  'timed-out': scene(
    'The queue gives up a caller and nobody takes over: queue.left, then the end',
    { ...COMPANY, queues: [{ queue: '601', members: ['12'], timeout: 20_000 }], lines: [{ number: LINE, to: '601' }] },
    ({ exchange }) => {
      exchange.dial({ from: CUSTOMER, to: LINE })
    },
  ),
  'given-up-as-cancel': scene(
    'An offer that the queue gives up ends as cancel, where agents are attached otherwise',
    { ...COMPANY, givenUp: 'cancel' },
    ({ exchange }) => {
      exchange.dial({ from: CUSTOMER, to: LINE, patience: 14_000 })
    },
  ),
  'late-leg-end': scene(
    'An offer is told to be over only after the next one has begun',
    odd({ lateLegEnd: 1 }),
    secondOffer,
  ),
  'agent-ends-first': scene('The agent’s leg ends, then the caller’s channel', COMPANY, call),
  'caller-ends-first': scene('The caller’s channel ends, then the agent’s leg', odd({ callerEndsFirst: 1 }), call),
  'ringing-leg-ends-last': scene(
    'A leg that still rings ends after its caller',
    odd({ ringingLegEndsLast: 1 }),
    ({ exchange }) => {
      exchange.dial({ from: CUSTOMER, to: LINE, patience: 5_000 })
    },
  ),
  'offered-while-talking': scene(
    'A caller is offered to the agent who is talking to them: two live legs of one parent',
    odd({ offeredWhileTalking: 1 }),
    call,
  ),
  'announced-twice': scene('The same leg is announced twice', odd({ offeredTwice: 1 }), call),
  'queue-pickup': scene(
    'call.pickup on the caller’s channel means only that the queue took the call',
    odd({ queuePickup: 1 }),
    call,
  ),
  'left-after-pickup': scene(
    'queue.left right after an agent’s pickup is an answered call',
    odd({ leftAfterPickup: 1 }),
    call,
  ),
  'leg-ends-early': scene(
    'An agent’s leg ends 33 ms after its pickup, and the conversation goes on under the caller’s channel',
    odd({ legEndsEarly: 1 }),
    call,
  ),
  'second-caller-without-leg': scene(
    'While the only agent rings for the first caller, the second one has no leg at all',
    COMPANY,
    ({ exchange, wait }) => {
      exchange.dial({ from: CUSTOMER, to: LINE, patience: 9_000 })
      wait(2_000)
      exchange.dial({ from: SECOND, to: LINE, patience: 6_000 })
    },
  ),
  'joins-at-one': scene(
    'Nobody is told of moving up; who joins while the one before is being served joins at 1',
    COMPANY,
    stage => {
      served(stage, 20_000)
      stage.wait(1_000)
      stage.exchange.dial({ from: SECOND, to: LINE, patience: 5_000 })
    },
  ),
  'moved-up': scene(
    'The first of two waiting callers gives up; no event says that the second is the first now',
    COMPANY,
    ({ exchange, wait }) => {
      exchange.pause('12')
      exchange.dial({ from: CUSTOMER, to: LINE, patience: 6_000 })
      wait(1_000)
      exchange.dial({ from: SECOND, to: LINE, patience: 12_000 })
    },
  ),
  'ring-all': scene(
    'A queue that rings all: the legs begin together, and when one is picked up the others end',
    COMPANY,
    ({ exchange, wait }) => {
      const id = exchange.dial({ from: CUSTOMER, to: '0220282029', talk: 10_000 })
      wait(3_000)
      exchange.answer(id, '13')
    },
  ),
  'interleaved-counters': scene(
    'Two callers, two agents: the counters of legs interleave, so only from_queue_unique_id tells whose is whose',
    { ...COMPANY, queues: [{ queue: '601', members: ['11', '12', '13'] }], lines: [{ number: LINE, to: '601' }] },
    ({ exchange, wait }) => {
      const first = exchange.dial({ from: CUSTOMER, to: LINE, talk: 9_000 })
      const second = exchange.dial({ from: SECOND, to: LINE, talk: 5_000 })
      wait(2_000)
      exchange.answer(second)
      exchange.answer(first)
    },
  ),
  'redirect-from-queue': scene(
    'A waiting caller is redirected: a second call.begin on the caller’s own id, with the company as caller; it runs and ends there',
    COMPANY,
    ({ exchange, wait }) => {
      exchange.behave('13', { kind: 'answer', after: 1_000 })
      const id = exchange.dial({ from: CUSTOMER, to: LINE, talk: 10_000 })
      wait(3_000)
      exchange.redirect(id, '13')
    },
  ),
  transferred: scene('The agent hands the caller over to another, unannounced', COMPANY, stage => {
    stage.exchange.behave('13', { kind: 'answer', after: 1_000 })
    const id = served(stage)
    stage.wait(5_000)
    stage.exchange.redirect(id, '13')
    stage.wait(10_000)
    stage.exchange.hangUp(id)
  }),
  'transferred-to-nowhere': scene(
    'A call that was answered and then sent to an unknown number ends as chanunavail',
    COMPANY,
    stage => {
      const id = served(stage)
      stage.wait(5_000)
      stage.exchange.redirect(id, '0888888888')
    },
  ),
  'attended-transfer': scene(
    'The agent asks a colleague first: both known ids end while two people talk on',
    COMPANY,
    stage => {
      stage.exchange.behave('13', { kind: 'answer', after: 1_000 })
      const id = served(stage)
      stage.wait(5_000)
      const consultation = stage.exchange.consult(id, '13')
      stage.wait(6_000)
      if (consultation !== undefined) stage.exchange.completeTransfer(id, consultation)
    },
  ),
  forwarded: scene('A call that is forwarded: one id begins twice and ends once', FORWARDED, ({ exchange }) => {
    exchange.dial({ from: '11', to: '12', talk: 5_000 })
  }),
  'hangup-of-ringing-leg': scene(
    'Hanging up a ringing agent’s leg is only that agent’s refusal, and the queue asks the next',
    { ...COMPANY, queues: [{ queue: '601', members: ['12', '13'] }], lines: [{ number: LINE, to: '601' }] },
    ({ exchange, wait }) => {
      const id = exchange.dial({ from: CUSTOMER, to: LINE, patience: 9_000 })
      wait(2_000)
      exchange.hangUp(exchange.calls.get(id)?.legs[0]?.id ?? '')
    },
  ),
  'hangup-of-talking-leg': scene('Hanging up an answered agent’s leg ends the caller’s call too', COMPANY, stage => {
    const id = served(stage)
    stage.wait(5_000)
    stage.exchange.hangUp(stage.exchange.calls.get(id)?.legs[0]?.id ?? '')
  }),
  'hangup-after-reconnect': scene(
    'A call that had begun before the login cannot be hung up: 404 Call not found, and the call goes on',
    COMPANY,
    ({ exchange, wait, answered }) => {
      const id = exchange.dial({ from: CUSTOMER, to: LINE, patience: 9_000 })
      wait(3_000)
      answered(exchange.hangUp(id, exchange.now))
    },
  ),
  'hangup-of-caller': scene(
    'Hanging up the caller’s own channel ends the call for good',
    COMPANY,
    ({ exchange, wait }) => {
      const id = exchange.dial({ from: CUSTOMER, to: LINE })
      wait(3_000)
      exchange.hangUp(id)
    },
  ),
} as const
