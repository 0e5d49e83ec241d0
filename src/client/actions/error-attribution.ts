import { actionFields } from '../../protocol/actions.js'
import { meaningOf, type PbxResponse, type ResponseMeaning } from '../../protocol/responses.js'
import type { ActionName } from '../errors.js'
import type { Ticket } from './pending-action.js'

const ALL = Object.keys(actionFields) as ActionName[]

/** The actions that can earn a response; absent are 'invalid-values', which names them itself, undocumented ones, and those that are the session's business. */
const EARNERS: { readonly [M in ResponseMeaning]?: readonly ActionName[] } = {
  'not-allowed': ALL,
  'action-failed': ALL,
  'pbx-retrying': ALL,
  'call-not-found': ['call.hangup', 'call.redirect'],
  // our actions have a name that is a known string
  'action-not-string': [],
  'missing-action': [],
  'unknown-action': [],
}

/** Actions that were told that the PBX has probably rejected them, each with those that can have earned that response. */
export type Blamed = ReadonlyMap<Ticket, Iterable<ActionName>>

/**
 * Whose error a response is: the oldest action, in the order of writing, that can have earned it; all that can, by name; and whether it was rejected for
 * certain. Responses carry no id, so this is what can be said at most. In words for what is nobody's; undefined for what is no matter of actions.
 *
 * It is certain when nobody else can have earned the response, not even one who was blamed for another response, which then was a third one's.
 *
 * @param candidates all that may have earned it, in the order of writing: those that are open, ended uncertain, or were confirmed just now
 */
export function attribute(
  response: Pick<PbxResponse, 'code' | 'message' | 'errors'>,
  candidates: Iterable<Ticket>,
  blamed: Blamed,
): readonly [oldest: Ticket, earners: Iterable<ActionName>, isCertain: boolean] | string | undefined {
  const meaning = meaningOf(response)
  const earners = meaning === 'invalid-values' ? withFields(response.errors) : EARNERS[meaning]
  const names = new Set(earners)
  let oldest: Ticket | undefined
  let rival: Ticket | undefined
  const look = () => {
    for (const ticket of candidates) {
      if (oldest && rival) return
      if (ticket === oldest || !names.has(ticket.action)) continue
      if (oldest || ticket.confirmed) rival = ticket
      else oldest = ticket
    }
  }
  look()
  // 504 is news of the PBX, too, whoever has earned it
  if (!oldest) return earners && meaning !== 'pbx-retrying' ? 'an error of no action' : undefined
  if (!rival) {
    // what is added on the way is gone through, too
    for (const name of names)
      for (const [{ action }, others] of blamed) for (const other of others) if (action === name) names.add(other)
    look()
  }
  return [oldest, names, !rival]
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
