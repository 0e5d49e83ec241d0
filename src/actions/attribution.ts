import type { ActionName } from '../errors.js'
import { actionFields } from '../protocol/actions.js'
import { meaningOf, type PbxResponse, type ResponseMeaning } from '../protocol/responses.js'
import type { Ticket } from './ticket.js'

/** The actions of one kind that may have earned an error response on a connection, in the order of writing. */
export type Peers = readonly [
  /** The open ones, and those that ended uncertain. */
  blamable: Set<Ticket>,
  /** With those that were confirmed just now. */
  all: Set<Ticket>,
]

/** All that may have earned a response. What is asked of them costs the same however many they are. */
export type Candidates = Readonly<Record<ActionName, Peers>>

const ALL = Object.keys(actionFields) as ActionName[]

export function noCandidates(): Candidates {
  return Object.fromEntries(ALL.map(action => [action, [new Set(), new Set()]])) as unknown as Candidates
}

/** The actions that can earn a response; absent are the responses that are the session's business. */
const EARNERS: { readonly [M in ResponseMeaning]?: readonly ActionName[] } = {
  'invalid-values': ALL,
  'not-allowed': ALL,
  'action-failed': ALL,
  'pbx-retrying': ALL,
  'call-not-found': ['call.hangup', 'call.redirect'],
  // our actions have a name that is a known string
  'action-not-string': [],
  'missing-action': [],
  'unknown-action': [],
  unknown: [],
}

/**
 * Whose error a response is: the oldest action, in the order of writing, that can have earned it, if there is any; and whether it is the only one that can.
 * Responses carry no id, so this is what can be said at most. Undefined for what is the session's business.
 */
export function attribute(
  response: Pick<PbxResponse, 'code' | 'message' | 'errors'>,
  candidates: Candidates,
): readonly [oldest: Ticket | undefined, isOnly: boolean] | undefined {
  const meaning = meaningOf(response)
  let oldest: Ticket | undefined
  let count = 0
  const earners = meaning === 'invalid-values' ? withFields(response.errors) : EARNERS[meaning]
  for (const action of earners ?? []) {
    const [[first], { size }] = candidates[action]
    count += size
    if (first && !(oldest && oldest.order < first.order)) oldest = first
  }
  // 504 is news of the PBX, too, whoever has earned it
  return oldest || (earners && meaning !== 'pbx-retrying') ? [oldest, count === 1] : undefined
}

/** The actions that have a field which `errors` names; all of them when it names none. */
function withFields(errors: unknown): readonly ActionName[] {
  let text: string | undefined
  try {
    // a new line before a name is no part of it
    text = JSON.stringify(errors)?.replace(/\\[bfnrt]/g, ' ')
  } catch {
    // too deep to be of any use
  }
  const named = ALL.filter(action => text && actionFields[action].test(text))
  return named.length > 0 ? named : ALL
}
