import type { Observable } from 'rxjs'
import type { ActionFields } from '../../protocol/actions.js'
import type { ActionName } from '../errors.js'
import type { ActionOptions } from '../options.js'
import { type ActionState, WAITING } from './action-state.js'
import type { CallEvent, EventPhase } from './call-phase.js'
import type { RequestSink } from './request-observable.js'
import type { CallTarget } from './target.js'
import type { Limited } from './time-limits.js'

/** A new snapshot of an action. */
export interface Progress<T> {
  readonly value: T
  /** Nothing more is to come. */
  readonly isLast: boolean
}

/** The parts in which the kinds of actions differ: the frame, and the snapshots that the subscribers get. */
export interface ActionPlan<T> {
  readonly action: ActionName
  /** The random id of a call to be created; undefined for other actions. */
  readonly callRandomId: string | undefined
  /** The call that the action is about; undefined for `call.create`. */
  readonly target: CallTarget | undefined
  /** The fields of the frame beside the target's id. */
  readonly fields: ActionFields | undefined
  /**
   * The snapshot after the write; undefined where there is none.
   *
   * @param uniqueId the target's id, as it was sent
   */
  afterWrite(uniqueId: string | undefined): T | undefined
  /**
   * The progress that an event of the call brings, from the write on; undefined for none.
   *
   * @param phase the phase that the event proves; undefined for the end of an id that another has replaced
   */
  afterEvent(event: CallEvent, phase: EventPhase | undefined): Progress<T> | undefined
  /**
   * The progress when the connection was lost; undefined for none.
   *
   * @param isFinal nothing more will be known. Without a snapshot for that the action ends with an error.
   */
  afterLoss(isFinal: boolean): Progress<T> | undefined
}

/**
 * One action between asking and the last event that can be its own. Its fields belong to the runner in `actions.ts`.
 */
export interface PendingAction extends Limited<PendingAction> {
  readonly plan: ActionPlan<unknown>
  readonly action: ActionName
  readonly callRandomId: string | undefined
  /** ms from asking to the wire. */
  readonly sendWithin: number
  /** ms from the wire to the first confirming event. */
  readonly confirmWithin: number
  /** ms since the epoch. */
  readonly askedAt: number
  /** Where snapshots and the end go. */
  sink: RequestSink<unknown>
  state: ActionState
  /** ms since the epoch; undefined before the write. */
  sentAt: number | undefined
  /** The place of the write in the order of writes and events. An event with a lower place is not the action's. */
  writtenAs: number
  /** The newest id of the call that the action created; the id that was sent for others. */
  uniqueId: string | undefined
  /** The newest id beyond the most that a call can have: its events are the call's, so that its end is seen. */
  surplusId: string | undefined
  /** The ids by which events are the action's; and the created calls that the action is about. */
  readonly keys: Set<string | PendingAction>
}

/** Makes the observable of one request. An error that `plan` throws is the request's error. */
export type Ask = <T extends object>(
  options: ActionOptions | undefined,
  plan: (featureCodes: boolean) => ActionPlan<T>,
) => Observable<T>

export function createPendingAction(
  plan: ActionPlan<unknown>,
  { sendWithin, confirmWithin }: Required<ActionOptions>,
  askedAt: number,
  sink: RequestSink<unknown>,
): PendingAction {
  return {
    plan,
    action: plan.action,
    callRandomId: plan.callRandomId,
    sendWithin,
    confirmWithin,
    askedAt,
    sink,
    state: WAITING,
    sentAt: undefined,
    writtenAs: 0,
    uniqueId: undefined,
    surplusId: undefined,
    keys: new Set(),
    limit: undefined,
  }
}
