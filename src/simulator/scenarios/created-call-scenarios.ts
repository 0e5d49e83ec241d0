import type { ExchangePlan } from '../exchange/exchange-config.js'
import { CUSTOMER, DEFAULT_PLAN, LINE, planWith } from './default-plan.js'
import { framesAtOnce, framesInTurn, RANDOM_ID, type Stage, scene } from './scene.js'

/** Creates a call from Jana's telephone by the API, which she answers. */
const playCreated =
  (to: string, talk = 10_000) =>
  ({ exchange, wait }: Stage) => {
    const id = exchange.create({ from: '11', to, callRandomId: RANDOM_ID }, talk)
    wait(2_000)
    exchange.answer(id ?? '')
  }
/** An outside number that answers. */
const OUT = '0911222333'
const planWithIds = (createdIds: number): ExchangePlan => ({ ...DEFAULT_PLAN, createdIds })

/** Scenarios of API-created calls and their ids. */
export const CREATED_CALL_SCENARIOS = {
  'created-two-ids': scene(
    'An API-created call: one id at once, another when the destination is dialled',
    DEFAULT_PLAN,
    playCreated(OUT),
  ),
  'created-six-responses': scene(
    'With internal helper channels call.create_response comes six times for one call',
    planWithIds(6),
    playCreated(OUT),
  ),
  'created-one-id': scene('An API-created call whose id never changes', planWithIds(1), playCreated(OUT)),
  'created-from-unregistered': scene(
    'A first leg that is not registered: 500 Action failed to the client that asked, and no id at all',
    DEFAULT_PLAN,
    ({ exchange, respond }) => {
      respond(
        exchange.create({ from: '14', to: OUT, callRandomId: RANDOM_ID }) === undefined ? 'action-failed' : undefined,
      )
    },
  ),
  'created-to-unregistered': scene(
    'A destination that is not registered leaves one id for ever',
    DEFAULT_PLAN,
    playCreated('14'),
  ),
  'created-to-unknown': scene('A destination that does not exist', DEFAULT_PLAN, playCreated('0888888888')),
  'created-not-answered': scene(
    'The first leg rings out: no call.begin at all',
    { ...DEFAULT_PLAN, ringTime: 10_000 },
    ({ exchange }) => {
      exchange.create({ from: '11', to: OUT, callRandomId: RANDOM_ID })
    },
  ),
  'created-ends-without-begin': scene(
    'An API-created call ends without ever having begun',
    planWith({ endWithoutBegin: 1 }),
    playCreated(OUT),
  ),
  'begin-before-response': scene(
    'call.begin comes before the call.create_response of its id',
    planWith({ beginBeforeResponse: 1 }),
    playCreated(OUT),
  ),
  'begin-before-first-response': framesInTurn(
    'call.begin comes before the first call.create_response',
    {
      event: 'call.begin',
      caller: '11',
      caller_name: 'Jana',
      callee: OUT,
      callee_name: OUT,
      called_number: OUT,
      unique_id: '1795500000.902',
    },
    { event: 'call.create_response', unique_id: '1795500000.902', call_random_id: RANDOM_ID },
    { event: 'call.pickup', unique_id: '1795500000.902' },
    { event: 'call.end', unique_id: '1795500000.902', status: 'answer' },
  ),
  'document-example': framesInTurn(
    'The document’s own example, with its abbreviated ids',
    { event: 'call.create_response', unique_id: '14549.678', call_random_id: '1236' },
    { event: 'call.create_response', unique_id: '14550.679', call_random_id: '1236' },
    { event: 'call.end', unique_id: '1453466550.679', status: 'chanunavail' },
  ),
  'hangup-by-first-id': scene(
    'An API-created call is hung up by the first id it had, and the end comes on its last',
    DEFAULT_PLAN,
    stage => {
      playCreated(OUT)(stage)
      stage.wait(5_000)
      const [first = ''] = stage.exchange.calls.keys()
      stage.respond(stage.exchange.hangUp(first))
    },
  ),
  'redirect-replaces-callee': scene(
    'call.redirect replaces the called party; on an outbound call that is the customer',
    DEFAULT_PLAN,
    stage => {
      playCreated(OUT)(stage)
      stage.wait(5_000)
      const [call] = new Set(stage.exchange.calls.values())
      stage.exchange.behave('13', { kind: 'answer', after: 1_000 })
      if (call !== undefined) stage.exchange.redirect(call.id, '13')
    },
  ),
  'all-statuses': scene('All eight words that a call can end with', DEFAULT_PLAN, ({ exchange, wait }) => {
    const dial = (to: string, behaviour?: Parameters<typeof exchange.behave>[1], patience = 60_000) => {
      if (behaviour !== undefined) exchange.behave(to, behaviour)
      exchange.dial({ from: '11', to, talk: 1_000, patience })
      wait(40_000)
    }
    dial('13', { kind: 'answer', after: 1_000 })
    dial('13', { kind: 'reject', after: 1_000 })
    dial('13', { kind: 'refuse', after: 1_000 })
    dial('13', { kind: 'never' })
    dial('13', { kind: 'never' }, 2_000)
    dial('14')
    dial('abc')
    // an unknown number ends as chanunavail more often than as congestion: with this seed both come
    for (let count = 0; count < 12; count += 1) dial('0888888888')
  }),
  'begin-and-end-at-once': framesAtOnce(
    'A call begins and ends in the same millisecond',
    {
      event: 'call.begin',
      caller: CUSTOMER,
      caller_name: CUSTOMER,
      callee: '14',
      callee_name: 'Robert',
      called_number: LINE,
      unique_id: '1795500000.901',
    },
    { event: 'call.end', unique_id: '1795500000.901', status: 'chanunavail' },
  ),
} as const
