import { Observable } from 'rxjs'
import type { PbxError } from '../errors.js'

/** One subscriber of `holding$`: holds the connection open until it leaves. */
export interface Holder {
  error(error: PbxError): void
  complete(): void
}

/** `holders` and one more. */
export function addHolder(holders: readonly Holder[], holder: Holder): readonly Holder[] {
  return holders.concat(holder)
}

/** `holders` without this one; the same array when it is not among them. */
export function removeHolder(holders: readonly Holder[], holder: Holder): readonly Holder[] {
  return holders.includes(holder) ? holders.filter(other => other !== holder) : holders
}

/**
 * The observable by which others hold the connection. Never emits. `error` and `complete` of a holder end its
 * subscription.
 *
 * @param hold called at every subscription
 * @param release called at the end of every subscription, also when `error` or `complete` of the holder has ended it
 */
export function createHolding(hold: (holder: Holder) => void, release: (holder: Holder) => void): Observable<never> {
  return new Observable(subscriber => {
    hold(subscriber)
    return () => release(subscriber)
  })
}
