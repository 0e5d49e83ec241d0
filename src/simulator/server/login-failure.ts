/**
 * How a login ends other than well, whatever the credentials.
 * - `wrong-credentials`, `user-not-activated`: 401, 110, close
 * - `server-error`: 500 'An unexpected error has occurred, closing connection', 110, close
 * - `restarting`: 503, 110, close
 * - `pbx-unreachable`: 202, then at once 503 'Unable to connect to PBX', 110, close, as has been seen in the field
 * - `login-timeout`: greets and then hears nothing; 408, 110 and the close come at the login timeout
 * - `mute`: greets and then hears nothing, for ever
 * - `no-greeting`: accepts the connection and never says anything
 * - `turned-away`: HTTP 403 instead of a WebSocket, as at a wrong address or from one that was not reported; counts as no connection
 */
export type RefusalMode = (typeof REFUSALS)[number]

export const REFUSALS = [
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

/** Those in which the server does not answer what it receives. */
export type DeafRefusal = 'login-timeout' | 'mute' | 'no-greeting'

/** Those that answer the login. Whoever had connected before it was to be turned away may log in. */
export type SpokenRefusal = Exclude<RefusalMode, DeafRefusal | 'turned-away'>

export function isDeaf(mode: RefusalMode | undefined): mode is DeafRefusal {
  return mode === 'login-timeout' || mode === 'mute' || mode === 'no-greeting'
}

/** Those in which not even the login timeout makes it speak. */
export function isMute(mode: RefusalMode | undefined): boolean {
  return mode === 'mute' || mode === 'no-greeting'
}
