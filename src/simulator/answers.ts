import { type ResponseMeaning, responses } from '../protocol/responses.js'

/** What the server can say, by what it means (document: 'Zoznam odpovedí'). */
export type AnswerMeaning = Exclude<ResponseMeaning, 'unknown'>

const rows = new Map(responses.map(({ code, message, meaning }) => [meaning, { code, message }]))

/**
 * A response as the document words it.
 *
 * @param extra further fields, such as `nonce` or `errors`
 */
export function answer(meaning: AnswerMeaning, extra: object = {}): object {
  const row = rows.get(meaning)
  if (row === undefined) throw new TypeError(`The document has no response that means '${meaning}'; it has ${[...rows.keys()].join(', ')}.`)
  return { ...row, ...extra }
}
