import type { Observable } from 'rxjs'
import { checkCreate } from '../../protocol/actions.js'
import { hex } from '../../protocol/sha1.js'
import type { ActionOptions } from '../options.js'
import { OVER, rankOf } from './call-phase.js'
import { afterEvent, afterLoss, type OutboundCall } from './outbound-call.js'
import type { Ask, Told } from './pending-action.js'

/** A call to be created (document: 'Vytvorenie hovoru'): `from` rings first; when it answers, `to` is dialled. */
export interface CreateCall {
  /** The own extension, 1 to 18 digits. */
  from: string
  /** An extension or another number: an optional + and 1 to 20 digits. `dialable()` makes it of what people type. */
  to: string
  /** The number that the callee sees; of those allowed to the account. */
  callerId?: string | undefined
  /** 1 to 64 alphanumeric characters, not used by another open call. @default 128 random bits */
  callRandomId?: string | undefined
}

/** See `PbxClient.createCall`. */
export const createCall =
  (ask: Ask) =>
  (request: CreateCall, options?: ActionOptions): Observable<OutboundCall> => {
    // what is asked for is what is sent, whatever becomes of the object until then
    const { from, to, callerId, callRandomId = randomId() } = request ?? {}

    return ask<OutboundCall>(options, featureCodes => {
      checkCreate(from, to, callerId, callRandomId, featureCodes)
      let call: OutboundCall = { callRandomId, phase: 'sent', uniqueIds: [], dialled: false, stale: false }
      const move = (next: OutboundCall): Told<OutboundCall> => {
        const isNew = next !== call
        call = next
        return isNew && [call, rankOf(call.phase) === OVER]
      }
      return {
        action: 'call.create',
        callRandomId,
        fields: { from, to, call_random_id: callRandomId, caller_id: callerId },
        sent: () => call,
        hear: (event, step) => move(afterEvent(call, event, step)),
        lost: forever => move(afterLoss(call, forever)),
      }
    })
  }

/** 128 random bits. `getRandomValues` is there on plain-http pages too. */
function randomId(): string {
  return hex(crypto.getRandomValues(new Uint32Array(4)))
}
