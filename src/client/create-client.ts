import { type Observable, Subject, Subscription } from 'rxjs'
import type { PbxEvent, PbxEventName, PbxEventOf, UnknownEvent } from '../protocol/events.js'
import type { PbxResponse } from '../protocol/responses.js'
import { type AsyncDispose, disposable } from '../shared/async-dispose.js'
import { type Actions, createActions } from './actions/actions.js'
import { type Anomaly, unmatchedDetail } from './anomaly.js'
import { withInternals } from './client-internals.js'
import { type Connection, createConnection } from './connection/connection.js'
import { type Received, rawOf } from './connection/frame-reader.js'
import { ClientClosedError } from './errors.js'
import { createEventBus, type EventBus } from './event-bus.js'
import { createLog, type Log } from './logger.js'
import { type PbxOptions, type ResolvedOptions, resolveOptions } from './options.js'
import type { PbxClient } from './pbx-client.js'
import type { SessionObserver } from './session-observer.js'

/** Makes a client. Throws `InvalidOptionsError` or `InsecureUrlError` for options it cannot work with. */
export function createPbxClient(options: PbxOptions): PbxClient {
  const parts = new ClientParts(resolveOptions(options))
  const { connection, actions, eventBus, trackers } = parts
  let closing: Promise<void> | undefined
  const close = () => (closing ??= parts.close())
  const client: Omit<PbxClient, keyof AsyncDispose> = {
    get status() {
      return connection.status
    },
    status$: connection.status$,
    event$: eventBus.event$,
    on: checkedOn(eventBus),
    response$: parts.response$.asObservable(),
    anomaly$: parts.anomaly$.asObservable(),
    gap$: connection.gap$,
    get stats() {
      return connection.stats()
    },
    createCall: actions.createCall,
    hangup: actions.hangup,
    redirect: actions.redirect,
    connect: () => connection.holding$.subscribe({ error: () => {} }),
    online: () => goOnline(connection),
    close,
  }
  return withInternals(disposable(client, close), { connection, trackers })
}

/** The bus's `on`, for those who call it as the `on` of an event emitter. */
function checkedOn(eventBus: EventBus): PbxClient['on'] {
  function on<N extends PbxEventName>(name: N): Observable<PbxEventOf<N>>
  function on(name: string, listener?: unknown): Observable<UnknownEvent>
  function on(name: string, listener?: unknown): Observable<UnknownEvent> {
    if (typeof name !== 'string' || listener !== undefined)
      throw new TypeError("on() takes one name: on('call.begin').subscribe(listener).")
    return eventBus.on(name)
  }
  return on
}

/** Holds the connection until it is logged in, or has failed. */
function goOnline({ holding$, status$ }: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    const holding = holding$.subscribe({ error: reject, complete: () => reject(new ClientClosedError()) })
    holding.add(
      status$.subscribe(({ state }) => {
        if (state !== 'online') return
        resolve()
        holding.unsubscribe()
      }),
    )
  })
}

/** The parts of one client, and the way of a frame from the connection to them. */
class ClientParts {
  readonly connection: Connection
  readonly actions: Actions
  readonly eventBus: EventBus
  readonly trackers = new Set<SessionObserver>()
  readonly response$ = new Subject<PbxResponse>()
  readonly anomaly$ = new Subject<Anomaly>()
  readonly #log: Log
  readonly #isProbing: boolean | undefined
  #holding = new Subscription()
  /** The frame of the moment. */
  #frame: Received | undefined
  /** The response of the moment, while observers take it, and why it belongs to no action. */
  #response: PbxResponse | undefined
  #unmatched: string | undefined

