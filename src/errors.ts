/**
 * The base of every error this SDK makes. No message carries a password, digest or login hash. `cause` is what others threw, as it was: should your own
 * credentials function put a secret into its errors, it is there too.
 */
export abstract class PbxError extends Error {
  abstract override readonly name: string
}

/** An option has a value the SDK cannot work with. Thrown by `createPbxClient`; the message names the option and what would be right. */
export class InvalidOptionsError extends PbxError {
  override readonly name = 'InvalidOptionsError'
}

/** The address is `ws://` to another machine: names, numbers and the login would cross the network readable. Use `wss://`, or say `allowInsecure: true`. */
export class InsecureUrlError extends PbxError {
  override readonly name = 'InsecureUrlError'
}

/**
 * The PBX refused the login with 401 (document: 'Zoznam odpovedí'), or a credentials function threw this error to say that trying again is pointless.
 * Never retried by itself: repeating a refused login hammers the account. Mend the credentials, then subscribe again.
 */
export class LoginRejectedError extends PbxError {
  override readonly name = 'LoginRejectedError'
  /** The response's code, 401; absent when a credentials function threw. */
  readonly code: number | undefined

  constructor(message: string, options: { code?: number; cause?: unknown } = {}) {
    super(message, options)
    this.code = options.code
  }
}

/** `reconnect.maxAttempts` tries in a row have failed; `cause` is the last failure. A new subscription tries again. */
export class ConnectionFailedError extends PbxError {
  override readonly name = 'ConnectionFailedError'
}

/** The client was closed with `close()`. Make a new one to go on. */
export class ClientClosedError extends PbxError {
  override readonly name = 'ClientClosedError'

  constructor(message = 'This client is closed; create a new one with createPbxClient().') {
    super(message)
  }
}

/** A request cannot be right: nothing was sent. The message names the field, what is wrong with its value and what would be right. */
export class InvalidRequestError extends PbxError {
  override readonly name = 'InvalidRequestError'
  /** The field that is wrong. */
  readonly field: string

  constructor(message: string, { field }: { field: string }) {
    super(message)
    this.field = field
  }
}

/** The actions of the vendor's document that have an outcome. */
export type ActionName = 'call.create' | 'call.hangup' | 'call.redirect'

interface ActionErrorDetails {
  readonly action: ActionName
  readonly callRandomId?: string | undefined
  readonly sentAt?: number | undefined
  readonly cause?: unknown
}

/** How an action can end other than well. */
abstract class ActionError extends PbxError {
  readonly action: ActionName
  /** Of a call that was to be created. */
  readonly callRandomId: string | undefined
  /** ms since the epoch; undefined when nothing was written. */
  readonly sentAt: number | undefined
  /** Whether the same request may be made again without the danger of doing it twice. */
  abstract readonly safeToRepeat: boolean

  constructor(message: string, { action, callRandomId, sentAt, cause }: ActionErrorDetails) {
    super(message, cause === undefined ? undefined : { cause })
    this.action = action
    this.callRandomId = callRandomId
    this.sentAt = sentAt
  }
}

/** The PBX answered the action with an error. Responses carry no id, so whose error it is may be `certain` or only `probable`. */
export class ActionRejectedError extends ActionError {
  override readonly name = 'ActionRejectedError'
  /** Of the response. */
  readonly code: number
  /** What was wrong with which parameter, with 400; its form is undocumented. */
  readonly errors: unknown
  readonly attribution: 'certain' | 'probable'
  override readonly safeToRepeat: boolean

  constructor(message: string, details: ActionErrorDetails & { code: number; errors: unknown; attribution: 'certain' | 'probable' }) {
    super(message, details)
    this.code = details.code
    this.errors = details.errors
    this.attribution = details.attribution
    this.safeToRepeat = details.attribution === 'certain'
  }
}

/** Nothing was written, and nothing will be: the request may be made again. */
export class NotSentError extends ActionError {
  override readonly name = 'NotSentError'
  override readonly safeToRepeat = true
}

/** It was written, and nothing tells what came of it: the call may exist, may have ended, may have been redirected. Look before you repeat it. */
export class DeliveryUncertainError extends ActionError {
  override readonly name = 'DeliveryUncertainError'
  override readonly safeToRepeat = false
}

/** A call ended, or was lost sight of, before it came as far as was waited for. Made by `reached()`. */
export class CallEndedError extends PbxError {
  override readonly name = 'CallEndedError'
  readonly callRandomId: string
  /** How it ended; undefined for a call that was lost. */
  readonly status: string | undefined

  constructor(message: string, { callRandomId, status }: { callRandomId: string; status?: string | undefined }) {
    super(message)
    this.callRandomId = callRandomId
    this.status = status
  }
}
