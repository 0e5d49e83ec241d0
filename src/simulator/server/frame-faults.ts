import type { Random } from '../random.js'
import type { ResolvedFaults } from './faults.js'
import { type Message, toMessage } from './message.js'

/** Frames that are none. */
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

/** Events as a later version of the PBX might send them. */
const UNKNOWN_EVENTS: readonly Message[] = [
  { event: 'call.hold', unique_id: '1795418999.319' },
  { event: 'call.transfer', unique_id: '1795418999.319', destination: { number: '13', name: null } },
  { event: 'queue.stats', queue: 601, waiting: [] },
  { event: 'parking.begin', lot: 701, caller: '0900111222' },
  { event: 'server.notice', text: 'Žltý kôň' },
].map(toMessage)

/** What comes in the place of one frame: by the shares, but for those of the order and the time. */
export function disturbed(message: Message, faults: ResolvedFaults, random: Random): Message[] {
  const one = random.chance(faults.corrupt) ? corrupted(message, random) : message
  return [
    one,
    ...(random.chance(faults.duplicate) ? [one] : []),
    ...(random.chance(faults.rubbish) ? [random.pick(RUBBISH)] : []),
    ...(random.chance(faults.unknownEvents) ? [random.pick(UNKNOWN_EVENTS)] : []),
  ]
}

/** Another text than before: a part of it, or with one character changed. Bytes, and a text without characters, stay as they are. */
function corrupted(message: Message, random: Random): Message {
  // by code points: half of a pair cannot be sent
  const characters = message.binary ? [] : [...message.raw]
  if (characters.length === 0) return message
  const at = random.int(0, characters.length - 1)
  if (random.chance(0.5)) return toMessage(characters.slice(0, at).join(''))
  characters[at] = random.pick([...'{}[]":,0?'].filter(other => other !== characters[at]))
  return toMessage(characters.join(''))
}
