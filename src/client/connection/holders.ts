import { Observable, type Subscriber } from 'rxjs'
import type { PbxError } from '../errors.js'

/** Holds the connection open until it is released. */
export interface Holder {
  /** The machine has let the holder go: whoever comes from now on needs another. */
  letGo(): void
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

/** All subscribers who hold at one time, as one holder: so a thousand of them cost the machine what one does. */
class HolderGroup implements Holder {
  readonly subscribers = new Set<Subscriber<never>>()
  isLetGo = false

  letGo(): void {
    this.isLetGo = true
  }

  error(error: PbxError): void {
    for (const subscriber of this.subscribers) subscriber.error(error)
  }

  complete(): void {
    for (const subscriber of this.subscribers) subscriber.complete()
  }
}

/**
 * The observable by which others hold the connection. Never emits. `error` and `complete` of a holder end the
 * subscriptions of its group. A subscriber who comes when the group was let go belongs to another.
 *
 * @param hold called with a group when its first subscriber comes
 * @param release called with a group when its last subscriber has left, also when `error` or `complete` has ended it
 */
export function createHolding(hold: (holder: Holder) => void, release: (holder: Holder) => void): Observable<never> {
  let current: HolderGroup | undefined
  return new Observable(subscriber => {
    const isFirst = current === undefined || current.isLetGo
    const group = current === undefined || current.isLetGo ? new HolderGroup() : current
    current = group
    group.subscribers.add(subscriber)
    if (isFirst) hold(group)
    return () => {
      group.subscribers.delete(subscriber)
      if (group.subscribers.size > 0) return
      if (current === group) current = undefined
      release(group)
    }
  })
}
