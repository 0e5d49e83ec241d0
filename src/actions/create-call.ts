import type { Observable } from 'rxjs'
import { InvalidRequestError } from '../errors.js'
import { type ActionOptions, resolveActionOptions } from '../options.js'
import { checkCreate, encodeCreate } from '../protocol/actions.js'
import type { ActionContext, FollowedCall } from './context.js'
import { toError } from './failure.js'
import { afterEvent, afterGivingUp, afterLoss, type OutboundCall, rankOf, sentCall } from './outbound-call.js'
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
  const { callRandomId = randomId() } = request ?? {}
  // what is asked for is what is sent, whatever becomes of the object until then
  const asked = request && { ...request, callRandomId }

  return oneRequest<OutboundCall>(tell => {
    checkCreate(asked, policy)
    const limits = resolveActionOptions(options, policy)
    if (reserved.has(callRandomId)) {
      throw new InvalidRequestError(`'callRandomId' ${JSON.stringify(callRandomId)} is that of another open call; give each call its own, or none.`, {
        field: 'callRandomId',
      })
    }
    reserved.add(callRandomId)

    let call = sentCall(callRandomId)
    let cancelLimit = () => {}

    const forget = () => {
      cancelLimit()
      book.forget(followed)
      reserved.delete(callRandomId)
    }
    const step = (next: OutboundCall) => {
      if (next === call) return
      call = next
      const isOver = rankOf(call.phase) === rankOf('ended')
      if (isOver) forget()
      tell.next(call)
      if (isOver) tell.complete()
    }
    const followed: FollowedCall = {
      callRandomId,
      hear: event => {
        cancelLimit()
        if (event.event === 'call.create_response') lane.confirmed(ticket)
        step(afterEvent(call, event))
      },
      // one without an id is on the wire still, or uncertain and soon forgotten
      lost: () => {
        if (call.stale || call.uniqueId === undefined) return
        cancelLimit = after(policy.staleAfter, () => step(afterGivingUp(call)))
        step(afterLoss(call))
      },
      giveUp: () => {
        if (call.uniqueId !== undefined) step(afterGivingUp(call))
      },
    }
    const ticket: Ticket = {
      action: 'call.create',
      callRandomId,
      ...limits,
      encode: () => ({ text: encodeCreate(asked) }),
      written: () => {
        book.follow(followed)
        tell.next(call)
      },
      failed: failure => {
        // should it exist after all, it is to be known by its ids: nobody may be told that it does not
        if (failure.kind === 'uncertain' || (failure.kind === 'rejected' && failure.attribution === 'probable')) {
          cancelLimit = after(limits.confirmWithin, forget)
        } else forget()
        tell.error(toError(failure, ticket))
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
