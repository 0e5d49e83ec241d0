import type { PbxEvent, PbxEventName, PbxEventOf } from '../../../protocol/events.js'
import { nameQueue } from '../call-index.js'
import type { Journey } from '../call-state.js'
import type { Ledger } from '../call-store.js'
import { begin } from './call-begin.js'
import { created } from './call-create-response.js'
import { end, pickup } from './call-pickup.js'
import { join, left } from './queue-join.js'

/** By event, with the time of its receipt, the unique id that it is about, and whose that is. */
const RULES: {
  readonly [N in PbxEventName]?: (ledger: Ledger, event: PbxEventOf<N>, at: number, id: string, known?: Journey) => void
} = {
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
  else {
    const { event: name, unique_id: id, meta } = event
    const rule = RULES[name] as (ledger: Ledger, event: PbxEvent, at: number, id: string, known?: Journey) => void
    rule(ledger, event, meta.receivedAt, id, ledger.byId.get(id))
  }
}
