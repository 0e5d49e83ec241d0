import type { PbxEvent } from '../protocol/events.js'
import { createAnswers } from './answers.js'
import { createBeginnings } from './beginnings.js'
import { createCreations } from './creations.js'
import { createLedger, type Ledger, type LedgerParts } from './ledger.js'
import type { Register } from './register.js'
import type { WaitingRooms } from './waiting-room.js'
import { createWaits } from './waits.js'

/** All journeys of a PBX, as its events tell them. Pure but for the clock that it is given. */
export interface Journeys extends Pick<Register, 'current' | 'find' | 'findByRandomId'> {
  readonly waiting: Pick<WaitingRooms, 'of' | 'arrange'>
  event(event: PbxEvent): void
  /** The session has ended: whatever was known may have changed since. */
  lost(): void
  /** For those who merge a snapshot. */
  readonly ledger: Ledger
  /** Entries of all internal maps: nothing is left when all calls have been forgotten. */
  readonly size: number
  /** Nothing is due any more. */
  close(): void
}

export function createJourneys(parts: LedgerParts): Journeys {
  const ledger = createLedger(parts)
  const { pickup, end } = createAnswers(ledger)
  /** What came before the beginning of an id. */
  const replay = (id: string) => {
    const orphan = ledger.claim(id)
    if (orphan?.pickup !== undefined) pickup(orphan.pickup)
    if (orphan?.end !== undefined) end(orphan.end)
  }
  const begin = createBeginnings(ledger, replay)
  const created = createCreations(ledger, replay)
  const { join, left } = createWaits(ledger)
  const { current, find, findByRandomId } = ledger.register

  return {
    current,
    find,
    findByRandomId,
    waiting: ledger.rooms,
    event: event => {
      switch (event.event) {
        case 'call.begin':
          return begin(event)
        case 'call.pickup':
          return pickup(event)
        case 'call.end':
          return end(event)
        case 'call.create_response':
          return created(event)
        case 'queue.join':
          return join(event)
        case 'queue.left':
          return left(event)
        default:
          // a member's
          return ledger.nameQueue(event.queue)
      }
    },
    lost: ledger.lost,
    ledger,
    get size() {
      return ledger.size
    },
    close: ledger.close,
  }
}
