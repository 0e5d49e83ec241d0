import type { PbxEvent, PbxEventName, PbxEventOf } from '../protocol/events.js'
import { end, pickup } from './answers.js'
import { begin } from './beginnings.js'
import { created } from './creations.js'
import type { Ledger } from './ledger.js'
import { nameQueue } from './records.js'
import { join, left } from './waits.js'

const RULES: { readonly [N in PbxEventName]?: (ledger: Ledger, event: PbxEventOf<N>) => void } = {
  'call.begin': begin,
  'call.pickup': pickup,
  'call.end': end,
  'call.create_response': created,
  'queue.join': join,
  'queue.left': left,
}

type MemberEvent = PbxEventOf<'queue.add' | 'queue.remove' | 'queue.pause' | 'queue.unpause'>

/** About an agent of a queue, and about no call. */
export function isMemberEvent(event: PbxEvent): event is MemberEvent {
  return !(event.event in RULES)
}

/** What an event tells of calls. */
export function follow(ledger: Ledger, event: PbxEvent): void {
  if (isMemberEvent(event)) nameQueue(ledger, event.queue)
  else (RULES[event.event] as (ledger: Ledger, event: PbxEvent) => void)(ledger, event)
}
