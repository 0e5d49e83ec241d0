import type { Meta } from './events.js'
import { code, REFUSED, readName, text } from './fields.js'

/**
 * The codes of the document's 'Zoznam odpovedí' with their meaning to the client, in the document's order. Where
 * several messages share a code, the message decides. The texts are the server's.
 */
const clientMeanings = {
  100: 'greeting',
  // Both messages end the session.
  110: 'closing',
  202: 'logged-in',
  400: { 'action-not-string': 'Action has to be string', 'invalid-values': 'Inserted values are not valid' },
  // Any wording counts: an unknown refusal would be repeated, and hammer the account.
  401: 'wrong-credentials',
  403: 'not-allowed',
  404: { 'missing-action': 'Missing action', 'call-not-found': 'Call not found', 'unknown-action': 'Unknown action' },
  408: 'login-timeout',
  500: { 'server-error': 'An unexpected error has occurred, closing connection', 'action-failed': 'Action failed' },
  503: { 'pbx-unreachable': 'Unable to connect to PBX', restarting: 'Server is restarting, please reconnect' },
  504: 'pbx-retrying',
} as const

/**
 * The whole table of the document. The call that makes it can be dropped by a bundler, since the client has no need
 * of it.
 */
export const meanings = /* @__PURE__ */ documented()

function documented() {
  return {
    ...clientMeanings,
    110: { bye: 'Bye', closing: 'Closing connection, bye' },
    401: {
      'user-not-activated': 'User is not activated',
      'wrong-credentials': 'Wrong username and/or password',
      'login-required': 'You have to login with action: user.login, username and password',
    },
  } as const
}

type Meanings = typeof meanings
type MeaningsOf<M> = M extends string ? M : keyof M

/** The meaning of a response of the document. */
export type DocumentedMeaning = { [C in keyof Meanings]: MeaningsOf<Meanings[C]> }[keyof Meanings]
/** The meaning of a response; `unknown` for one that the document does not have. */
export type ResponseMeaning = DocumentedMeaning | 'unknown'

/** The fields of a response. `code` may come as a numeric string. */
export const responseFields = { code, message: text } as const

/** A response of the PBX. No response carries a request id. */
export interface PbxResponse {
  code: number
  message: string
  /** Validation details, with 400 'Inserted values are not valid'; their form is undocumented. */
  errors?: unknown
  meta: Meta
  [field: string]: unknown
}

const meaningsByCode: Readonly<
  Record<number, ResponseMeaning | Readonly<Partial<Record<ResponseMeaning, string>>> | undefined>
> = clientMeanings

/** The meaning of a response to the client, by its code and message. Letter case and outer blanks do not matter. */
export function meaningOf({ code, message }: { code: number; message: string }): ResponseMeaning {
  const meant = meaningsByCode[code]
  if (meant === undefined) return 'unknown'
  if (typeof meant === 'string') return meant
  const words = message.trim().toLowerCase()
  // `Object.keys` gives strings, whatever the object.
  const meanings = Object.keys(meant) as ResponseMeaning[]
  return meanings.find(meaning => meant[meaning]?.toLowerCase() === words) ?? 'unknown'
}

/** The nonce by which a greeting is known. */
export function nonceOf({ nonce }: { readonly [field: string]: unknown }): string | undefined {
  const name = readName(nonce)
  return name === REFUSED || name === '' ? undefined : name
}
