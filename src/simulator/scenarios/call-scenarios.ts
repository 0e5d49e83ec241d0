import type { ExchangePlan } from '../exchange/exchange-config.js'
import { CUSTOMER, DEFAULT_PLAN, LINE, planWith, SECOND_CUSTOMER } from './default-plan.js'
import { type Stage, scene } from './scene.js'

/** Dials into the queue, where the agent answers; gives the id of the call. */
const dialAnswered = ({ exchange, wait }: Stage, talk?: number) => {
  const id = exchange.dial({ from: CUSTOMER, to: LINE, ...(talk !== undefined && { talk }) })
  wait(4_000)
  exchange.answer(id, '12')
  return id
}
/** A call that an agent answers, and that ends after 20 s. */
const playCall = (stage: Stage) => void dialAnswered(stage, 20_000)

/** A call whose first offer stays unanswered, and whose second one is answered. */
const playSecondOffer = ({ exchange, wait }: Stage) => {
  const id = exchange.dial({ from: CUSTOMER, to: LINE, talk: 20_000 })
  wait(15_000)
  exchange.answer(id)
}

/** Two telephones, the second of which is forwarded to a third one. */
const FORWARDING_PLAN: ExchangePlan = {
  ...DEFAULT_PLAN,
  extensions: [
    { number: '11', name: 'Jana' },
    { number: '12', name: 'Peter', forward: { to: '13', when: 'no-answer' } },
    { number: '13', name: 'Eva', behaviour: { kind: 'answer', after: 2_000 } },
  ],
  lines: [],
  queues: [],
  ringTime: 10_000,
}

