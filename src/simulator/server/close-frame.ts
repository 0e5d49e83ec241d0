import { InvalidOptionsError } from '../../client/errors.js'

/** What a WebSocket close frame carries. */
export interface CloseFrame {
  /** 1000 to 1003, 1007 to 1014, or 3000 to 4999. @default 1000 */
  code?: number | undefined
  /** At most 123 bytes of UTF-8. @default '' */
  reason?: string | undefined
}

/** Checks and completes it. Throws {@link InvalidOptionsError}. */
export function closeFrame({ code = 1000, reason = '' }: CloseFrame = {}): { code: number; reason: string } {
  const allowed =
    Number.isInteger(code) &&
    ((code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999))
  if (!allowed)
    throw new InvalidOptionsError(
      `'code' must be a close code that may be sent: 1000 to 1003, 1007 to 1014 or 3000 to 4999, not ${String(code)}.`,
    )
  if (typeof reason !== 'string' || new TextEncoder().encode(reason).length > 123)
    throw new InvalidOptionsError("'reason' must be a text of at most 123 bytes.")
  return { code, reason }
}