  constructor(options: ResolvedOptions) {
    this.#log = createLog(options.logger)
    this.#isProbing = options.keepAlive?.probe
    this.connection = createConnection(options, this.#log, {
      frame: frame => this.#receive(frame),
      sessionStarted: at => this.#notify(observer => observer.sessionStarted(at)),
      sessionEnded: loss => this.#notify(observer => observer.sessionEnded(loss)),
      connectionFailed: error => this.#notify(observer => observer.connectionFailed(error)),
    })
    this.actions = createActions({
      policy: options.actions,
      write: this.connection.write,
      hold: isNeeded => this.#hold(isNeeded),
      reportUnmatched: (response, why) => this.#noteUnmatched(response, why),
      reportLimit: detail => {
        if (this.#frame) this.#report(this.#frame, 'limit', detail)
      },
      reportFault: this.connection.reportFault,
    })
    this.eventBus = createEventBus(this.connection.holding$)
  }

  async close(): Promise<void> {
    this.actions.closed()
    await this.connection.close()
    this.response$.complete()
    this.anomaly$.complete()
    for (const tracker of this.trackers) tracker.closed()
  }

  /**
   * Observers in their order: trackers first, so that they have absorbed an event before a subscriber of an action
   * hears of it; then actions. The event bus comes after both, so that a subscriber of `on()` finds them up to date.
   */
  #notify(run: (observer: SessionObserver) => void): void {
    const faults: unknown[] = []
    for (const observer of [...this.trackers, this.actions]) {
      try {
        run(observer)
      } catch (fault) {
        // The other observers must not miss the end of a session because one has failed.
        faults.push(fault)
      }
    }
    if (faults.length > 0) throw faults[0]
  }

  /** The order of `#notify`, without a closure for each event. */
  #dispatch(event: PbxEvent): void {
    for (const tracker of this.trackers) tracker.event(event)
    this.actions.event(event)
    for (const tracker of this.trackers) tracker.eventDispatched()
    this.actions.eventDispatched()
    this.eventBus.publish(event)
  }

  #receive(frame: Received): void {
    this.#frame = frame
    switch (frame.kind) {
      case 'event':
        return this.#dispatch(frame.event)
      case 'unknown':
        this.#report(frame, 'unknown-event', 'an event this SDK does not know')
        return this.eventBus.publishUnknown(frame.event)
      case 'invalid':
        return this.#report(frame, frame.reason, frame.detail)
      case 'response':
        return this.#receiveResponse(frame)
    }
  }

  #receiveResponse(frame: Extract<Received, { kind: 'response' }>): void {
    const { response } = frame
    this.#response = response
    this.#unmatched = undefined
    if (this.connection.isLoggedIn) this.#notify(observer => observer.response(response))
    const why = this.#unmatched
    this.#response = undefined
    this.response$.next(response)
    this.#reportUnmatched(frame, response, why)
  }

  /**
   * Notes why the response of the moment belongs to no action. A response that came while an action was written is
   * attributed after the write: then its anomaly comes by itself, without the text of the frame.
   */
  #noteUnmatched(response: PbxResponse, why: string): void {
    if (response === this.#response) this.#unmatched = why
    else this.#reportUnmatched({ text: '', meta: response.meta }, response, why)
  }

  #reportUnmatched(frame: Pick<Received, 'text' | 'meta'>, response: PbxResponse, why: string | undefined): void {
    const detail = unmatchedDetail(response, why, this.#isProbing)
    if (detail) this.#report(frame, 'unmatched-error', detail)
  }

  #report({ text, meta }: Pick<Received, 'text' | 'meta'>, kind: Anomaly['kind'], detail: string): void {
    this.#log.write('warn', `anomaly: ${kind}`, { detail })
    if (this.anomaly$.observed) this.anomaly$.next({ kind, raw: rawOf(text), detail, meta })
  }

  #hold(isNeeded: boolean): void {
    this.#holding.unsubscribe()
    this.#holding = new Subscription()
    // `holding$` may fail at once, and an action asked for in answer: then that action's hold stands, not this one.
    if (isNeeded) this.#holding.add(this.connection.holding$.subscribe({ error: () => {} }))
  }
}
