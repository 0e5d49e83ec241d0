import type { ActionName } from '../errors.js'

/** How an action ends other than well. */
export type Failure =
  | { readonly kind: 'not-sent'; readonly why: string; readonly cause?: unknown }
  | { readonly kind: 'uncertain'; readonly why: string; readonly cause?: unknown }
  | { readonly kind: 'rejected'; readonly code: number; readonly message: string; readonly errors: unknown; readonly attribution: 'certain' | 'probable' }

/**
 * One action on its way.
 *
 * ```
 * waiting ──written──▶ open ──confirming event──▶ confirmed
 *    │                  │ └──error response──▶ rejected
 *    └─▶ not sent       └──loss, silence──▶ uncertain ──confirming event──▶ confirmed, too late to be told
 * ```
 */
export interface Ticket {
  readonly action: ActionName
  /** Of the request; absent for other actions than `call.create`. */
  readonly callRandomId?: string
  /** ms since the epoch: when it was written. */
  sentAt?: number
  /** ms from asking to the wire. */
  readonly sendWithin: number
  /** ms from the wire to the first confirming event. */
  readonly confirmWithin: number
  /** The frame, made at the moment of sending; or why there is none. */
  readonly encode: () => { readonly text: string } | { readonly unsendable: string }
  /** It is on the wire. */
  readonly written: () => void
  /** It ends so; told once. */
  readonly failed: (failure: Failure) => void
}