/** Scenarios of calls: one caller, many legs. */
export const CALL_SCENARIOS = {
  'long-journey': scene(
    'A caller overflows from one queue into the next and is answered there; the end of an offer comes late',
    planWith({ lateLegEnd: 1 }),
    ({ exchange, wait }) => {
      const id = exchange.dial({ from: CUSTOMER, to: LINE, talk: 60_000 })
      wait(34_000)
      exchange.answer(id)
    },
  ),
  'queue-hop': scene(
    'queue.left is not the end of the call: two seconds later the caller joins the next queue',
    DEFAULT_PLAN,
    ({ exchange }) => {
      exchange.pause('12')
      exchange.dial({ from: CUSTOMER, to: LINE, patience: 40_000 })
    },
  ),
  abandoned: scene(
    'The caller hangs up while waiting: queue.left comes before the ends that explain it',
    DEFAULT_PLAN,
    ({ exchange }) => {
      exchange.dial({ from: CUSTOMER, to: LINE, patience: 7_000 })
    },
  ),
  'timed-out': scene(
    'The queue gives up a caller and nobody takes over: queue.left, then the end',
    {
      ...DEFAULT_PLAN,
      queues: [{ queue: '601', members: ['12'], timeout: 20_000 }],
      lines: [{ number: LINE, to: '601' }],
    },
    ({ exchange }) => {
      exchange.dial({ from: CUSTOMER, to: LINE })
    },
  ),
  'given-up-as-cancel': scene(
    'An offer that the queue gives up ends as cancel, where agents are attached otherwise',
    { ...DEFAULT_PLAN, givenUp: 'cancel' },
    ({ exchange }) => {
      exchange.dial({ from: CUSTOMER, to: LINE, patience: 14_000 })
    },
  ),
  'late-leg-end': scene(
    'The end of an offer is announced only after the next one has begun',
    planWith({ lateLegEnd: 1 }),
    playSecondOffer,
  ),
  'agent-ends-first': scene('The agent’s leg ends, then the caller’s channel', DEFAULT_PLAN, playCall),
  'caller-ends-first': scene(
    'The caller’s channel ends, then the agent’s leg',
    planWith({ callerEndsFirst: 1 }),
    playCall,
  ),
  'ringing-leg-ends-last': scene(
    'A leg that still rings ends after its caller',
    planWith({ ringingLegEndsLast: 1 }),
    ({ exchange }) => {
      exchange.dial({ from: CUSTOMER, to: LINE, patience: 5_000 })
    },
  ),
  'offered-while-talking': scene(
    'A caller is offered to the agent who already talks to that caller: two live legs of one parent',
    planWith({ offeredWhileTalking: 1 }),
    playCall,
  ),
  'announced-twice': scene('The same leg is announced twice', planWith({ offeredTwice: 1 }), playCall),
  'queue-pickup': scene(
    'call.pickup on the caller’s channel means only that the queue took the call',
    planWith({ queuePickup: 1 }),
    playCall,
  ),
  'left-after-pickup': scene(
    'queue.left right after an agent’s pickup is an answered call',
    planWith({ leftAfterPickup: 1 }),
    playCall,
  ),
  'leg-ends-early': scene(
    'An agent’s leg ends 33 ms after its pickup, and the conversation goes on under the caller’s channel',
    planWith({ legEndsEarly: 1 }),
    playCall,
  ),
  'second-caller-without-leg': scene(
    'While the only agent rings for the first caller, the second one has no leg at all',
    DEFAULT_PLAN,
    ({ exchange, wait }) => {
      exchange.dial({ from: CUSTOMER, to: LINE, patience: 9_000 })
      wait(2_000)
      exchange.dial({ from: SECOND_CUSTOMER, to: LINE, patience: 6_000 })
    },
  ),
  'joins-at-one': scene(
    'No event says that callers move up; a caller who joins while the one before talks to an agent joins at 1',
    DEFAULT_PLAN,
    stage => {
      dialAnswered(stage, 20_000)
      stage.wait(1_000)
      stage.exchange.dial({ from: SECOND_CUSTOMER, to: LINE, patience: 5_000 })
    },
  ),
  'moved-up': scene(
    'The first of two waiting callers gives up; no event says that the second is the first now',
    DEFAULT_PLAN,
    ({ exchange, wait }) => {
      exchange.pause('12')
      exchange.dial({ from: CUSTOMER, to: LINE, patience: 6_000 })
      wait(1_000)
      exchange.dial({ from: SECOND_CUSTOMER, to: LINE, patience: 12_000 })
    },
  ),
  'ring-all': scene(
    'A queue that rings all: the legs begin together, and when one is picked up the others end',
    DEFAULT_PLAN,
    ({ exchange, wait }) => {
      const id = exchange.dial({ from: CUSTOMER, to: '0220282029', talk: 10_000 })
      wait(3_000)
      exchange.answer(id, '13')
    },
  ),
  'interleaved-counters': scene(
    'Two callers, two agents: the counters of legs interleave, so only from_queue_unique_id says which leg belongs to which caller',
    { ...DEFAULT_PLAN, queues: [{ queue: '601', members: ['11', '12', '13'] }], lines: [{ number: LINE, to: '601' }] },
    ({ exchange, wait }) => {
      const first = exchange.dial({ from: CUSTOMER, to: LINE, talk: 9_000 })
      const second = exchange.dial({ from: SECOND_CUSTOMER, to: LINE, talk: 5_000 })
      wait(2_000)
      exchange.answer(second)
      exchange.answer(first)
    },
  ),
  'redirect-from-queue': scene(
    'A waiting caller is redirected: a second call.begin on the caller’s own id, with the company as caller; it runs and ends there',
    DEFAULT_PLAN,
    ({ exchange, wait }) => {
      exchange.behave('13', { kind: 'answer', after: 1_000 })
      const id = exchange.dial({ from: CUSTOMER, to: LINE, talk: 10_000 })
      wait(3_000)
      exchange.redirect(id, '13')
    },
  ),
  transferred: scene('The agent hands the caller over to another, unannounced', DEFAULT_PLAN, stage => {
    stage.exchange.behave('13', { kind: 'answer', after: 1_000 })
    const id = dialAnswered(stage)
    stage.wait(5_000)
    stage.exchange.redirect(id, '13')
    stage.wait(10_000)
    stage.exchange.hangUp(id)
  }),
  'transferred-to-nowhere': scene(
    'A call that was answered and then sent to an unknown number ends as chanunavail',
    DEFAULT_PLAN,
    stage => {
      const id = dialAnswered(stage)
      stage.wait(5_000)
      stage.exchange.redirect(id, '0888888888')
    },
  ),
  'attended-transfer': scene(
    'The agent asks a colleague first: both known ids end while two people talk on',
    DEFAULT_PLAN,
    stage => {
      stage.exchange.behave('13', { kind: 'answer', after: 1_000 })
      const id = dialAnswered(stage)
      stage.wait(5_000)
      const consultation = stage.exchange.consult(id, '13')
      stage.wait(6_000)
      if (consultation !== undefined) stage.exchange.completeTransfer(id, consultation)
    },
  ),
  forwarded: scene('A call that is forwarded: one id begins twice and ends once', FORWARDING_PLAN, ({ exchange }) => {
    exchange.dial({ from: '11', to: '12', talk: 5_000 })
  }),
  'hangup-of-ringing-leg': scene(
    'Hanging up a ringing agent’s leg is only that agent’s refusal, and the queue asks the next',
    { ...DEFAULT_PLAN, queues: [{ queue: '601', members: ['12', '13'] }], lines: [{ number: LINE, to: '601' }] },
    ({ exchange, wait }) => {
      const id = exchange.dial({ from: CUSTOMER, to: LINE, patience: 9_000 })
      wait(2_000)
      exchange.hangUp(exchange.calls.get(id)?.legs[0]?.id ?? '')
    },
  ),
  'hangup-of-talking-leg': scene(
    'Hanging up an answered agent’s leg ends the caller’s call too',
    DEFAULT_PLAN,
    stage => {
      const id = dialAnswered(stage)
      stage.wait(5_000)
      stage.exchange.hangUp(stage.exchange.calls.get(id)?.legs[0]?.id ?? '')
    },
  ),
  'hangup-after-reconnect': scene(
    'A call that had begun before the login cannot be hung up: 404 Call not found, and the call goes on',
    DEFAULT_PLAN,
    ({ exchange, wait, respond }) => {
      const id = exchange.dial({ from: CUSTOMER, to: LINE, patience: 9_000 })
      wait(3_000)
      respond(exchange.hangUp(id, exchange.now))
    },
  ),
  'hangup-of-caller': scene(
    'Hanging up the caller’s own channel ends the call for good',
    DEFAULT_PLAN,
    ({ exchange, wait }) => {
      const id = exchange.dial({ from: CUSTOMER, to: LINE })
      wait(3_000)
      exchange.hangUp(id)
    },
  ),
} as const
