import { type DocumentedMeaning, meanings } from '../../protocol/responses.js'

/** The meanings of the server's responses (document: 'Zoznam odpovedí'). */
export type AnswerMeaning = DocumentedMeaning

/** Messages of the codes that have one message alone, in the words of the document, misspelling included. */
const MESSAGES: { readonly [M in AnswerMeaning]?: string } = {
  greeting: 'Send your username and password hash in action user.login and use this nonce to generate password hash',
  'logged-in': 'Login successfull',
  'not-allowed': 'You are not allowed to use this action',
  'login-timeout': 'Login timeout',
  'pbx-retrying': 'Can not connect to PBX, try your action again later',
}

/** The document's table, row by row. */
export const responses = Object.entries(meanings).flatMap(([code, meant]) =>
  Object.entries(typeof meant === 'string' ? { [meant]: MESSAGES[meant] ?? '' } : meant).map(([meaning, message]) => ({
    code: Number(code),
    message,
    // the keys of the table, which `Object.entries` widens to string
    meaning: meaning as AnswerMeaning,
  })),
)

const rows = new Map(responses.map(({ code, message, meaning }) => [meaning, { code, message }]))

/**
 * The response with this meaning, in the document's words. Throws `TypeError` for a meaning that the document does
 * not have.
 *
 * @param extra further fields, such as `nonce` or `errors`
 */
export function responseFor(meaning: AnswerMeaning, extra: object = {}): object {
  const row = rows.get(meaning)
  if (row === undefined)
    throw new TypeError(`The document has no response that means '${meaning}'; it has ${[...rows.keys()].join(', ')}.`)
  return { ...row, ...extra }
}
