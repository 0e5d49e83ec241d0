import type { ActionRejectedError } from '../errors.js'

/** The state of one action. */
export type ActionState =
  /** In the send queue. */
  | { readonly name: 'waiting' }
  /** Being handed to the socket. */
  | { readonly name: 'writing' }
  /** On the wire without an outcome. `isSettled`: for `settleWithin` already, so the next action need not wait. */
  | { readonly name: 'inFlight'; readonly isSettled: boolean }
  /**
   * Confirmed, with more to come: a call until it ends, a redirect while it rings. `isStale`: no event has come since
   * the connection was lost. `hasFailed`: the subscribers had got an error before, so they get nothing any more.
   */
  | { readonly name: 'following'; readonly isStale: boolean; readonly hasFailed: boolean }
  /** Confirmed, with nothing more to come. */
  | { readonly name: 'confirmed' }
  /** Answered with an error. `isWatched`: the error may have been another action's, so a late event still counts. */
  | { readonly name: 'rejected'; readonly isWatched: boolean }
  /** Never written, and never to be. */
  | { readonly name: 'notSent' }
  /** Written, and its outcome is unknown. `isWatched`: for `confirmWithin` more a late event still counts. */
  | { readonly name: 'uncertain'; readonly isWatched: boolean }

/** Everything that can happen to one action. */
export type ActionInput =
  /**
   * - `write`: the action is the first in the queue, and may go
   * - `written`, `refused`: the answer of the socket
   * - `withdrawn`: the last subscriber has left
   * - `noProgress`: an event of the action's call that brings no progress
   * - `settleLimit`, `watchLimit`: `settleWithin` is over, or `confirmWithin` once more
   */
  | { readonly type: 'write' | 'written' | 'refused' | 'withdrawn' | 'noProgress' | 'settleLimit' | 'watchLimit' }
  /** An event that brings progress. `value`: the new snapshot. `isLast`: nothing more is to come. */
  | { readonly type: 'progress'; readonly value: unknown; readonly isLast: boolean }
  /** An error response, attributed to this action. */
  | { readonly type: 'rejected'; readonly error: ActionRejectedError }
  /**
   * A reason why there is no outcome, as an error or in words.
   * - `unreadable`: the target cannot be read at the moment of writing
   * - `sendLimit`, `confirmLimit`, `staleLimit`: `sendWithin`, `confirmWithin` or `staleAfter` is over
   * - `serverError`: the PBX has met an unexpected error
   * - `sessionEnded`, `connectionFailed`, `closed`: as a `SessionObserver` has them
   */
  | { readonly type: EndingInput; readonly why: unknown }

type EndingInput =
  | 'unreadable'
  | 'sendLimit'
  | 'confirmLimit'
  | 'staleLimit'
  | 'serverError'
  | 'sessionEnded'
  | 'connectionFailed'
  | 'closed'

/**
 * An effect of a transition. Effects are carried out in their order, notifications later than the others.
 * - `write`: hand the action to the socket
 * - `dequeue`, `requeue`: take the action out of the send queue; put it back to the front
 * - `follow`: from now on an event can be the action's, and an error response too: the action is a candidate
 * - `confirmCandidate`: for `settleWithin` more the action is a rival for an error response, and no more than that
 * - `removeCandidate`: no error response is the action's any more
 * - `forget`: correlate no event with the action any more
 * - `freeSlot`: let the next action go
 * - `start…`, `clearLimits`: set and cancel time limits
 * - `emitSent`, `emitStale`: emit the snapshot after the write, or after the loss, where the action has one
 * - `emit`, `complete`: emit the snapshot of the input; complete
 * - `fail`: end with a `NotSentError`, with a `DeliveryUncertainError` or with the rejection
 * - `lose`: emit the last snapshot after a loss and complete, or fail where the action has none
 */
export type ActionEffect =
  | 'write'
  | 'dequeue'
  | 'requeue'
  | 'follow'
  | 'confirmCandidate'
  | 'removeCandidate'
  | 'forget'
  | 'freeSlot'
  | 'startSettleLimit'
  | 'startConfirmLimit'
  | 'startWatchLimit'
  | 'startStaleLimit'
  | 'clearLimits'
  | ActionNotification

