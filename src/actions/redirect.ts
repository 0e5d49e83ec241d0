import type { Observable } from 'rxjs'
import { type ActionOptions, resolveActionOptions } from '../options.js'
import { checkDestination, encodeRedirect } from '../protocol/actions.js'
import type { CallEndStatus, PbxEvent } from '../protocol/events.js'
import { sameNumber } from '../protocol/numbers.js'
import type { ActionContext } from './context.js'
import { toError } from './failure.js'
import type { CallEvent } from './outbound-call.js'
import { request } from './request.js'
import { type CallTarget, checkTarget, currentId, type Watch } from './target.js'
import type { Ticket } from './ticket.js'

/** A redirect as it stands: an immutable snapshot, emitted at every step. */
export interface Redirection {
  /**
   * - `sent`: written, nothing heard yet
   * - `ringing`: the destination was dialled on the target's own id
   * - `answered`: the destination answered
   * - `ended`: the call is over, with `status`
   */
  phase: 'sent' | 'ringing' | 'answered' | 'ended'
  /** The id that was sent. */
  uniqueId: string
  destination: string
  /** Once ended. */
  status?: CallEndStatus
  /** What brought this step; absent for `sent`. */
  event?: PbxEvent
}

/** See `PbxClient.redirect`. */
export function redirect(
  { policy, lane, book, watches, ringing, after }: ActionContext,
  target: CallTarget,
  destination: string,
  options: ActionOptions = {},
): Observable<Redirection> {
  return request<Redirection>(tell => {
    checkTarget(target)
    checkDestination(destination, policy)
    const limits = resolveActionOptions(options, policy)

    let redirection: Redirection = { phase: 'sent', uniqueId: '', destination }
    let cancelLimit: (() => void) | undefined

    const heard = () => {
      cancelLimit?.()
      cancelLimit = undefined
    }
    const end = () => {
      heard()
      watches.remove(watch)
      ringing.delete(ticket)
    }
    const fail = (why: string, cause?: unknown) => {
      end()
      tell.error(toError({ kind: 'uncertain', why, cause }, ticket))
    }
    const step = (phase: Redirection['phase'], event: CallEvent) => {
      redirection = { ...redirection, phase, event, ...(event.event === 'call.end' && { status: event.status }) }
      if (phase === 'ringing') ringing.add(ticket)
      else end()
      lane.confirmed(ticket)
      tell.next(redirection)
      if (phase !== 'ringing') tell.complete()
    }
    const watch: Watch = {
      target,
      hear: (event, isOver) => {
        heard()
        switch (event.event) {
          case 'call.begin':
            if (redirection.phase === 'sent' && event.from_queue_unique_id === undefined && leadsTo(event, destination)) step('ringing', event)
            return
          case 'call.pickup':
            if (redirection.phase === 'ringing') step('answered', event)
            return
          case 'call.end':
            if (isOver) step('ended', event)
        }
      },
      lost: () => {
        if (redirection.phase === 'ringing') cancelLimit ??= after(policy.staleAfter, () => fail('Nothing was heard of the call since the connection was lost'))
      },
      close: cause => fail('The client was closed before the call was answered or over', cause),
    }
    const ticket: Ticket = {
      action: 'call.redirect',
      ...limits,
      encode: () => {
        const uniqueId = currentId(target, book)
        if (uniqueId === undefined) return { unsendable: 'The call has no unique_id yet' }
        redirection = { ...redirection, uniqueId }
        return { text: encodeRedirect({ uniqueId, destination }) }
      },
      written: () => {
        watches.add(watch)
        tell.next(redirection)
      },
      failed: failure => {
        // a late begin still tells whose an error is not
        if (failure.kind === 'uncertain') after(limits.confirmWithin, end)
        else end()
        tell.error(toError(failure, ticket))
      },
    }
    lane.ask(ticket)
    return () => lane.withdraw(ticket)
  })
}

/** A redirect begins as a call of the target's own channel towards the destination. */
function leadsTo({ callee, called_number }: { callee: string; called_number: string }, destination: string): boolean {
  return sameNumber(callee, destination) || sameNumber(called_number, destination)
}
