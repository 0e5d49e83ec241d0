import type { Observable } from 'rxjs'
import { type ActionOptions, resolveActionOptions } from '../options.js'
import { encodeHangup } from '../protocol/actions.js'
import type { PbxEventOf } from '../protocol/events.js'
import type { ActionContext } from './context.js'
import { toError } from './failure.js'
import { request } from './request.js'
import { type CallTarget, checkTarget, currentId, type Watch } from './target.js'
import type { Ticket } from './ticket.js'

/** The `call.end` that a hangup brought about. */
export type CallEnd = PbxEventOf<'call.end'>

/** See `PbxClient.hangup`. */
export function hangup({ policy, lane, book, watches, after }: ActionContext, target: CallTarget, options: ActionOptions = {}): Observable<CallEnd> {
  return request<CallEnd>(tell => {
    let limits: Required<ActionOptions>
    try {
      checkTarget(target)
      limits = resolveActionOptions(options, policy)
    } catch (error) {
      tell.error(error)
      return () => false
    }
    let sentAt: number | undefined
    let failed = false

    const watch: Watch = {
      target,
      hear: event => {
        if (event.event !== 'call.end') return
        watches.remove(watch)
        lane.confirmed(ticket)
        if (failed) return
        tell.next(event)
        tell.complete()
      },
      lost: () => watches.remove(watch),
      close: () => watches.remove(watch),
    }
    const ticket: Ticket = {
      action: 'call.hangup',
      ...limits,
      encode: () => {
        const uniqueId = currentId(target, book)
        return uniqueId === undefined ? { unsendable: 'The call has no unique_id yet' } : { text: encodeHangup({ uniqueId }) }
      },
      written: at => {
        sentAt = at
        watches.add(watch)
      },
      failed: failure => {
        failed = true
        // a late end still tells whose an error is not
        if (failure.kind === 'uncertain') after(limits.confirmWithin, () => watches.remove(watch))
        else watches.remove(watch)
        tell.error(toError(failure, { action: 'call.hangup', sentAt }))
      },
    }
    lane.ask(ticket)
    return () => lane.withdraw(ticket)
  })
}
