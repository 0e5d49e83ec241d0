import { Observable, Subject } from 'rxjs'
import type { PbxEvent, UnknownEvent } from '../protocol/events.js'

type AnyEvent = PbxEvent | UnknownEvent

/** One subject per event name, so that a frame costs the same however many subscribers other names have. */
export interface EventBus {
  /**
   * The events of one name, or without a name all that are documented. Holds the connection while subscribed, and ends
   * as `holding$` does.
   */
  events(name?: string): Observable<AnyEvent>
  /** Emits an event to the subscribers of its name. @param isKnown whether the event is documented */
  publish(event: AnyEvent, isKnown: boolean): void
}

/** @param subjects those with a subscriber now, by name; `undefined` stands for all documented names */
export function createEventBus(
  holding$: Observable<never>,
  subjects = new Map<string | undefined, Subject<AnyEvent>>(),
): EventBus {
  return {
    events: name =>
      new Observable(subscriber => {
        const subject = subjects.get(name) ?? new Subject()
        subjects.set(name, subject)
        // The subscription comes before the connection, so that nothing is missed.
        subject.subscribe(subscriber)
        holding$.subscribe(subscriber)
        return () => {
          if (!subject.observed) subjects.delete(name)
        }
      }),
    publish: (event, isKnown) => {
      if (isKnown) subjects.get(undefined)?.next(event)
      subjects.get(event.event)?.next(event)
    },
  }
}
