import type { Meta } from './events.js'
import { record } from './record.js'
import { code, text } from './scalars.js'

/** The document's 'Zoznam odpovedí', row by row and in its order, with what each means to this SDK. The texts are the server's, misspelling included. */
export const responses = [
  { code: 100, message: 'Send your username and password hash in action user.login and use this nonce to generate password hash', meaning: 'greeting' },
  { code: 110, message: 'Bye', meaning: 'bye' },
  { code: 110, message: 'Closing connection, bye', meaning: 'closing' },
  { code: 202, message: 'Login successfull', meaning: 'logged-in' },
  { code: 400, message: 'Action has to be string', meaning: 'action-not-string' },
  { code: 400, message: 'Inserted values are not valid', meaning: 'invalid-values' },
  { code: 401, message: 'User is not activated', meaning: 'user-not-activated' },
  { code: 401, message: 'Wrong username and/or password', meaning: 'wrong-credentials' },
  { code: 401, message: 'You have to login with action: user.login, username and password', meaning: 'login-required' },
  { code: 403, message: 'You are not allowed to use this action', meaning: 'not-allowed' },
  { code: 404, message: 'Missing action', meaning: 'missing-action' },
  { code: 404, message: 'Call not found', meaning: 'call-not-found' },
  { code: 404, message: 'Unknown action', meaning: 'unknown-action' },
  { code: 408, message: 'Login timeout', meaning: 'login-timeout' },
  { code: 500, message: 'An unexpected error has occurred, closing connection', meaning: 'server-error' },
  { code: 500, message: 'Action failed', meaning: 'action-failed' },
  { code: 503, message: 'Unable to connect to PBX', meaning: 'pbx-unreachable' },
  { code: 503, message: 'Server is restarting, please reconnect', meaning: 'restarting' },
  { code: 504, message: 'Can not connect to PBX, try your action again later', meaning: 'pbx-retrying' },
] as const

/** What a response means; `unknown` for one that the document does not have. */
export type ResponseMeaning = (typeof responses)[number]['meaning'] | 'unknown'

/** Codec of a response, for those who decode elsewhere. `code` may come as a numeric string; all other fields stay. */
export const pbxResponse = record('a response of the PBX', { code, message: text })

/** A response of the PBX. It carries no request id. */
export interface PbxResponse {
  code: number
  message: string
  /** Validation details, with 400 'Inserted values are not valid'; their form is undocumented. */
  errors?: unknown
  meta: Meta
  [field: string]: unknown
}

const exact: ReadonlyMap<string, ResponseMeaning> = new Map(responses.map(row => [key(row.code, row.message), row.meaning]))

/**
 * The codes that say enough by themselves, should a message be worded otherwise than documented. The other codes mean too different things
 * under one number to be guessed.
 */
const byCode: ReadonlyMap<number, ResponseMeaning> = new Map<number, ResponseMeaning>([
  [100, 'greeting'],
  [110, 'closing'],
  [202, 'logged-in'],
  // as an unknown refusal it would be repeated, and hammer the account
  [401, 'wrong-credentials'],
  [403, 'not-allowed'],
  [408, 'login-timeout'],
  [504, 'pbx-retrying'],
])

/** What a response means, by its code and message; letter case and outer blanks do not matter. */
export function meaningOf({ code, message }: { code: number; message: string }): ResponseMeaning {
  return exact.get(key(code, message)) ?? byCode.get(code) ?? 'unknown'
}

function key(code: number, message: string): string {
  return `${code} ${message.trim().toLowerCase()}`
}

/** The nonce by which a greeting is known. */
export function nonceOf(response: { readonly [field: string]: unknown }): string | undefined {
  const nonce = response['nonce']
  if (typeof nonce === 'number') return String(nonce)
  return typeof nonce === 'string' && nonce !== '' ? nonce : undefined
}