/** The effects that subscribers see. */
export type ActionNotification = 'emitSent' | 'emitStale' | 'emit' | 'complete' | 'fail' | 'lose'

export type ActionTransition = readonly [state: ActionState, effects: readonly ActionEffect[]]

/** The state of an action that was just asked for. */
export const WAITING: ActionState = { name: 'waiting' }

const WRITING: ActionState = { name: 'writing' }
const IN_FLIGHT: ActionState = { name: 'inFlight', isSettled: false }
const SETTLED: ActionState = { name: 'inFlight', isSettled: true }
const FOLLOWING: ActionState = { name: 'following', isStale: false, hasFailed: false }
const STALE: ActionState = { name: 'following', isStale: true, hasFailed: false }
const FOLLOWING_FAILED: ActionState = { name: 'following', isStale: false, hasFailed: true }
const CONFIRMED: ActionState = { name: 'confirmed' }
const REJECTED: ActionState = { name: 'rejected', isWatched: false }
const PROBABLY_REJECTED: ActionState = { name: 'rejected', isWatched: true }
const NOT_SENT: ActionState = { name: 'notSent' }
const UNCERTAIN: ActionState = { name: 'uncertain', isWatched: false }
const WATCHED: ActionState = { name: 'uncertain', isWatched: true }

const NOTIFICATIONS: ReadonlySet<ActionEffect> = new Set<ActionNotification>([
  'emitSent',
  'emitStale',
  'emit',
  'complete',
  'fail',
  'lose',
])

type Following = ActionState & { readonly name: 'following' }

/** An input that has no arrow from a state: a fault of this SDK. */
export class ForbiddenTransitionError extends Error {
  override readonly name = 'ForbiddenTransitionError'
}

function fromWaiting(input: ActionInput): ActionTransition | undefined {
  switch (input.type) {
    case 'write':
      return [WRITING, ['dequeue', 'write']]
    case 'withdrawn':
      return [NOT_SENT, ['dequeue', 'clearLimits', 'forget']]
    case 'sendLimit':
    case 'connectionFailed':
    case 'closed':
      return [NOT_SENT, ['dequeue', 'clearLimits', 'forget', 'fail']]
    default:
      return undefined
  }
}

function fromWriting(input: ActionInput): ActionTransition | undefined {
  switch (input.type) {
    case 'written':
      return [IN_FLIGHT, ['clearLimits', 'follow', 'startSettleLimit', 'startConfirmLimit', 'emitSent']]
    case 'refused':
      return [WAITING, ['requeue']]
    case 'unreadable':
      return [NOT_SENT, ['clearLimits', 'forget', 'fail']]
    default:
      return undefined
  }
}

function fromInFlight(state: ActionState & { name: 'inFlight' }, input: ActionInput): ActionTransition | undefined {
  switch (input.type) {
    case 'noProgress':
      return [state, []]
    case 'settleLimit':
      return state.isSettled ? undefined : [SETTLED, ['freeSlot']]
    case 'progress':
      return input.isLast
        ? [CONFIRMED, ['freeSlot', 'clearLimits', 'confirmCandidate', 'forget', 'emit', 'complete']]
        : [FOLLOWING, ['freeSlot', 'clearLimits', 'confirmCandidate', 'emit']]
    case 'rejected':
      return input.error.attribution === 'certain'
        ? [REJECTED, ['freeSlot', 'clearLimits', 'forget', 'removeCandidate', 'fail']]
        : [PROBABLY_REJECTED, ['freeSlot', 'clearLimits', 'startWatchLimit', 'fail']]
    case 'confirmLimit':
    case 'serverError':
    case 'sessionEnded':
      return [WATCHED, ['freeSlot', 'clearLimits', 'startWatchLimit', 'fail']]
    case 'closed':
      return [UNCERTAIN, ['freeSlot', 'clearLimits', 'forget', 'removeCandidate', 'fail']]
    default:
      return undefined
  }
}

