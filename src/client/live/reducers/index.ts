import type { PbxEvent } from '../../../protocol/events.js'
import type { CallStore } from '../model.js'
import { addQueue } from '../queue-entries.js'
import { reduceCallBegin } from './call-begin.js'
import { reduceCallCreateResponse } from './call-create-response.js'
import { reduceCallEnd } from './call-end.js'
import { reduceCallPickup } from './call-pickup.js'
import { reduceQueueJoin } from './queue-join.js'
import { reduceQueueLeft } from './queue-left.js'

/** Lets the store absorb an event: what it means for calls and for who waits. */
export function reduceEvent(store: CallStore, event: PbxEvent): void {
  switch (event.event) {
    case 'call.begin':
      return reduceCallBegin(store, event)
    case 'call.pickup':
      return reduceCallPickup(store, event)
    case 'call.end':
      return reduceCallEnd(store, event)
    case 'call.create_response':
      return reduceCallCreateResponse(store, event)
    case 'queue.join':
      return reduceQueueJoin(store, event)
    case 'queue.left':
      return reduceQueueLeft(store, event)
    case 'queue.add':
    case 'queue.remove':
    case 'queue.pause':
    case 'queue.unpause':
      // members are the queue tracker's; for calls it matters that this number is a queue's
      addQueue(store, event.queue)
      return
    default:
      // a new event of the vendor's is a compile error here until it has a case
      event satisfies never
  }
}
