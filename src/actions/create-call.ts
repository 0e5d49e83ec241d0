import type { Observable } from 'rxjs'
import { InvalidRequestError } from '../errors.js'
import { type ActionOptions, resolveActionOptions } from '../options.js'
import { checkCreate, encodeCreate } from '../protocol/actions.js'
import type { ActionContext, FollowedCall } from './context.js'
import { toError } from './failure.js'
import { afterEvent, afterGivingUp, afterLoss, type CallEvent, type OutboundCall, rankOf, sentCall } from './outbound-call.js'
import { request as oneRequest } from './request.js'
import type { Ticket } from './ticket.js'

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
export function createCall({ policy, lane, book, reserved, after }: ActionContext, request: CreateCall, options: ActionOptions = {}): Observable<OutboundCall> {
  const callRandomId = request?.callRandomId ?? randomId()

  return oneRequest<OutboundCall>(tell => {
    let limits: Required<ActionOptions>
    try {
      checkCreate(request, policy)
      limits = resolveActionOptions(options, policy)
      if (reserved.has(callRandomId)) {
        throw new InvalidRequestError(`'callRandomId' ${JSON.stringify(callRandomId)} is that of another open call; give each call its own, or none.`, {
          field: 'callRandomId',
        })
      }
    } catch (error) {
      tell.error(error)
      return () => false
    }
    reserved.add(callRandomId)

    let call = sentCall(callRandomId)
    let sentAt: number | undefined
    /** It ended as uncertain or rejected; what is still heard of it is for nobody. */
    let failed = false
    let cancelLimit = () => {}

    const forget = () => {
      cancelLimit()
      book.forget(followed)
      reserved.delete(callRandomId)
    }
    const step = (next: OutboundCall) => {
      if (next === call) return
      call = next
      if (!failed) tell.next(call)
      if (rankOf(call.phase) < rankOf('ended')) return
      forget()
      if (!failed) tell.complete()
    }
    const followed: FollowedCall = {
      callRandomId,
      isSuperseded: uniqueId => call.uniqueIds.includes(uniqueId) && uniqueId !== call.uniqueId,
      hear: (event: CallEvent) => {
        cancelLimit()
        if (event.event === 'call.create_response') lane.confirmed(ticket)
        step(afterEvent(call, event))
      },
      lost: () => {
        if (call.stale) return
        cancelLimit()
        cancelLimit = after(policy.staleAfter, () => step(afterGivingUp(call)))
        // one that is still on the wire is told to be uncertain instead
        if (call.uniqueIds.length > 0) step(afterLoss(call))
      },
      giveUp: () => step(afterGivingUp(call)),
    }
    const ticket: Ticket = {
      action: 'call.create',
      callRandomId,
      ...limits,
      encode: () => ({ text: encodeCreate({ ...request, callRandomId }) }),
      written: at => {
        sentAt = at
        book.follow(followed)
        tell.next(call)
      },
      failed: failure => {
        failed = true
        tell.error(toError(failure, { action: 'call.create', callRandomId, sentAt }))
        if (failure.kind !== 'uncertain') return forget()
        // should it exist after all, it is to be known by its ids: nobody may be told that it does not
        cancelLimit()
        cancelLimit = after(limits.confirmWithin, forget)
      },
    }
    lane.ask(ticket)
    return () => {
      const withdrawn = lane.withdraw(ticket)
      if (withdrawn) reserved.delete(callRandomId)
      return withdrawn
    }
  })
}

/** 128 random bits. `getRandomValues` is there on plain-http pages too. */
function randomId(): string {
  return Array.from(globalThis.crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
}
