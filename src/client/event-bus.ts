import { Observable, Subject } from 'rxjs'
import type { PbxEvent, UnknownEvent } from '../protocol/events.js'

type AnyEvent = PbxEvent | UnknownEvent

/** Hands every event to whoever wants it: one subject per event name, so that a frame costs the same however many listen to other names. */
export interface EventBus {
  /** The events of one name, or without a name all that are known. Holds the connection while subscribed, and ends as it does. */
  events(name?: string): Observable<AnyEvent>
  publish(event: AnyEvent, isKnown: boolean): void
}

/** @param subjects of those who listen now, by name */
export function createEventBus(
  holding$: Observable<never>,
  subjects = new Map<string | undefined, Subject<AnyEvent>>(),
): EventBus {
  return {
    events: name =>
      new Observable(subscriber => {
        const subject = subjects.get(name) ?? new Subject()
        subjects.set(name, subject)
        // listening begins before connecting, so that nothing is missed
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
