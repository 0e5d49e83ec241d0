import type { Observable } from 'rxjs'
import { encodeAction } from '../../protocol/actions.js'
import type { PbxEvent } from '../../protocol/events.js'
import { meaningOf, type PbxResponse } from '../../protocol/responses.js'
import { type Clock, systemClock } from '../../shared/clock.js'
import { type ConnectionLoss, ConnectionLostError } from '../connection/connection-loss.js'
import {
  type ActionName,
  ActionRejectedError,
  ClientClosedError,
  type DeliveryUncertainError,
  type NotSentError,
  type PbxError,
} from '../errors.js'
import { type ActionOptions, type ActionPolicy, resolveActionOptions } from '../options.js'
import type { SessionObserver } from '../session-observer.js'
import { type CreateCall, createCall } from './create-call.js'
import { attribute } from './error-attribution.js'
import { createHearing } from './event-correlation.js'
import { type CallEnd, hangup } from './hangup.js'
import type { OutboundCall } from './outbound-call.js'
import { detailsOf, failure, LOOK } from './outcome-errors.js'
import type { Ask, Ticket, Told } from './pending-action.js'
import { type Redirection, redirect } from './redirect.js'
import { request } from './request-observable.js'
import type { CallTarget } from './target.js'

/** All actions of a client: asks them, follows them, and says what became of them. It knows no sockets and no clock but those it is given. */
export interface Actions extends SessionObserver {
  createCall(request: CreateCall, options?: ActionOptions): Observable<OutboundCall>
  hangup(target: CallTarget, options?: ActionOptions): Observable<CallEnd>
  redirect(target: CallTarget, destination: string, options?: ActionOptions): Observable<Redirection>
}

export interface ActionsParts {
  policy: Readonly<ActionPolicy>
  /** Writes into the live session; false when that is at its end: no byte was handed to the socket, none ever will be, and nobody was told of the try. */
  write: (text: string) => boolean
  /** Told whether the connection is needed, at every change of that. */
  hold: (needed: boolean) => void
  /** Takes why a response belongs to no action, if it is not the session's business either. */
  reportUnmatched: (response: PbxResponse, why: string) => void
  clock?: Clock
}

