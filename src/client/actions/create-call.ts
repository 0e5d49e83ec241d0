import type { Observable } from 'rxjs'
import { checkCreate } from '../../protocol/actions.js'
import { hex } from '../../protocol/sha1.js'
import type { ActionOptions } from '../options.js'
import { afterEvent, afterLoss, type OutboundCall, sentCall } from './call-follower.js'
import { rankOf } from './call-phase.js'
import type { ActionPlan, Ask, Progress } from './pending-action.js'

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

/** Random ids that are drawn at once: the random bits for 64 ids cost as much as those for one. */
const DRAWN_IDS = 64
const WORDS_OF_AN_ID = 4

/** Gives ids of 128 random bits. `getRandomValues` is there on plain-http pages too. */
function createRandomIds(): () => string {
  let words = new Uint32Array(0)
  let used = 0
  return () => {
    if (used === words.length) {
      words = crypto.getRandomValues(new Uint32Array(DRAWN_IDS * WORDS_OF_AN_ID))
      used = 0
    }
    used += WORDS_OF_AN_ID
    return hex(words.subarray(used - WORDS_OF_AN_ID, used))
  }
}

function planCall(callRandomId: string, fields: ActionPlan<OutboundCall>['fields']): ActionPlan<OutboundCall> {
  let call = sentCall(callRandomId)
  const progressTo = (next: OutboundCall): Progress<OutboundCall> | undefined => {
    if (next === call) return undefined
    call = next
    return { value: next, isLast: rankOf(next.phase) === rankOf('ended') }
  }
  return {
    action: 'call.create',
    callRandomId,
    target: undefined,
    fields,
    afterWrite: () => call,
    afterEvent: (event, phase) => progressTo(afterEvent(call, event, phase)),
    afterLoss: isFinal => progressTo(afterLoss(call, isFinal)),
  }
}

/** See `PbxClient.createCall`. */
export function createCall(ask: Ask): (request: CreateCall, options?: ActionOptions) => Observable<OutboundCall> {
  const randomId = createRandomIds()
  return (request, options) => {
    // the request is sent as it is now, whatever becomes of the caller's object until then
    const { from, to, callerId, callRandomId = randomId() } = request ?? {}
    return ask<OutboundCall>(options, featureCodes => {
      checkCreate(from, to, callerId, callRandomId, featureCodes)
      return planCall(callRandomId, { from, to, call_random_id: callRandomId, caller_id: callerId })
    })
  }
}
