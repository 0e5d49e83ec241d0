import type { ActionName } from '../protocol/actions.js'
import { PbxError } from '../shared/base-error.js'

export { type ActionName, InvalidRequestError } from '../protocol/actions.js'
export { PbxError } from '../shared/base-error.js'
export { InvalidOptionsError } from '../shared/invalid-options-error.js'

/**
 * The address is `ws://` to another machine: names, numbers and the login would cross the network readable. Use
 * `wss://`, or say `allowInsecure: true`.
 */
export class InsecureUrlError extends PbxError {
  override readonly name = 'InsecureUrlError'
}

/**
 * The PBX refused the login with 401 (document: 'Zoznam odpovedí'), or a credentials function threw this error to say
 * that trying again is pointless. Never retried by itself: repeating a refused login hammers the account. Mend the
 * credentials, then subscribe again.
 */
export class LoginRejectedError extends PbxError<{ code?: number | undefined }> {
  override readonly name = 'LoginRejectedError'
  /** The response's code, 401; absent when a credentials function threw. */
  declare readonly code: number | undefined
}

/** `reconnect.maxAttempts` tries in a row have failed; `cause` is the last failure. A new subscription tries again. */
export class ConnectionFailedError extends PbxError {
  override readonly name = 'ConnectionFailedError'
}

/** The client was closed with `close()`. Make a new one to go on. */
export class ClientClosedError extends PbxError {
  override readonly name = 'ClientClosedError'

  constructor(message = 'This client is closed; create a new one.') {
    super(message)
  }
}

interface ActionDetails {
  readonly action: ActionName
  readonly callRandomId?: string | undefined
  readonly sentAt?: number | undefined
}

/** How an action can end other than well. */
abstract class ActionError<Details extends object = object> extends PbxError<ActionDetails & Details> {
  declare readonly action: ActionName
  /** Of a call that was to be created. */
  declare readonly callRandomId: string | undefined
  /** ms since the epoch; undefined when nothing was written. */
  declare readonly sentAt: number | undefined
  /** Whether the same request may be made again without the danger of doing it twice. */
  abstract readonly safeToRepeat: boolean
}

/**
 * The PBX answered the action with an error. Responses carry no id, so whose error it is may be `certain` or only
 * `probable`.
 */
export class ActionRejectedError extends ActionError<{
  code: number
  errors: unknown
  attribution: 'certain' | 'probable'
}> {
  override readonly name = 'ActionRejectedError'
  /** Of the response. */
  declare readonly code: number
  /** What was wrong with which parameter, with 400; its form is undocumented. */
  declare readonly errors: unknown
  declare readonly attribution: 'certain' | 'probable'
  // The base class has set `attribution`; the compiler sees only a declared field.
  override readonly safeToRepeat = (this as ActionRejectedError).attribution === 'certain'
}

/** Nothing was written, and nothing will be: the request may be made again. */
export class NotSentError extends ActionError {
  override readonly name = 'NotSentError'
  override readonly safeToRepeat = true
}

/**
 * The action was written, and nothing proves its outcome: the call may exist, may have ended, may have been redirected.
 * Look before you repeat it.
 */
export class DeliveryUncertainError extends ActionError {
  override readonly name = 'DeliveryUncertainError'
  override readonly safeToRepeat = false
}

/** A call ended, or was lost sight of, before it came as far as was waited for. Made by `reached()`. */
export class CallEndedError extends PbxError<{ callRandomId: string; status?: string | undefined }> {
  override readonly name = 'CallEndedError'
  declare readonly callRandomId: string
  /** How it ended; undefined for a call that was lost. */
  declare readonly status: string | undefined
}
