import { type Observable, Subject, Subscription } from 'rxjs'
import type { PbxEvent, PbxEventName, PbxEventOf, UnknownEvent } from '../protocol/events.js'
import type { PbxResponse } from '../protocol/responses.js'
import { type AsyncDispose, disposable } from '../shared/async-dispose.js'
import { createActions } from './actions/actions.js'
import type { CreateCall } from './actions/create-call.js'
import type { CallEnd } from './actions/hangup.js'
import type { OutboundCall } from './actions/outbound-call.js'
import type { Redirection } from './actions/redirect.js'
import type { CallTarget } from './actions/target.js'
import { type Anomaly, unmatchedDetail } from './anomaly.js'
import { withInternals } from './client-internals.js'
import { createConnection } from './connection/connection.js'
import type { ConnectionStatus } from './connection/connection-state.js'
import { type FrameStats, type Received, rawOf } from './connection/frame-reader.js'
import type { Gap } from './connection/gap.js'
import { ClientClosedError } from './errors.js'
import { createEventBus } from './event-bus.js'
import { createLog } from './logger.js'
import { type ActionOptions, type PbxOptions, resolveOptions } from './options.js'
import type { SessionObserver } from './session-observer.js'

/**
 * A client of one PBX account. Creating a client opens nothing.
 *
 * One connection is shared by all subscribers of `event$` and `on()` and all callers of `connect()` and `online()`, and
 * is held open by them. The connection survives reconnects; its users notice nothing but a `gap$`. When the last user
 * has left and `linger` has passed, the client logs out and closes. `status$`, `gap$`, `response$` and `anomaly$` only
 * observe.
 *
 * Two things end the holding streams with an error: `LoginRejectedError` (401) and `ConnectionFailedError`
 * (`reconnect.maxAttempts` reached). A new subscription tries again, not before the policy's backoff has passed.
 *
 * `Symbol.asyncDispose` is there where the runtime knows it: `await using pbx = createPbxClient(…)` closes the client
 * at the end of the block.
 */
export interface PbxClient extends AsyncDispose {
  /** The state of the connection now. */
  readonly status: ConnectionStatus
  /** The status: starts with the present one, never errors, completes on `close()`. */
  readonly status$: Observable<ConnectionStatus>
  /**
   * Every known event, in wire order. Holds the connection; errors with the terminal errors; completes on `close()`.
   */
  readonly event$: Observable<PbxEvent>
  /**
   * The events of one name, decoded once for all subscribers. Holds the connection; errors with the terminal errors;
   * completes on `close()`.
   */
  on<N extends PbxEventName>(name: N): Observable<PbxEventOf<N>>
  /** The events of a name this SDK does not know, undecoded, with `meta`. Lives as the events of a known name do. */
  on(name: string): Observable<UnknownEvent>
  /** Every response of the PBX, the login's included. Only observes; never errors; completes on `close()`. */
  readonly response$: Observable<PbxResponse>
  /** Every frame that could not be read or placed. Only observes; never errors; completes on `close()`. */
  readonly anomaly$: Observable<Anomaly>
  /**
   * The stretches of time in which events may have been lost: one at every login but the first, before the first event
   * of that session. Only observes; never errors; completes on `close()`.
   */
  readonly gap$: Observable<Gap>
  /** Counts of the frames so far: a snapshot, made when asked. */
  readonly stats: FrameStats
  /**
   * Makes a call (document: 'Vytvorenie hovoru'): the own extension `from` rings first; when it answers, `to` is
   * dialled. One observable is one request: written at most once, and not before it is subscribed. All its subscribers
   * get the same. Another call takes another call of this method.
   *
   * Emits `sent`, then `created` at `call.create_response` and again whenever the id changes, `ringing` at
   * `call.begin`, `answered` at `call.pickup`, `ended` at `call.end`, and completes. Emits `lost` and completes when
   * the call stays stale for `actions.staleAfter`. The call holds the connection until it ends, watched or not. Errors
   * with `InvalidRequestError`, `ActionRejectedError`, `NotSentError` or `DeliveryUncertainError`.
   */
  createCall(request: CreateCall, options?: ActionOptions): Observable<OutboundCall>
  /**
   * Ends a call (document: 'Zrušenie hovoru'): only a running call that began in the present login. One observable is
   * one request, as with `createCall`. To end a queue call for good, name the caller's channel: hanging up an agent's
   * leg that rings counts as that agent's refusal, and the queue rings the next agent.
   *
   * Emits the `call.end` of any of the target's ids, and completes. Errors as `createCall` does.
   */
  hangup(target: CallTarget, options?: ActionOptions): Observable<CallEnd>
  /**
   * Puts `destination` in the place of the called party (document: 'Presmerovanie hovoru'). On an outbound call the
   * called party is the customer. One observable is one request, as with `createCall`.
   *
   * Emits `sent`, `ringing` at the `call.begin` on the target's id towards the destination, `answered` at the pickup
   * that follows, and completes; or `ended`, at the end of the target. Errors as `createCall` does.
   */
  redirect(target: CallTarget, destination: string, options?: ActionOptions): Observable<Redirection>
  /** Holds the connection open until unsubscribed, a terminal error or `close()`. Never errors: watch `status$`. */
  connect(): Subscription
  /**
   * Resolves when logged in, connecting if need be. Rejects with the terminal error, or `ClientClosedError`. Holds the
   * connection only meanwhile.
   */
  online(): Promise<void>
  /**
   * Logs out, waits at most 2 s for the 110 of the PBX, closes the connection and completes every stream. Safe to call
   * twice.
   */
  close(): Promise<void>
}

