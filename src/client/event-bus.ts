import { Observable, type Subscriber } from 'rxjs'
import type { PbxEvent, UnknownEvent } from '../protocol/events.js'

type AnyEvent = PbxEvent | UnknownEvent
/**
 * The subscribers of one name, in the order of their coming. A list is never changed but replaced, so that a subscriber who
 * comes or leaves while an event is emitted has the effect that it has on a Subject.
 */
type Subscribers = readonly Subscriber<AnyEvent>[]

/** One list of subscribers per event name, so that a frame costs the same however many subscribers other names have. */
export interface EventBus {
  /**
   * The events of one name, or without a name all that are documented. Holds the connection while subscribed, and ends as
   * `holding$` does.
   */
  events(name?: string): Observable<AnyEvent>
  /** Emits an event to the subscribers of its name. @param isKnown whether the event is documented */
  publish(event: AnyEvent, isKnown: boolean): void
}

/** @param byName the subscribers of now, by name */
export function createEventBus(holding$: Observable<never>, byName = new Map<string, Subscribers>()): EventBus {
  /** The subscribers of all documented names. */
  let ofAll: Subscribers = []
  const subscribersOf = (name: string | undefined) => (name === undefined ? ofAll : (byName.get(name) ?? []))
  const replace = (name: string | undefined, subscribers: Subscribers) => {
    if (name === undefined) ofAll = subscribers
    else if (subscribers.length > 0) byName.set(name, subscribers)
    else byName.delete(name)
  }
  return {
    events: name =>
      new Observable(subscriber => {
        // The subscription comes before the connection, so that nothing is missed.
        replace(name, [...subscribersOf(name), subscriber])
        holding$.subscribe(subscriber)
        return () => {
          const others = subscribersOf(name).filter(one => one !== subscriber)
          replace(name, others)
        }
      }),
    publish: (event, isKnown) => {
      if (isKnown && ofAll.length > 0) emit(ofAll, event)
      const subscribers = byName.get(event.event)
      if (subscribers !== undefined) emit(subscribers, event)
    },
  }
}

/** A loop of our own in place of `Subject.next`, which copies its list. RxJS reports what a subscriber throws. */
function emit(subscribers: Subscribers, event: AnyEvent): void {
  for (const subscriber of subscribers) subscriber.next(event)
}
