import type { ActionName } from '../errors.js'
import { actionFields } from '../protocol/actions.js'
import { isObject } from '../protocol/record.js'
import { meaningOf, type PbxResponse } from '../protocol/responses.js'
import type { Candidates } from './candidates.js'
import type { Ticket } from './ticket.js'

/** Whose business a response is. */
export type Verdict =
  /** The session's, or nobody's. */
  | { readonly kind: 'session' }
  /** The server ends with an error: what came of the open actions is unknown. */
  | { readonly kind: 'all-uncertain' }
  | { readonly kind: 'reject'; readonly ticket: Ticket; readonly attribution: 'certain' | 'probable' }
  /** No action of ours can have earned it; or the one that did has ended already, and is named. */
  | { readonly kind: 'unmatched'; readonly ticket?: Ticket }

const ALL: readonly ActionName[] = ['call.create', 'call.hangup', 'call.redirect']

/**
 * Whose error a response is. Responses carry no id, so this is what can be said at most: the oldest action, in the order of writing, that can have
 * earned it; for certain if it was the only one.
 */
export function attribute(response: Pick<PbxResponse, 'code' | 'message' | 'errors'>, candidates: Pick<Candidates, 'count' | 'oldest' | 'standing'>): Verdict {
  const earners = earnedBy(response)
  if (earners === 'session' || earners === 'all-uncertain') return { kind: earners }
  const ticket = candidates.oldest(earners)
  // 504 is news of the PBX, too, whoever has earned it
  if (ticket === undefined) return { kind: meaningOf(response) === 'pbx-retrying' ? 'session' : 'unmatched' }
  if (candidates.standing(ticket) === 'uncertain') return { kind: 'unmatched', ticket }
  return { kind: 'reject', ticket, attribution: candidates.count(earners) === 1 ? 'certain' : 'probable' }
}

/** The actions that can earn a response. */
function earnedBy(response: Pick<PbxResponse, 'code' | 'message' | 'errors'>): readonly ActionName[] | 'session' | 'all-uncertain' {
  switch (meaningOf(response)) {
    case 'greeting':
    case 'bye':
    case 'closing':
    case 'logged-in':
    case 'user-not-activated':
    case 'wrong-credentials':
    case 'login-required':
    case 'login-timeout':
    case 'pbx-unreachable':
    case 'restarting':
      return 'session'
    case 'server-error':
      return 'all-uncertain'
    // our actions have a name that is a known string
    case 'action-not-string':
    case 'missing-action':
    case 'unknown-action':
    case 'unknown':
      return []
    case 'call-not-found':
      return ['call.hangup', 'call.redirect']
    case 'invalid-values':
      return withFields(response.errors)
    case 'not-allowed':
    case 'action-failed':
    case 'pbx-retrying':
      return ALL
  }
}

/** The actions that have a field which `errors` names; all of them when it names none. Its form is undocumented: names may be keys, or words in a text. */
function withFields(errors: unknown): readonly ActionName[] {
  const names = new Set(namesIn(errors))
  const named = ALL.filter(action => actionFields[action].some(field => names.has(field)))
  return named.length === 0 ? ALL : named
}

function namesIn(errors: unknown, depth = 0): string[] {
  // 'to', 'from' and 'destination' are words of English, too
  if (typeof errors === 'string') return (errors.match(/\w+/g) ?? []).filter(word => word === errors || word.includes('_'))
  if (depth > 3) return []
  if (Array.isArray(errors)) return errors.flatMap(error => namesIn(error, depth + 1))
  return isObject(errors) ? Object.entries(errors).flatMap(([name, error]) => [name, ...namesIn(error, depth + 1)]) : []
}
