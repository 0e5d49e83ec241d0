import type { Observable, Subscription } from 'rxjs'
import type { PbxEvent, PbxEventName, PbxEventOf, UnknownEvent } from '../protocol/events.js'
import type { PbxResponse } from '../protocol/responses.js'
import type { AsyncDispose } from '../shared/async-dispose.js'
import type { OutboundCall } from './actions/call-follower.js'
import type { CreateCall } from './actions/create-call.js'
import type { CallEnd } from './actions/hangup.js'
import type { Redirection } from './actions/redirect.js'
import type { CallTarget } from './actions/target.js'
import type { Anomaly } from './anomaly.js'
import type { ConnectionStatus } from './connection/connection-state.js'
import type { FrameStats } from './connection/frame-reader.js'
import type { Gap } from './connection/gap.js'
import type { ActionOptions } from './options.js'

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