/** Makes a client. Throws `InvalidOptionsError` or `InsecureUrlError` for options it cannot work with. */
export function createPbxClient(options: PbxOptions): PbxClient {
  const resolved = resolveOptions(options)
  const log = createLog(resolved.logger)
  const response$ = new Subject<PbxResponse>()
  const anomaly$ = new Subject<Anomaly>()
  const trackers = new Set<SessionObserver>()
  const connection = createConnection(resolved, log, {
    frame: receiveFrame,
    sessionStarted: at => notify(observer => observer.sessionStarted(at)),
    sessionEnded: loss => notify(observer => observer.sessionEnded(loss)),
    connectionFailed: error => notify(observer => observer.connectionFailed(error)),
  })
  const { holding$, status$, gap$ } = connection
  let holding = new Subscription()
  /** Why the response of the moment belongs to no action. */
  let unmatched: string | undefined
  const actions = createActions({
    policy: resolved.actions,
    write: connection.write,
    hold: isNeeded => {
      holding.unsubscribe()
      holding = new Subscription()
      // `holding$` may fail at once and an action asked for in answer: that one's hold stands, not this one's
      if (isNeeded) holding.add(holding$.subscribe({ error: () => {} }))
    },
    reportUnmatched: (_response, why) => {
      unmatched = why
    },
  })
  const eventBus = createEventBus(holding$)

  /**
   * Observers in their order: trackers first, so that they have absorbed an event before a subscriber of an action
   * hears of it; then actions; the event bus last, so that a subscriber of `on()` finds trackers and actions up to
   * date.
   */
  function notify(run: (observer: SessionObserver) => void): void {
    for (const tracker of trackers) run(tracker)
    run(actions)
  }

  function receiveFrame(frame: Received): void {
    switch (frame.kind) {
      case 'event':
        return receiveEvent(frame.event)
      case 'unknown':
        report(frame, 'unknown-event', 'an event this SDK does not know')
        return eventBus.publish(frame.event, false)
      case 'invalid':
        return report(frame, frame.reason, frame.detail)
      case 'response':
        return receiveResponse(frame)
    }
  }

  /** As `notify` twice, without a closure for each event. */
  function receiveEvent(event: PbxEvent): void {
    for (const tracker of trackers) tracker.event(event)
    actions.event(event)
    for (const tracker of trackers) tracker.eventDispatched()
    actions.eventDispatched()
    eventBus.publish(event, true)
  }

  function receiveResponse(frame: Extract<Received, { kind: 'response' }>): void {
    const { response } = frame
    unmatched = undefined
    if (connection.isLoggedIn) notify(observer => observer.response(response))
    const why = unmatched
    response$.next(response)
    const detail = unmatchedDetail(response, why, resolved.keepAlive?.probe)
    if (detail) report(frame, 'unmatched-error', detail)
  }

  function report({ text, meta }: Received, kind: Anomaly['kind'], detail: string): void {
    log.write('warn', `anomaly: ${kind}`, { detail })
    if (anomaly$.observed) anomaly$.next({ kind, raw: rawOf(text), detail, meta })
  }

  const online = () =>
    new Promise<void>((resolve, reject) => {
      const holding = holding$.subscribe({ error: reject, complete: () => reject(new ClientClosedError()) })
      holding.add(
        status$.subscribe(({ state }) => {
          if (state !== 'online') return
          resolve()
          holding.unsubscribe()
        }),
      )
    })

  let closing: Promise<void> | undefined
  const end = async () => {
    actions.closed()
    await connection.close()
    response$.complete()
    anomaly$.complete()
    for (const tracker of trackers) tracker.closed()
  }
  const close = () => (closing ??= end())

  const client: Omit<PbxClient, keyof AsyncDispose> = {
    get status() {
      return connection.status
    },
    status$,
    event$: eventBus.events() as Observable<PbxEvent>,
    on: ((name: string, listener: unknown) => {
      if (typeof name !== 'string' || listener)
        throw new TypeError("on() takes one name: on('call.begin').subscribe(listener).")
      return eventBus.events(name)
    }) as PbxClient['on'],
    response$: response$.asObservable(),
    anomaly$: anomaly$.asObservable(),
    gap$,
    get stats() {
      return connection.stats()
    },
    createCall: actions.createCall,
    hangup: actions.hangup,
    redirect: actions.redirect,
    connect: () => holding$.subscribe({ error: () => {} }),
    online,
    close,
  }
  return withInternals(disposable(client, close), { connection, trackers })
}
