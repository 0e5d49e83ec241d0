import { checkUniqueId } from '../../protocol/actions.js'
import { isObject } from '../../shared/is-object.js'

/** The call that an action is about: a `unique_id`, an {@link OutboundCall}, or a call of a tracker. */
export type CallTarget = string | { readonly uniqueId?: string | undefined }

/**
 * The names of a target at this moment. A target may be a row of the caller's own, so that every name can be
 * anything.
 */
export function namesOf(target: unknown): {
  readonly uniqueId?: unknown
  readonly uniqueIds?: unknown
  readonly callRandomId?: unknown
} {
  return isObject(target) ? target : { uniqueId: target }
}

/** The target itself. Throws `InvalidRequestError` for a value that can never name a call. */
export function checkTarget(target: CallTarget): CallTarget {
  const { uniqueId, callRandomId } = namesOf(target)
  if (uniqueId !== undefined || callRandomId === undefined) checkUniqueId(uniqueId)
  return target
}
