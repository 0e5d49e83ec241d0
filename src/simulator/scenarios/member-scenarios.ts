import { DEFAULT_PLAN } from './default-plan.js'
import { framesInTurn, scene } from './scene.js'

/** Scenarios of queue members, and of unusual frames. */
export const MEMBER_SCENARIOS = {
  'paused-again': scene(
    'Pausing a paused agent is announced again: two identical frames, both genuine',
    DEFAULT_PLAN,
    ({ exchange, wait }) => {
      exchange.pause('12', '601')
      wait(1_000)
      exchange.pause('12', '601')
    },
  ),
  'added-as-paused': scene('An agent who is added as paused gives only the add', DEFAULT_PLAN, ({ exchange }) =>
    exchange.addMember('13', '601', true),
  ),
  'paused-everywhere': scene('Pausing everywhere gives one event a queue', DEFAULT_PLAN, ({ exchange }) =>
    exchange.pause('12'),
  ),
  'member-comes-and-goes': scene('An agent is added and removed', DEFAULT_PLAN, ({ exchange, wait }) => {
    exchange.addMember('11', '601')
    wait(5_000)
    exchange.removeMember('11', '601')
  }),
  'numbers-or-strings': framesInTurn(
    'The same field comes as a number or as a numeric string',
    {
      event: 'queue.join',
      queue: 601,
      caller: 421910000001,
      caller_name: '0910000001',
      unique_id: '1795500000.10',
      position: '1',
    },
    { event: 'queue.left', queue: '601', unique_id: '1795500000.10', holdtime: '30' },
    { event: 'queue.pause', queue: '601', member: 12 },
  ),
  'codes-as-strings': framesInTurn('The code of a response comes as a numeric string', {
    code: '504',
    message: 'Can not connect to PBX, try your action again later',
  }),
  'names-missing': framesInTurn(
    'Names are null or missing',
    {
      event: 'call.begin',
      caller: '0910000001',
      caller_name: null,
      callee: '12',
      called_number: '12',
      unique_id: '1795500000.11',
    },
    { event: 'call.end', unique_id: '1795500000.11', status: null },
  ),
  'unknown-events-and-fields': framesInTurn(
    'New event names and new fields appear',
    { event: 'call.hold', unique_id: '1795500000.12', music: 'classical' },
    { event: 'call.pickup', unique_id: '1795500000.12', recording: true },
  ),
  'one-party-many-writings': framesInTurn(
    'The same party is reported as 0…, 421…, 00421… and +421…',
    ...['0910000001', '421910000001', '00421910000001', '+421910000001'].map((caller, index) => ({
      event: 'call.begin',
      caller,
      caller_name: caller,
      callee: '12',
      callee_name: 'Peter',
      called_number: '0220282028',
      unique_id: `1795500000.${13 + index}`,
    })),
  ),
} as const
