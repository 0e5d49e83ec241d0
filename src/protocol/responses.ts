import type { Meta } from './events.js'
import { code, text } from './scalars.js'

/** The document's 'Zoznam odpovedí', in its order: code, what each message means to this SDK, and the message. The texts are the server's, misspelling included. */
const TABLE = {
  100: { greeting: 'Send your username and password hash in action user.login and use this nonce to generate password hash' },
  110: { bye: 'Bye', closing: 'Closing connection, bye' },
  202: { 'logged-in': 'Login successfull' },
  400: { 'action-not-string': 'Action has to be string', 'invalid-values': 'Inserted values are not valid' },
  401: {
    'user-not-activated': 'User is not activated',
    'wrong-credentials': 'Wrong username and/or password',
    'login-required': 'You have to login with action: user.login, username and password',
  },
  403: { 'not-allowed': 'You are not allowed to use this action' },
  404: { 'missing-action': 'Missing action', 'call-not-found': 'Call not found', 'unknown-action': 'Unknown action' },
  408: { 'login-timeout': 'Login timeout' },
  500: { 'server-error': 'An unexpected error has occurred, closing connection', 'action-failed': 'Action failed' },
  503: { 'pbx-unreachable': 'Unable to connect to PBX', restarting: 'Server is restarting, please reconnect' },
  504: { 'pbx-retrying': 'Can not connect to PBX, try your action again later' },
} as const

type Table = typeof TABLE
type Documented = { [C in keyof Table]: keyof Table[C] }[keyof Table]

/** What a response means; `unknown` for one that the document does not have. */
export type ResponseMeaning = Documented | 'unknown'

/** The document's table, row by row. */
export const responses = /* @__PURE__ */ Object.entries(TABLE).flatMap(([code, messages]) =>
  Object.entries(messages).map(([meaning, message]) => ({ code: Number(code), message, meaning: meaning as Documented })),
)

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

/**
 * What a code of several messages means should its message be worded otherwise than documented. A code of one message says enough by itself; the others mean
 * too different things under one number to be guessed.
 */
const OTHERWISE: { readonly [code: number]: ResponseMeaning } = {
  110: 'closing',
  // as an unknown refusal it would be repeated, and hammer the account
  401: 'wrong-credentials',
}

/** What a response means, by its code and message; letter case and outer blanks do not matter. */
export function meaningOf({ code, message }: { code: number; message: string }): ResponseMeaning {
  const said = message.trim().toLowerCase()
  const documented = Object.entries((TABLE as { readonly [code: number]: Record<string, string> })[code] ?? {}) as [Documented, string][]
  const found = documented.length === 1 ? documented[0] : documented.find(([, text]) => text.toLowerCase() === said)
  return found?.[0] ?? OTHERWISE[code] ?? 'unknown'
}

/** The nonce by which a greeting is known. */
export function nonceOf({ nonce }: { readonly [field: string]: unknown }): string | undefined {
  if (typeof nonce === 'number') return `${nonce}`
  return typeof nonce === 'string' && nonce !== '' ? nonce : undefined
}
