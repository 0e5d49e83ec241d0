import { isSendable, NORMAL } from '../../shared/close-codes.js'
import { InvalidOptionsError } from '../../shared/invalid-options-error.js'

/** The content of a WebSocket close frame. */
export interface CloseFrame {
  /** 1000 to 1003, 1007 to 1014, or 3000 to 4999. @default 1000 */
  code?: number | undefined
  /** At most 123 bytes of UTF-8. @default '' */
  reason?: string | undefined
}

/** Checks a close frame and fills in the defaults. Throws {@link InvalidOptionsError}. */
export function resolveCloseFrame({ code = NORMAL, reason = '' }: CloseFrame = {}): { code: number; reason: string } {
  if (!Number.isInteger(code) || !isSendable(code))
    throw new InvalidOptionsError(
      `'code' must be a close code that may be sent: 1000 to 1003, 1007 to 1014 or 3000 to 4999, not ${String(code)}.`,
    )
  if (typeof reason !== 'string' || new TextEncoder().encode(reason).length > 123)
    throw new InvalidOptionsError("'reason' must be a text of at most 123 bytes.")
  return { code, reason }
}