function fromReported(isStale: boolean, input: ActionInput): ActionTransition | undefined {
  switch (input.type) {
    case 'noProgress':
      return [FOLLOWING, isStale ? ['clearLimits'] : []]
    case 'progress':
      return input.isLast
        ? [CONFIRMED, ['clearLimits', 'forget', 'emit', 'complete']]
        : [FOLLOWING, ['clearLimits', 'emit']]
    case 'sessionEnded':
      return [STALE, isStale ? [] : ['startStaleLimit', 'emitStale']]
    case 'staleLimit':
      return isStale ? [UNCERTAIN, ['clearLimits', 'forget', 'lose']] : undefined
    case 'closed':
      return [UNCERTAIN, ['clearLimits', 'forget', 'lose']]
    default:
      return undefined
  }
}

/** The transition of an action whose subscribers have got an error already. */
function withoutNotifications([state, effects]: ActionTransition): ActionTransition {
  return [
    state.name === 'following' ? { ...state, hasFailed: true } : state,
    effects.filter(effect => !NOTIFICATIONS.has(effect)),
  ]
}

function fromFollowing(state: Following, input: ActionInput): ActionTransition | undefined {
  const next = fromReported(state.isStale, input)
  return next && state.hasFailed ? withoutNotifications(next) : next
}

function fromWatched(
  state: ActionState & { name: 'rejected' | 'uncertain' },
  input: ActionInput,
): ActionTransition | undefined {
  switch (input.type) {
    case 'noProgress':
    case 'sessionEnded':
      return [state, []]
    case 'progress':
      return input.isLast
        ? [CONFIRMED, ['clearLimits', 'confirmCandidate', 'forget']]
        : [FOLLOWING_FAILED, ['clearLimits', 'confirmCandidate']]
    case 'watchLimit':
    case 'closed':
      return [{ name: state.name, isWatched: false }, ['clearLimits', 'forget', 'removeCandidate']]
    default:
      return undefined
  }
}

function transition(state: ActionState, input: ActionInput): ActionTransition | undefined {
  switch (state.name) {
    case 'waiting':
      return fromWaiting(input)
    case 'writing':
      return fromWriting(input)
    case 'inFlight':
      return fromInFlight(state, input)
    case 'following':
      return fromFollowing(state, input)
    case 'rejected':
    case 'uncertain':
      return state.isWatched ? fromWatched(state, input) : undefined
    case 'confirmed':
    case 'notSent':
      return undefined
  }
}

/**
 * The state after an input, and what is to be done about it. Throws {@link ForbiddenTransitionError} for an arrow
 * that is not drawn here.
 *
 * ```
 * waiting ──write──▶ writing ──written──▶ inFlight ──progress──▶ following ──last progress──▶ confirmed
 *  │   ▲              │   │                │ │ └───────────────── last progress ────────────────▲
 *  │   └───refused────┘   │                │ └───rejected───▶ rejected ─┐    │
 *  │                      │                │                            │    │
 *  │ withdrawn, closed,   │ unreadable     │ confirmLimit, serverError, │    │ staleLimit, closed
 *  │ sendLimit,           │                │ sessionEnded, closed       │    │
 *  │ connectionFailed     ▼                └──────▶ uncertain ◀─────────┼────┘
 *  └────────────────▶ notSent                           └───────────────┴───▶ following, confirmed
 *                                                          progress, while watched: nobody is notified
 * ```
 *
 * No arrow leads back to `waiting` or `writing` from `inFlight` or anything after it: an action is written at most
 * once. Some inputs leave the name as it is: `settleLimit` settles `inFlight`, `sessionEnded` makes `following`
 * stale, an event makes it fresh, `watchLimit` and `closed` end the watching, `withdrawn` comes too late for whatever
 * was written.
 */
export function reduce(state: ActionState, input: ActionInput): ActionTransition {
  if (input.type === 'withdrawn' && state.name !== 'waiting') return [state, []]
  const next = transition(state, input)
  if (next) return next
  throw new ForbiddenTransitionError(`An action that is ${JSON.stringify(state)} cannot take '${input.type}'.`)
}

/**
 * As {@link reduce}, but a forbidden arrow is reported, and undefined.
 *
 * @param report takes the error; without it the error is thrown, as specs want it
 */
export function reduceOrReport(
  state: ActionState,
  input: ActionInput,
  report: ((error: Error) => void) | undefined,
): ActionTransition | undefined {
  try {
    return reduce(state, input)
  } catch (error) {
    if (!report || !(error instanceof ForbiddenTransitionError)) throw error
    report(error)
    return undefined
  }
}
