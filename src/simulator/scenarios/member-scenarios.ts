import { COMPANY } from './default-plan.js'
import { frames, scene } from './scene.js'

/** Agents who come, go and take pauses; and frames that are odd in themselves. */
export const MEMBERS = {
  'paused-again': scene(
    'Pausing a paused agent is announced again: two identical frames, both genuine',
    COMPANY,
    ({ exchange, wait }) => {
      exchange.pause('12', '601')
      wait(1_000)
      exchange.pause('12', '601')
    },
  ),
  'added-as-paused': scene('An agent who is added as paused gives only the add', COMPANY, ({ exchange }) =>
    exchange.addMember('13', '601', true),
  ),
  'paused-everywhere': scene('Pausing everywhere gives one event a queue', COMPANY, ({ exchange }) =>
    exchange.pause('12'),
  ),
  'member-comes-and-goes': scene('An agent is added and removed', COMPANY, ({ exchange, wait }) => {
    exchange.addMember('11', '601')
    wait(5_000)
    exchange.removeMember('11', '601')
  }),
  'numbers-or-strings': frames(
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
  'codes-as-strings': frames('The code of a response comes as a numeric string', {
    code: '504',
    message: 'Can not connect to PBX, try your action again later',
  }),
  'names-missing': frames(
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
  'unknown-events-and-fields': frames(
    'New event names and new fields appear',
    { event: 'call.hold', unique_id: '1795500000.12', music: 'classical' },
    { event: 'call.pickup', unique_id: '1795500000.12', recording: true },
  ),
  'one-party-many-writings': frames(
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
