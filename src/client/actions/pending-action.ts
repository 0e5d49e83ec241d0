import type { Observable } from 'rxjs'
import type { ActionFields } from '../../protocol/actions.js'
import type { ActionName } from '../errors.js'
import type { ActionOptions } from '../options.js'
import type { CallEvent, Step } from './call-phase.js'
import type { CallTarget } from './target.js'

/** What somebody is told, and whether that is the last. False for nothing new. */
export type Told<T> = readonly [value: T, isLast: boolean] | false

/** What an action says of itself, and what its caller is told. */
export interface Plan<T> {
  readonly action: ActionName
  /** Of the request; absent for other actions than `call.create`. */
  readonly callRandomId?: string
  /** The call that the action is about, if it is about one. */
  readonly target?: CallTarget
  /** What it says beside the target's id. */
  readonly fields?: ActionFields
  /** It is on the wire. @param uniqueId the target's id, as it was sent */
  readonly sent?: (uniqueId: string | undefined) => T
  /** An event of the call, from now on. @param step how far it brings the call; 0 for the end of an id that another has replaced */
  readonly hear: (event: CallEvent, step: Step) => Told<T>
  /** The connection was lost, so nothing is sure until the next event; or forever. Without it, forever is an error. */
  readonly lost?: (forever: boolean) => Told<T>
}

/**
 * One action on its way, and later the call that it made.
 *
 * ```
 * waiting ──written──▶ open ──confirming event──▶ confirmed
 *    │                  │ └──error response──▶ rejected
 *    └─▶ not sent       └──loss, silence──▶ uncertain ──confirming event──▶ confirmed, too late to be told
 * ```
 */
export interface Ticket extends Plan<unknown> {
  /** ms from asking to the wire. */
  readonly sendWithin: number
  /** ms from the wire to the first confirming event. */
  readonly confirmWithin: number
  /** ms since the epoch. */
  readonly askedAt: number
  /** ms since the epoch: when it was written. */
  sentAt?: number
  /** Its place in the order of all that is written and heard; what came before is none of its business. */
  order: number
  /** It came off, so it is not to blame for an error. */
  confirmed?: boolean
  /** The newest id of the call that it made; the id that was sent for others. */
  uniqueId?: string
  /** Of whom it hears: ids, and calls that this client made. */
  keys: Set<unknown>
  /** What cancels its limits. */
  readonly limits: (() => void)[]
  /** Tells its caller. */
  readonly tell: (value: unknown) => void
  /** Ends it for its caller, with an error if there is one. */
  readonly finish: (error?: unknown) => void
}

/** Begins a request when it is subscribed, and sees to all that actions have in common. What `plan` throws is the request's error. */
export type Ask = <T>(options: ActionOptions | undefined, plan: (featureCodes: boolean) => Plan<T>) => Observable<T>
