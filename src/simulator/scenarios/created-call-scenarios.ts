import type { ExchangePlan } from '../exchange/exchange-config.js'
import { COMPANY, CUSTOMER, LINE, odd } from './default-plan.js'
import { atOnce, frames, RANDOM_ID, type Stage, scene } from './scene.js'

/** The API calls from Jana's telephone; she answers. */
const create =
  (to: string, talk = 10_000) =>
  ({ exchange, wait }: Stage) => {
    const id = exchange.create({ from: '11', to, callRandomId: RANDOM_ID }, talk)
    wait(2_000)
    exchange.answer(id ?? '')
  }
const OUT = '0911222333'
const ids = (createdIds: number): ExchangePlan => ({ ...COMPANY, createdIds })

/** Calls of the API, and the ids they have. */
export const CREATED = {
  'created-two-ids': scene(
    'An API-created call: one id at once, another when the destination is dialled',
    COMPANY,
    create(OUT),
  ),
  'created-six-responses': scene(
    'With internal helper channels call.create_response comes six times for one call',
    ids(6),
    create(OUT),
  ),
  'created-one-id': scene('An API-created call whose id never changes', ids(1), create(OUT)),
  'created-from-unregistered': scene(
    'A first leg that is not registered: 500 Action failed to who asked, and no id at all',
    COMPANY,
    ({ exchange, answered }) => {
      answered(
        exchange.create({ from: '14', to: OUT, callRandomId: RANDOM_ID }) === undefined ? 'action-failed' : undefined,
      )
    },
  ),
  'created-to-unregistered': scene(
    'A destination that is not registered leaves one id for ever',
    COMPANY,
    create('14'),
  ),
  'created-to-unknown': scene('A destination that does not exist', COMPANY, create('0888888888')),
  'created-not-answered': scene(
    'The own telephone rings out: no call.begin at all',
    { ...COMPANY, ringTime: 10_000 },
    ({ exchange }) => {
      exchange.create({ from: '11', to: OUT, callRandomId: RANDOM_ID })
    },
  ),
  'created-ends-without-begin': scene(
    'An API-created call ends without ever having begun',
    odd({ endWithoutBegin: 1 }),
    create(OUT),
  ),
  'begin-before-response': scene(
    'call.begin comes before the call.create_response of its id',
    odd({ beginBeforeResponse: 1 }),
    create(OUT),
  ),
  'begin-before-first-response': frames(
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
  'document-example': frames(
    'The document’s own example, with its abbreviated ids',
    { event: 'call.create_response', unique_id: '14549.678', call_random_id: '1236' },
    { event: 'call.create_response', unique_id: '14550.679', call_random_id: '1236' },
    { event: 'call.end', unique_id: '1453466550.679', status: 'chanunavail' },
  ),
  'hangup-by-first-id': scene(
    'An API-created call is hung up by the first id it had, and the end comes on its last',
    COMPANY,
    stage => {
      create(OUT)(stage)
      stage.wait(5_000)
      const [first = ''] = stage.exchange.calls.keys()
      stage.answered(stage.exchange.hangUp(first))
    },
  ),
  'redirect-replaces-callee': scene(
    'call.redirect replaces the called party; on an outbound call that is the customer',
    COMPANY,
    stage => {
      create(OUT)(stage)
      stage.wait(5_000)
      const [call] = new Set(stage.exchange.calls.values())
      stage.exchange.behave('13', { kind: 'answer', after: 1_000 })
      if (call !== undefined) stage.exchange.redirect(call.id, '13')
    },
  ),
  'all-statuses': scene('All eight words that a call can end with', COMPANY, ({ exchange, wait }) => {
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
    // an unknown number is chanunavail more often than congestion: until it was
    for (let count = 0; count < 12; count += 1) dial('0888888888')
  }),
  'begin-and-end-at-once': atOnce(
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
