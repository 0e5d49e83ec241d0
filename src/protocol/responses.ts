import type { Meta } from './events.js'
import { code, text } from './scalars.js'

/**
 * What the codes of the document's 'Zoznam odpovedí' mean to this SDK, in its order; where several messages share a code, they tell which. The texts are the
 * server's.
 */
export const meanings = {
  100: 'greeting',
  110: { bye: 'Bye', closing: 'Closing connection, bye' },
  202: 'logged-in',
  400: { 'action-not-string': 'Action has to be string', 'invalid-values': 'Inserted values are not valid' },
  401: {
    'user-not-activated': 'User is not activated',
    'wrong-credentials': 'Wrong username and/or password',
    'login-required': 'You have to login with action: user.login, username and password',
  },
  403: 'not-allowed',
  404: { 'missing-action': 'Missing action', 'call-not-found': 'Call not found', 'unknown-action': 'Unknown action' },
  408: 'login-timeout',
  500: { 'server-error': 'An unexpected error has occurred, closing connection', 'action-failed': 'Action failed' },
  503: { 'pbx-unreachable': 'Unable to connect to PBX', restarting: 'Server is restarting, please reconnect' },
  504: 'pbx-retrying',
} as const

type Meanings = typeof meanings
type MeaningsOf<M> = M extends string ? M : keyof M

/** What a response of the document means. */
export type DocumentedMeaning = { [C in keyof Meanings]: MeaningsOf<Meanings[C]> }[keyof Meanings]
/** What a response means; `unknown` for one that the document does not have. */
export type ResponseMeaning = DocumentedMeaning | 'unknown'

/** A response, as it is read: `code` may come as a numeric string. */
export const responseFields = { code, message: text } as const

/** A response of the PBX. It carries no request id. */
export interface PbxResponse {
  code: number
  message: string
  /** Validation details, with 400 'Inserted values are not valid'; their form is undocumented. */
  errors?: unknown
  meta: Meta
  [field: string]: unknown
}

/** What a code of several messages means should its message be worded otherwise than documented. The others mean too different things under one number to be guessed. */
const OTHERWISE: { readonly [code: number]: ResponseMeaning } = {
  110: 'closing',
  // as an unknown refusal it would be repeated, and hammer the account
  401: 'wrong-credentials',
}

/** What a response means, by its code and message; letter case and outer blanks do not matter. */
export function meaningOf({ code, message }: { code: number; message: string }): ResponseMeaning {
  const meaning = (meanings as { readonly [code: number]: ResponseMeaning | Record<string, string> })[code] ?? 'unknown'
  if (typeof meaning === 'string') return meaning
  const said = message.trim().toLowerCase()
  const found = Object.keys(meaning).find(one => meaning[one]?.toLowerCase() === said)
  return (found as ResponseMeaning | undefined) ?? OTHERWISE[code] ?? 'unknown'
}

/** The nonce by which a greeting is known. */
export function nonceOf({ nonce }: { readonly [field: string]: unknown }): string | undefined {
  if (typeof nonce === 'number') return `${nonce}`
  return typeof nonce === 'string' && nonce !== '' ? nonce : undefined
}
