import type { ActionName } from '../errors.js'
import { actionFields } from '../protocol/actions.js'
import { meaningOf, type PbxResponse, type ResponseMeaning } from '../protocol/responses.js'
import type { Ticket } from './ticket.js'

const ALL = Object.keys(actionFields) as ActionName[]

/** The actions that can earn a response; absent are 'invalid-values', which names them itself, and the responses that are the session's business. */
const EARNERS: { readonly [M in ResponseMeaning]?: readonly ActionName[] } = {
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
 * Whose error a response is: the oldest action, in the order of writing, that can have earned it; and whether it is the only one that can. Responses carry
 * no id, so this is what can be said at most. In words for what is nobody's; undefined for what is the session's business.
 *
 * @param candidates all that may have earned it, in the order of writing: those that are open, ended uncertain, or were confirmed just now
 */
export function attribute(
  response: Pick<PbxResponse, 'code' | 'message' | 'errors'>,
  candidates: Iterable<Ticket>,
): readonly [oldest: Ticket, isOnly: boolean] | string | undefined {
  const meaning = meaningOf(response)
  let oldest: Ticket | undefined
  let count = 0
  const earners = meaning === 'invalid-values' ? withFields(response.errors) : EARNERS[meaning]
  for (const ticket of candidates) {
    if (!earners?.includes(ticket.action)) continue
    count += 1
    if (!ticket.confirmed) oldest ??= ticket
    // more than one is all that matters
    if (oldest && count > 1) break
  }
  // 504 is news of the PBX, too, whoever has earned it
  return oldest ? [oldest, count === 1] : earners && meaning !== 'pbx-retrying' ? 'an error of no action' : undefined
}

/** The actions that have a field which `errors` names; all of them when it names none. */
function withFields(errors: unknown): readonly ActionName[] {
  let text = ''
  try {
    // a new line before a name is no part of it
    text = JSON.stringify(errors).replace(/\\[bfnrt]/g, ' ')
  } catch {
    // too deep to be of any use, or not there
  }
  const named = ALL.filter(action => actionFields[action].test(text))
  return named.length > 0 ? named : ALL
}
