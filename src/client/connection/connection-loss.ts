import { PbxError } from '../errors.js'

/** Why a connection, or a try to make one, was lost. */
export interface ConnectionLoss {
  /**
   * - `refused`: the connection could not be made
   * - `torn`: it broke without a WebSocket close
   * - `closed`: the server closed it
   * - `restart`: the server announced its restart (503)
   * - `login-timeout`: no 202 within `loginTimeout`, or the server's 408
   * - `silent`: the peer no longer answered
   * - `server-error`: the server gave an error and closed (500, 503)
   * - `credentials`: the credentials function or signer failed or hung; or a 401
   * - `idle`: the SDK itself had closed it, nobody was using it
   */
  kind: 'refused' | 'torn' | 'closed' | 'restart' | 'login-timeout' | 'silent' | 'server-error' | 'credentials' | 'idle'
  message: string
  /** Code of the PBX's response that told the reason. */
  code?: number
  /** WebSocket close code. */
  closeCode?: number
}

/**
 * A loss on its way through an observable; its `cause` is a `LoginRejectedError` when nothing may be tried again by itself. Users get its
 * {@link ConnectionLoss} in `status$` and `gap$`, and meet it as the `cause` of a `ConnectionFailedError`.
 */
export class Lost extends PbxError<{ loss: ConnectionLoss }> {
  override readonly name = 'ConnectionLost'
  declare readonly loss: ConnectionLoss

  constructor(loss: ConnectionLoss, cause?: unknown) {
    super(loss.message, { loss, cause })
  }
}

/** What is wrong with a frame that is too large. */
export const tooLarge = (maxFrame: number) => `a frame of more than ${maxFrame} bytes (option maxFrame)`

/** What an error on connecting should name: the three usual causes in the field. */
export const USUAL_CAUSES =
  'Usual causes: service not activated, IP address not reported to VIPTel, wrong host or port (8088)'
