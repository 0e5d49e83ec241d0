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
    checkTarget(target)
    const limits = resolveActionOptions(options, policy)

    const end = () => watches.remove(watch)
    const watch: Watch = {
      target,
      hear: event => {
        if (event.event !== 'call.end') return
        end()
        lane.confirmed(ticket)
        tell.next(event)
        tell.complete()
      },
      lost: end,
      close: end,
    }
    const ticket: Ticket = {
      action: 'call.hangup',
      ...limits,
      encode: () => {
        const uniqueId = currentId(target, book)
        return uniqueId === undefined ? { unsendable: 'The call has no unique_id yet' } : { text: encodeHangup({ uniqueId }) }
      },
      written: () => watches.add(watch),
      failed: failure => {
        // a late end still tells whose an error is not
        if (failure.kind === 'uncertain') after(limits.confirmWithin, end)
        else end()
        tell.error(toError(failure, ticket))
      },
    }
    lane.ask(ticket)
    return () => lane.withdraw(ticket)
  })
}