export function createActions({ policy, write, hold, reportUnmatched, clock = systemClock }: ActionsParts): Actions {
  const { settleWithin, concurrency } = policy
  const { now } = clock
  /** In the order of asking. */
  let waiting = new Set<Ticket>()
  /** One is being handed to the socket. */
  let handing = false
  /** On the wire without an outcome. */
  const open = new Set<Ticket>()
  /** Of those, the ones that keep the next one waiting. */
  const unsettled = new Set<Ticket>()
  /** Whose an error can be, in the present session; those that it was probably; and why the session before has ended. */
  let candidates = new Set<Ticket>()
  const blamed = new Map<Ticket, Iterable<ActionName>>()
  let ending: unknown
  /** Calls until they end, and redirects that ring. */
  const following = new Set<Ticket>()
  /** No timer outlives the client. */
  const timers = new Set<() => void>()
  let live = false
  /** Nobody comes back by himself to a connection that has failed for good. */
  let abandoned = false
  let closed = false
  let held = false

  const after: Clock['after'] = (ms, run) => {
    const cancel = () => {
      timers.delete(cancel)
      unset()
    }
    const unset = clock.after(
      ms,
      proceeding(() => {
        cancel()
        run()
      }),
    )
    timers.add(cancel)
    return cancel
  }
  const hearing = createHearing(Math.max(EARLY, policy.confirmWithin), now, (ticket, event, step) => {
    // it is lost sight of no longer
    if (following.has(ticket)) settle(ticket)
    move(ticket, ticket.hear(event, step))
  })

  const isFull = () => unsettled.size + 1 > concurrency
  /** It waits for nothing any more; says whether it did. */
  const settle = (ticket: Ticket): boolean => {
    for (const cancel of ticket.limits.splice(0)) cancel()
    unsettled.delete(ticket)
    return open.delete(ticket) || waiting.delete(ticket)
  }
  const end = (ticket: Ticket) => {
    hearing.forget(ticket)
    following.delete(ticket)
  }
  /** No error is its any more. */
  const acquit = (ticket: Ticket) => {
    candidates.delete(ticket)
    blamed.delete(ticket)
  }
  /** It ends other than well. */
  const failed = (ticket: Ticket, error: NotSentError | DeliveryUncertainError | ActionRejectedError) => {
    const forget = () => {
      acquit(ticket)
      end(ticket)
    }
    // should it have been done after all, a late event still tells whose an error is not, and nobody may be told that the call does not exist
    if (error.safeToRepeat) forget()
    else ticket.limits.push(after(ticket.confirmWithin, forget))
    ticket.finish(error)
  }
  /** It is not sent, or uncertain, unless one that was told before has withdrawn it or closed the client. */
  const fail = (ticket: Ticket, why: unknown) => {
    if (settle(ticket)) failed(ticket, failure(ticket, why))
  }
  const failAll = (tickets: Set<Ticket>, why: unknown) => {
    for (const ticket of [...tickets]) fail(ticket, why)
  }
  const tooLate = (ticket: Ticket) =>
    fail(
      ticket,
      `It waited ${ticket.sendWithin} ms for ${live && isFull() ? 'an outcome of earlier actions' : 'a connection'}`,
    )

  /** Hands the first to the socket, and says whether another may go. */
  const sendFirst = (): boolean => {
    // who is called while one is handed over, a logger for instance, may ask, leave or close, but nothing may go twice
    const [ticket] = waiting
    if (!live || handing || isFull() || !ticket) return false
    // a timer can be late by any time, when a machine sleeps or a page is frozen
    if (now() - ticket.askedAt > ticket.sendWithin) {
      tooLate(ticket)
      return true
    }
    const session = candidates
    let text = ''
    handing = true
    try {
      text = encodeAction(ticket.action, { unique_id: ticket.target && hearing.aim(ticket), ...ticket.fields })
    } catch (error) {
      // the target of an action is the caller's own object: it may have changed since it was looked at, or be unreadable
      fail(ticket, error)
    }
    // what is read of the caller's own object may have called him, too
    const isLeft = waiting.delete(ticket)
    const isTaken = isLeft && write(text)
    handing = false
    if (isTaken) {
      settle(ticket)
      ticket.sentAt = now()
      for (const tickets of [open, unsettled, session]) tickets.add(ticket)
      ticket.limits.push(
        after(settleWithin, () => unsettled.delete(ticket)),
        after(ticket.confirmWithin, () => fail(ticket, `Nothing confirmed it within ${ticket.confirmWithin} ms`)),
      )
      hearing.follow(ticket)
      if (ticket.callRandomId) following.add(ticket)
      if (ticket.sent) ticket.tell(ticket.sent(ticket.uniqueId))
      // a socket that breaks as it takes the text ends the session before it returns
      if (session !== candidates) fail(ticket, ending)
    } else if (isLeft) {
      // the session is at its end: the next one begins with this
      live = false
      waiting = new Set([ticket, ...waiting])
      return false
    }
    return true
  }
  /** Follows whatever has happened. Calls hold the connection until they end, watched or not: the PBX hangs up only calls begun in the present login. */
  const proceed = () => {
    while (sendFirst());
    if (closed) for (const cancel of timers) cancel()
    const needed = !closed && (waiting.size + open.size > 0 || handing || (following.size > 0 && !abandoned))
    if (needed === held) return
    held = needed
    hold(needed)
  }

  /** What comes from outside, and then whatever follows from that. */
  const proceeding =
    <In = void, Out = void>(take: (what: In) => Out) =>
    (what: In): Out => {
      const out = take(what)
      proceed()
      return out
    }

  /** A session has ended: what is on the wire stays uncertain, what waits goes on waiting for the next. */
  const shut = (why: unknown) => {
    live = false
    ending = why
    // an answer to what was written on this connection cannot come on another
    candidates = new Set()
    blamed.clear()
    failAll(open, why)
  }
  /** No session will come: what waits is not sent. */
  const giveUp = (why: unknown) => {
    failAll(waiting, why)
  }
  /** Does something with those that something is known of; others are uncertain, and soon forgotten. */
  const eachKnown = (run: (ticket: Ticket) => void) => {
    for (const ticket of [...following]) if (ticket.uniqueId) run(ticket)
  }
  const lose = (ticket: Ticket, why: unknown) => {
    if (ticket.lost) return move(ticket, ticket.lost(true))
    end(ticket)
    ticket.finish(failure(ticket, why))
  }
  /** It came off, so far. */
  const move = (ticket: Ticket, told: Told<unknown> | undefined) => {
    if (!told) return
    const [value, isLast] = told
    if (!ticket.confirmed) {
      ticket.confirmed = true
      settle(ticket)
      after(settleWithin, () => acquit(ticket))
    }
    if (isLast) end(ticket)
    else following.add(ticket)
    ticket.tell(value)
    if (isLast) ticket.finish()
  }

  const ask: Ask = (options, plan) =>
    request((tell, finish) => {
      const ticket: Ticket = {
        ...plan(policy.featureCodes),
        ...resolveActionOptions(options, policy),
        askedAt: now(),
        order: 0,
        keys: new Set(),
        limits: [],
        tell: tell as (value: unknown) => void,
        finish,
      }
      hearing.reserve(ticket)
      abandoned = false
      waiting.add(ticket)
      if (closed) giveUp(new ClientClosedError())
      proceed()
      if (waiting.has(ticket)) ticket.limits.push(after(ticket.sendWithin, () => tooLate(ticket)))
      return () => {
        const isWithdrawn = waiting.has(ticket)
        if (isWithdrawn) {
          settle(ticket)
          end(ticket)
          proceed()
        }
        return isWithdrawn
      }
    })

  return {
    createCall: createCall(ask),
    hangup: hangup(ask),
    redirect: redirect(ask),
    event: proceeding(hearing.hear),
    eventDispatched: () => {},
    response: proceeding((response: PbxResponse) => {
      const why = answered(response)
      if (why !== undefined) reportUnmatched(response, why)
    }),
    sessionStarted: proceeding((_at: number) => {
      abandoned = false
      live = true
    }),
    sessionEnded: proceeding((loss: ConnectionLoss) => {
      shut(new ConnectionLostError(loss))
      eachKnown(ticket => {
        ticket.limits[0] ??= after(policy.staleAfter, () =>
          lose(ticket, 'Nothing was heard since the connection was lost'),
        )
        move(ticket, ticket.lost?.(false))
      })
    }),
    connectionFailed: proceeding((error: PbxError) => {
      abandoned = true
      held = false
      giveUp(error)
    }),
    closed: proceeding(() => {
      closed = true
      const cause = new ClientClosedError()
      shut(cause)
      giveUp(cause)
      eachKnown(ticket => lose(ticket, cause))
    }),
  }

  /** An action that it rejects is told so. Gives why it is nobody's, if it is not the session's business either. */
  function answered(response: PbxResponse): string | undefined {
    const { code, message, errors } = response
    const said = `${message} (${code})`
    if (meaningOf(response) === 'server-error') failAll(open, said)
    const verdict = attribute(response, candidates, blamed)
    if (typeof verdict !== 'object') return verdict
    const [ticket, earners, isCertain] = verdict
    const { action, callRandomId } = ticket
    if (!open.has(ticket))
      return `an error probably of ${callRandomId ? `${action} ${callRandomId}` : action}, which had ended as uncertain`
    settle(ticket)
    candidates.delete(ticket)
    if (!isCertain) blamed.set(ticket, earners)
    const [attribution, advice] = isCertain
      ? (['certain', 'Nothing was done.'] as const)
      : (['probable', `This may be another action's answer. ${LOOK}`] as const)
    failed(
      ticket,
      new ActionRejectedError(`The PBX rejected ${action}: ${said}. ${advice}`, {
        ...detailsOf(ticket),
        code,
        errors,
        attribution,
      }),
    )
    return undefined
  }
}

/** ms that a `call.begin` may come before the `call.create_response` that says whose it is, however soon the policy wants an action confirmed. */
const EARLY = 10_000
