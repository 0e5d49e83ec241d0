/**
 * A way in which logins fail, whatever the credentials.
 * - `wrong-credentials`, `user-not-activated`: 401, 110, close
 * - `server-error`: 500 'An unexpected error has occurred, closing connection', 110, close
 * - `restarting`: 503, 110, close
 * - `pbx-unreachable`: 202, then at once 503 'Unable to connect to PBX', 110, close, as seen in the field
 * - `login-timeout`: the greeting, then nothing; 408, 110 and the close come at the login timeout
 * - `mute`: the greeting, then nothing, for ever
 * - `no-greeting`: the connection is accepted, and nothing ever comes
 * - `turned-away`: HTTP 403 instead of a WebSocket, as at a wrong address or from an address that was not reported;
 *   this counts as no connection
 */
export type RefusalMode = (typeof LOGIN_FAILURES)[number]

export const LOGIN_FAILURES = [
  'wrong-credentials',
  'user-not-activated',
  'server-error',
  'restarting',
  'pbx-unreachable',
  'login-timeout',
  'mute',
  'no-greeting',
  'turned-away',
] as const

/** Failures in which the server answers nothing that it receives. */
export type UnansweredFailure = 'login-timeout' | 'mute' | 'no-greeting'

/** Failures that answer the login. */
export type AnsweredFailure = Exclude<RefusalMode, UnansweredFailure | 'turned-away'>

export function isUnanswered(mode: RefusalMode | undefined): mode is UnansweredFailure {
  return mode === 'login-timeout' || mode === 'mute' || mode === 'no-greeting'
}

/** Whether not even the login timeout makes the server say anything. */
export function isSilent(mode: RefusalMode | undefined): boolean {
  return mode === 'mute' || mode === 'no-greeting'
}
