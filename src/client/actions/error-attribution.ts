import { actionFields } from '../../protocol/actions.js'
import { meaningOf, type PbxResponse, type ResponseMeaning } from '../../protocol/responses.js'
import type { Clock } from '../../shared/clock.js'
import { createExpiryQueue, type ExpiryQueue } from '../../shared/expiry-queue.js'
import type { ActionName } from '../errors.js'
import type { PendingAction } from './pending-action.js'

const ALL: readonly ActionName[] = ['call.create', 'call.hangup', 'call.redirect']
const ON_A_CALL: readonly ActionName[] = ['call.hangup', 'call.redirect']
const NONE: readonly ActionName[] = []

/** The longest `errors`, as JSON, in which fields are looked for. Longer ones count as naming no field. */
const LONGEST_ERRORS = 10_000

/** The action that an error response is meant for, as far as that can be known. */
export interface Attribution {
  /** The oldest action, in the order of writing, that the response can be meant for. */
  readonly action: PendingAction
  /** All actions that can have earned the response, by name. */
  readonly possibleActions: ReadonlySet<ActionName>
  /** No other action can have earned the response. */
  readonly isCertain: boolean
}

/** A confirmed action as attribution needs it: without its subscribers, which may be many and large. */
interface ConfirmedAction {
  readonly action: ActionName
}

/** `errors` as JSON in which field names stand between other characters; empty for what is too deep or too long. */
function fieldText(errors: unknown): string {
  try {
    const text = JSON.stringify(errors) ?? ''
    // a new line before a name is no part of the name
    return text.length > LONGEST_ERRORS ? '' : text.replace(/\\[bfnrt]/g, ' ')
  } catch {
    return ''
  }
}

/** The actions that have a field which `errors` names; all actions when it names none. */
function actionsWithFields(errors: unknown): readonly ActionName[] {
  const text = fieldText(errors)
  const named = ALL.filter(action => actionFields[action].test(text))
  return named.length > 0 ? named : ALL
}

/** The actions that can earn a response. Undefined for what is the session's business, or undocumented. */
function possibleActionsOf(meaning: ResponseMeaning, errors: unknown): readonly ActionName[] | undefined {
  switch (meaning) {
    case 'invalid-values':
      return actionsWithFields(errors)
    case 'not-allowed':
    case 'action-failed':
    case 'pbx-retrying':
      return ALL
    case 'call-not-found':
      return ON_A_CALL
    // our actions have a name, and a known one
    case 'action-not-string':
    case 'missing-action':
    case 'unknown-action':
      return NONE
    default:
      return undefined
  }
}

/**
 * Finds the action that an error response is meant for. Responses carry no id, so that the oldest action that can
 * have earned the response is taken; `isCertain` when no other can have.
 */
export class ErrorAttribution {
  /** The actions on the wire, and those that became uncertain not long ago, in the order of writing. */
  readonly #candidates = new Set<PendingAction>()
  /** Actions rejected as `probable`, each with the actions that can have earned that response. */
  readonly #probablyRejected = new Map<PendingAction, ReadonlySet<ActionName>>()
  /** Actions confirmed not long ago: an error response can have been meant for them, but ends them no more. */
  readonly #confirmed: ExpiryQueue<ConfirmedAction>
  /** Probably rejected actions that a late event has confirmed not long ago. */
  readonly #confirmedAfterAll: ExpiryQueue<PendingAction>
  readonly #confirmedCounts = { 'call.create': 0, 'call.hangup': 0, 'call.redirect': 0 }

  /** @param settleWithin ms that a confirmed action stays a rival for error responses */
  constructor(clock: Clock, settleWithin: number) {
    this.#confirmed = createExpiryQueue(clock, settleWithin, ({ action }) => {
      this.#confirmedCounts[action] -= 1
    })
    this.#confirmedAfterAll = createExpiryQueue(clock, settleWithin, action => this.#probablyRejected.delete(action))
  }

  /** From its write on an action is a candidate. */
  add(action: PendingAction): void {
    this.#candidates.add(action)
  }

  /** A confirmed action is no candidate any more, and a rival for `settleWithin`. */
  confirm(action: PendingAction): void {
    if (this.#candidates.delete(action)) {
      this.#confirmed.put({ action: action.action })
      this.#confirmedCounts[action.action] += 1
    } else if (this.#probablyRejected.has(action)) this.#confirmedAfterAll.put(action)
  }

  /** An action that got an attributed response is a candidate no more. */
  reject({ action, possibleActions, isCertain }: Attribution): void {
    this.#candidates.delete(action)
    if (!isCertain) this.#probablyRejected.set(action, possibleActions)
  }

  removeCandidate(action: PendingAction): void {
    this.#candidates.delete(action)
    this.#probablyRejected.delete(action)
  }

  /** The answer to what was written on one connection cannot come on another. */
  clear(): void {
    this.#candidates.clear()
    this.#probablyRejected.clear()
    this.#confirmed.clear()
    this.#confirmedAfterAll.clear()
    for (const action of ALL) this.#confirmedCounts[action] = 0
  }

  /** The attribution of a response; words for an error of no action; undefined for the session's business. */
  attribute(response: Pick<PbxResponse, 'code' | 'message' | 'errors'>): Attribution | string | undefined {
    const meaning = meaningOf(response)
    const possibleActions = possibleActionsOf(meaning, response.errors)
    if (!possibleActions) return undefined
    const names = new Set(possibleActions)
    const oldest = this.#firstCandidate(names)
    // 504 is news of the PBX too, so it needs no action that has earned it
    if (!oldest) return meaning === 'pbx-retrying' ? undefined : 'an error of no action'
    let isCertain = !this.#hasRival(oldest, names)
    if (isCertain) {
      this.#addMisjudged(names)
      isCertain = !this.#hasRival(oldest, names)
    }
    return { action: oldest, possibleActions: names, isCertain }
  }

  #firstCandidate(names: ReadonlySet<ActionName>): PendingAction | undefined {
    for (const candidate of this.#candidates) if (names.has(candidate.action)) return candidate
    return undefined
  }

  /** Whether an action of these names beside the oldest candidate can have earned a response. */
  #hasRival(oldest: PendingAction, names: ReadonlySet<ActionName>): boolean {
    for (const name of names) if (this.#confirmedCounts[name] > 0) return true
    for (const candidate of this.#candidates) if (candidate !== oldest && names.has(candidate.action)) return true
    return false
  }

  /**
   * Adds the actions that can have earned a response if an earlier probable rejection was misjudged: the rejected
   * action may have earned this response, and any action that can have earned the earlier one is its rival.
   */
  #addMisjudged(names: Set<ActionName>): void {
    // names that are added on the way are gone through too
    for (const name of names)
      for (const [{ action }, others] of this.#probablyRejected)
        if (action === name) for (const other of others) names.add(other)
  }
}
