import type { Random } from '../random.js'
import type { ResolvedFaults } from './faults.js'
import { type Message, toMessage } from './message.js'

/** Frames that are neither event nor response. */
const RUBBISH: readonly Message[] = [
  '',
  'null',
  'true',
  '42',
  '"text"',
  '[]',
  '{}',
  '{"event":',
  '{"neither":"event","nor":"response"}',
  '{"event":7}',
  '{"code":"none","message":"at all"}',
  '<html><body>502 Bad Gateway</body></html>',
  new Uint8Array([0, 255, 123]),
].map(toMessage)

/** Events that a later version of the PBX might send. */
const UNKNOWN_EVENTS: readonly Message[] = [
  { event: 'call.hold', unique_id: '1795418999.319' },
  { event: 'call.transfer', unique_id: '1795418999.319', destination: { number: '13', name: null } },
  { event: 'queue.stats', queue: 601, waiting: [] },
  { event: 'parking.begin', lot: 701, caller: '0900111222' },
  { event: 'server.notice', text: 'Žltý kôň' },
].map(toMessage)

/** Cuts a text off, or changes one character. Bytes, and a text without characters, stay unchanged. */
function corrupt(message: Message, random: Random): Message {
  // by code points: half of a surrogate pair cannot be sent
  const characters = message.binary ? [] : [...message.raw]
  if (characters.length === 0) return message
  const at = random.int(0, characters.length - 1)
  if (random.chance(0.5)) return toMessage(characters.slice(0, at).join(''))
  characters[at] = random.pick([...'{}[]":,0?'].filter(other => other !== characters[at]))
  return toMessage(characters.join(''))
}

/** The frames that go out instead of one, by the shares of the faults. Order and time are not changed here. */
export function disturb(message: Message, faults: ResolvedFaults, random: Random): Message[] {
  const first = random.chance(faults.corrupt) ? corrupt(message, random) : message
  const frames = [first]
  if (random.chance(faults.duplicate)) frames.push(first)
  if (random.chance(faults.rubbish)) frames.push(random.pick(RUBBISH))
  if (random.chance(faults.unknownEvents)) frames.push(random.pick(UNKNOWN_EVENTS))
  return frames
}
