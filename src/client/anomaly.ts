import type { Meta } from '../protocol/events.js'
import { meaningOf, type PbxResponse } from '../protocol/responses.js'
import { quoteForeign } from '../shared/foreign-text.js'

/** Something that came and could not be read or placed. No anomaly ends a stream. */
export interface Anomaly {
  /**
   * - `invalid-json`: not JSON
   * - `invalid-frame`: JSON, but neither a response nor an event, or without its identity; or a binary frame
   * - `too-large`: over `maxFrame`
   * - `unknown-event`: an event of a name this SDK does not know; it is on `on(name)` too
   * - `unmatched-error`: an error or undocumented response that belongs to no action
   * - `limit`: more than the SDK keeps, such as a 65th id of one call; it was ignored. Reported at most once a minute
   */
  kind: 'invalid-json' | 'invalid-frame' | 'too-large' | 'unknown-event' | 'unmatched-error' | 'limit'
  /** The frame's text, cut at 4 096 characters; empty for a binary frame and one that was refused unread. */
  raw: string
  /** What is wrong with it, for a person. */
  detail: string
  meta: Meta
}

/**
 * Why a response is an anomaly: nothing that this client did can have earned it. Undefined for one that is none.
 *
 * @param nobodys why it belongs to no action; absent when it does, and before the login, where every error answers the login
 * @param probing 'Missing action' answers the probe
 */
export function unmatchedDetail(
  response: PbxResponse,
  nobodys: string | undefined,
  probing: boolean | undefined,
): string | undefined {
  const meaning = meaningOf(response)
  const why =
    meaning === 'unknown' ? 'an undocumented response' : probing && meaning === 'missing-action' ? undefined : nobodys
  return why && `${why}: ${response.code} ${quoteForeign(response.message)}`
}
