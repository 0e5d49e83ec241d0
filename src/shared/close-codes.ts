// WebSocket close codes (RFC 6455, section 7.4).

export const NORMAL = 1000
export const GOING_AWAY = 1001
/** Stands for a close frame without a code; never sent. */
export const NO_CODE = 1005
/** Stands for a connection that broke without a close frame; never sent. */
export const ABNORMAL = 1006
export const SERVICE_RESTART = 1012

/** Whether an endpoint may send this code in a close frame. */
export function isSendable(code: number): boolean {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999)
}
