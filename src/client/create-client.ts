import { type Observable, Subject, Subscription } from 'rxjs'
import type { PbxEvent, PbxEventName, PbxEventOf, UnknownEvent } from '../protocol/events.js'
import type { PbxResponse } from '../protocol/responses.js'
import { type AsyncDispose, disposable } from '../shared/async-dispose.js'
import { createActions } from './actions/actions.js'
import type { OutboundCall } from './actions/call-follower.js'
import type { CreateCall } from './actions/create-call.js'
import type { CallEnd } from './actions/hangup.js'
import type { Redirection } from './actions/redirect.js'
import type { CallTarget } from './actions/target.js'
import { type Anomaly, unmatchedDetail } from './anomaly.js'
import { withInternals } from './client-internals.js'
import { createConnection } from './connection/connection.js'
import type { ConnectionStatus } from './connection/connection-state.js'
import type { FrameStats, Received } from './connection/frame-reader.js'
import type { Gap } from './connection/gap.js'
import { ClientClosedError } from './errors.js'
import { createEventBus } from './event-bus.js'
import { createLog } from './logger.js'
import { type ActionOptions, type PbxOptions, resolveOptions } from './options.js'
import type { SessionObserver } from './session-observer.js'

/**
 * A client of one PBX account. Creating it opens nothing.
 *
 * Subscribers of `event$` and `on()`, and callers of `connect()` and `online()`, share one connection and hold it open; it survives reconnects
 * without their noticing anything but a `gap$`. When the last one has left and `linger` has passed, it logs out and closes. `status$`, `gap$`,
 * `response$` and `anomaly$` only observe.
 *
 * Two things end the holding streams with an error: `LoginRejectedError` (401) and `ConnectionFailedError` (`reconnect.maxAttempts` reached). A new
 * subscription tries again, not before the policy's backoff has passed.
 *
 * Has `Symbol.asyncDispose` where the runtime knows it: `await using pbx = createPbxClient(…)` closes at the end of the block.
 */
export interface PbxClient extends AsyncDispose {
  /** Where the connection stands now. */
  readonly status: ConnectionStatus
  /** Starts with the present status; never errors; completes on `close()`. */
  readonly status$: Observable<ConnectionStatus>
  /** Every known event, in wire order. Holds the connection; errors with the terminal errors; completes on `close()`. */
  readonly event$: Observable<PbxEvent>
  /** The events of one name, decoded once for all subscribers. Holds the connection; errors with the terminal errors; completes on `close()`. */
  on<N extends PbxEventName>(name: N): Observable<PbxEventOf<N>>
  /** The events of a name this SDK does not know, as they came, with `meta`. Lives as the events of a known name do. */
  on(name: string): Observable<UnknownEvent>
  /** Every response of the PBX, the login's included. Only observes; completes on `close()`. */
  readonly response$: Observable<PbxResponse>
  /** What could not be read or placed. Only observes; completes on `close()`. */
  readonly anomaly$: Observable<Anomaly>
  /** Tells at every login but the first in which time events may have been lost. Only observes; completes on `close()`. */
  readonly gap$: Observable<Gap>
  /** What has come so far: a snapshot, made when asked. */
  readonly stats: FrameStats
  /**
   * Makes a call (document: 'Vytvorenie hovoru'): the own extension `from` rings first; when it answers, `to` is dialled. One observable is one request:
   * written at most once, and not before it is subscribed; all its subscribers get the same. Whoever wants another call calls the method again.
   *
   * Emits `sent`, then `created` at `call.create_response` and again whenever the id changes, `ringing` at `call.begin`, `answered` at `call.pickup`,
   * `ended` at `call.end`, and completes; `lost` and completes when it stays stale for `actions.staleAfter`. The call holds the connection until it ends,
   * watched or not. Errors with `InvalidRequestError`, `ActionRejectedError`, `NotSentError` or `DeliveryUncertainError`.
   */
  createCall(request: CreateCall, options?: ActionOptions): Observable<OutboundCall>
  /**
   * Ends a call (document: 'Zrušenie hovoru'): only a running one that began in the present login. One observable is one request, as with `createCall`.
   * To end a queue call for good name the caller's channel; an agent's leg that rings is only taken for that agent's refusal.
   *
   * Emits the `call.end` of any of the target's ids, and completes. Errors as `createCall` does.
   */
  hangup(target: CallTarget, options?: ActionOptions): Observable<CallEnd>
  /**
   * Puts `destination` in the place of the called party (document: 'Presmerovanie hovoru'); on an outbound call that is the customer. One observable is one
   * request, as with `createCall`.
   *
   * Emits `sent`, `ringing` at the `call.begin` on the target's id towards the destination, `answered` at the pickup that follows, and completes; or
   * `ended`, at the end of the target. Errors as `createCall` does.
   */
  redirect(target: CallTarget, destination: string, options?: ActionOptions): Observable<Redirection>
  /** Holds the connection open until unsubscribed, a terminal error or `close()`. Never errors: watch `status$`. */
  connect(): Subscription
  /** Resolves when logged in, connecting if need be; rejects with the terminal error, or `ClientClosedError`. Holds the connection only meanwhile. */
  online(): Promise<void>
  /** Logs out, waits at most 2 s for the PBX to confirm it, closes the connection and completes every stream. Safe to call twice. */
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
  /** The frame of the moment. */
  let current: Received | undefined
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
    reportLimit: detail => {
      if (current) reportAnomaly(current, 'limit', detail)
    },
    reportFault: error => log.write('error', 'a fault of this SDK', { error }),
  })
  const eventBus = createEventBus(holding$)

  /**
   * Observers in their order: trackers first, so that they have absorbed an event before a subscriber of an action hears
   * of it; then actions; the event bus last, so that a subscriber of `on()` finds trackers and actions up to date.
   */
  function notify(run: (observer: SessionObserver) => void): void {
    for (const tracker of trackers) run(tracker)
    run(actions)
  }

  function reportAnomaly({ raw, meta }: Received, kind: Anomaly['kind'], detail: string): void {
    log.write('warn', `anomaly: ${kind}`, { detail })
    anomaly$.next({ kind, raw, detail, meta })
  }

  function receiveFrame(frame: Received): void {
    const report = (kind: Anomaly['kind'], detail: string) => reportAnomaly(frame, kind, detail)
    current = frame
    switch (frame.kind) {
      case 'event':
        notify(observer => observer.event(frame.event))
        notify(observer => observer.eventDispatched())
        return eventBus.publish(frame.event, true)
      case 'unknown':
        report('unknown-event', 'an event this SDK does not know')
        return eventBus.publish(frame.event, false)
      case 'invalid':
        return report(frame.reason, frame.detail)
      case 'response': {
        const { response } = frame
        unmatched = undefined
        if (connection.isLoggedIn) notify(observer => observer.response(response))
        const why = unmatched
        response$.next(response)
        const detail = unmatchedDetail(response, why, resolved.keepAlive?.probe)
        if (detail) report('unmatched-error', detail)
      }
    }
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
