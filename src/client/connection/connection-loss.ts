import { PbxError } from '../errors.js'

/** Why a connection, or a try to make one, was lost. */
export interface ConnectionLoss {
  /**
   * - `refused`: the connection could not be made
   * - `torn`: the connection broke without a WebSocket close
   * - `closed`: the server closed the connection
   * - `restart`: the server announced its restart (503)
   * - `login-timeout`: no 202 within `loginTimeout`, or the server's 408
   * - `silent`: the peer no longer answered
   * - `server-error`: the server gave an error and closed (500, 503)
   * - `credentials`: the credentials function or signer failed or hung; or a 401
   * - `idle`: the SDK itself closed the connection, since nobody used it
   */
  kind: 'refused' | 'torn' | 'closed' | 'restart' | 'login-timeout' | 'silent' | 'server-error' | 'credentials' | 'idle'
  /** The reason in words. Words of the server are cut at 500 characters. */
  message: string
  /** Code of the PBX's response that named the reason. */
  code?: number
  /** WebSocket close code. */
  closeCode?: number
}

/**
 * A {@link ConnectionLoss} as an error, for the error channel of an observable. Its `cause` is a `LoginRejectedError`
 * when nothing may be tried again by itself. Users get the loss in `status$` and `gap$`, and meet this error as the
 * `cause` of a `ConnectionFailedError`.
 */
export class ConnectionLostError extends PbxError<{ loss: ConnectionLoss }> {
  override readonly name = 'ConnectionLost'
  declare readonly loss: ConnectionLoss

  constructor(loss: ConnectionLoss, cause?: unknown) {
    super(loss.message, { loss, cause })
  }
}

/** The words for a frame that is too large. */
export function tooLarge(maxFrame: number): string {
  return `a frame of more than ${maxFrame} bytes (option maxFrame)`
}

/** The three usual causes in the field, for every error on connecting. */
export const USUAL_CAUSES =
  'Usual causes: service not activated, IP address not reported to VIPTel, wrong host or port (8088)'
