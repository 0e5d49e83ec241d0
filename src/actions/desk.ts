import type { Observable } from 'rxjs'
import { type ConnectionLoss, Lost } from '../connection/loss.js'
import { ClientClosedError, type PbxError } from '../errors.js'
import type { ActionOptions, ActionPolicy } from '../options.js'
import type { PbxEvent } from '../protocol/events.js'
import type { PbxResponse } from '../protocol/responses.js'
import type { Verdict } from './attribution.js'
import { createCallBook } from './call-book.js'
import type { ActionContext, FollowedCall } from './context.js'
import { type CreateCall, createCall } from './create-call.js'
import { type CallEnd, hangup } from './hangup.js'
import { createLane } from './lane.js'
import type { CallEvent, OutboundCall } from './outbound-call.js'
import { type Redirection, redirect } from './redirect.js'
import { type CallTarget, createWatches } from './target.js'
import type { Ticket } from './ticket.js'

/** All actions of a client: asks them, follows them, and says what became of them. It knows no sockets and no clock but those it is given. */
export interface Desk {
  createCall(request: CreateCall, options?: ActionOptions): Observable<OutboundCall>
  hangup(target: CallTarget, options?: ActionOptions): Observable<CallEnd>
  redirect(target: CallTarget, destination: string, options?: ActionOptions): Observable<Redirection>
  /** An event has come; before anybody else is told of it. */
  event(event: PbxEvent): void
  /** A response has come in a logged-in session. */
  response(response: PbxResponse): Verdict
  /** A session has begun. */
  began(): void
  ended(loss: ConnectionLoss): void
  /** No session will come until somebody asks again. */
  failed(error: PbxError): void
  close(): void
}

export interface DeskParts {
  policy: Readonly<ActionPolicy>
  /** ms since the epoch. */
  now: () => number
  /** Runs something after so many ms; gives what cancels it. */
  after: (ms: number, run: () => void) => () => void
  /** Writes into the live session; false when no byte was handed to the socket, and none ever will be. */
  write: (text: string) => boolean
  /** Told whether the connection is needed, at every change of that. */
  hold: (needed: boolean) => void
}

export function createDesk({ policy, now, write, hold, ...parts }: DeskParts): Desk {
  /** No timer outlives the client. */
  const timers = new Set<() => void>()
  const after = (ms: number, run: () => void) => {
    if (closed) return () => {}
    const cancel = parts.after(ms, () => {
      timers.delete(cancel)
      run()
      review()
    })
    timers.add(cancel)
    return () => {
      timers.delete(cancel)
      cancel()
    }
  }
  const lane = createLane({ policy, now, after, write })
  const book = createCallBook<FollowedCall>({ orphansFor: Math.max(EARLY, policy.confirmWithin), now })
  const watches = createWatches(book)
  const ringing = new Set<Ticket>()
  /** Nobody comes back by himself to a connection that has failed for good. */
  let abandoned = false
  let closed = false
  let held = false

  /** Calls hold the connection until they end, watched or not: the PBX hangs up only calls begun in the present login. */
  const review = () => {
    const needed = !closed && (lane.busy || ((book.size > 0 || ringing.size > 0) && !abandoned))
    if (needed === held) return
    held = needed
    hold(needed)
  }
  const reviewed =
    <A extends unknown[], R>(run: (...args: A) => R) =>
    (...args: A): R => {
      const result = run(...args)
      review()
      return result
    }

  const context: ActionContext = {
    policy,
    book,
    watches,
    reserved: new Set(),
    ringing,
    after,
    lane: {
      ask: reviewed((ticket: Ticket) => {
        abandoned = false
        if (closed) ticket.failed({ kind: 'not-sent', why: CLOSED, cause: new ClientClosedError() })
        else lane.ask(ticket)
      }),
      withdraw: reviewed(lane.withdraw),
      confirmed: reviewed(lane.confirmed),
    },
  }

  return {
    createCall: (request, options) => createCall(context, request, options),
    hangup: (target, options) => hangup(context, target, options),
    redirect: (target, destination, options) => redirect(context, target, destination, options),
    event: reviewed((event: PbxEvent) => {
      const { follower, events } = book.place(event) ?? { follower: undefined, events: [event] }
      for (const one of events) {
        // the watches first: what somebody asks for when the call tells him of an event was not brought about by that event
        watches.told(one, follower)
        if (follower !== undefined) follower.hear(one as CallEvent)
      }
    }),
    response: reviewed(lane.answered),
    began: reviewed(() => {
      abandoned = false
      lane.open()
    }),
    ended: reviewed((loss: ConnectionLoss) => {
      lane.shut(`The connection was lost after it was written: ${loss.message}`, new Lost(loss))
      book.each(call => call.lost())
      watches.lost()
    }),
    failed: reviewed((error: PbxError) => {
      abandoned = true
      held = false
      lane.giveUp(`There is no connection: ${error.message}`, error)
    }),
    close: reviewed(() => {
      closed = true
      const cause = new ClientClosedError()
      lane.shut('The client was closed after it was written', cause)
      lane.giveUp(CLOSED, cause)
      book.each(call => call.giveUp())
      watches.close(cause)
      for (const cancel of timers) cancel()
      timers.clear()
    }),
  }
}

/** ms that a `call.begin` may come before the `call.create_response` that says whose it is, however soon an action has to be confirmed. */
const EARLY = 10_000
const CLOSED = 'The client is closed; only a new one can send it'
