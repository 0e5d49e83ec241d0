import type { Meta } from '../protocol/events.js'
import { meaningOf, type PbxResponse } from '../protocol/responses.js'
import { quoteForeign } from '../shared/foreign-text.js'

/** A frame that could not be read or placed. No anomaly ends a stream. */
export interface Anomaly {
  /**
   * - `invalid-json`: not JSON
   * - `invalid-frame`: JSON, but neither a response nor an event, or without its identity, or nested deeper than 100
   *   levels; or a binary frame
   * - `too-large`: over `maxFrame`
   * - `unknown-event`: an event of a name this SDK does not know; `on(name)` emits it too
   * - `unmatched-error`: an error or undocumented response that belongs to no action
   * - `limit`: more than the SDK keeps, such as a 65th id of one call, was ignored; at most one a minute
   */
  kind: 'invalid-json' | 'invalid-frame' | 'too-large' | 'unknown-event' | 'unmatched-error' | 'limit'
  /** The text of the frame, cut at 4 096 characters. Empty for a binary frame and one that was refused unread. */
  raw: string
  /** The reason, for a person. */
  detail: string
  meta: Meta
}

/**
 * The detail of an `unmatched-error`: why nothing that this client did can have earned the response. Undefined for a
 * response that is no anomaly.
 *
 * @param why the reason for which the response belongs to no action. Absent when it belongs to one, and before the
 * login, where every error answers the login
 * @param isProbing whether 'Missing action' answers the probe of the keep-alive
 */
export function unmatchedDetail(
  response: PbxResponse,
  why: string | undefined,
  isProbing: boolean | undefined,
): string | undefined {
  const meaning = meaningOf(response)
  const isAnswerToProbe = isProbing && meaning === 'missing-action'
  const reason = meaning === 'unknown' ? 'an undocumented response' : why
  if (isAnswerToProbe || reason === undefined) return undefined
  return `${reason}: ${response.code} ${quoteForeign(response.message)}`
}
