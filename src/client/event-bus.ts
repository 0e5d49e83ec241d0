import { Observable, Subject } from 'rxjs'
import type { PbxEvent, UnknownEvent } from '../protocol/events.js'

type AnyEvent = PbxEvent | UnknownEvent

/** Hands every event to whoever wants it: one subject per event name, so that a frame costs the same however many listen to other names. */
export interface Hub {
  /** The events of one name, or without a name all that are known. Holds the connection while subscribed, and ends as it does. */
  stream(name?: string): Observable<AnyEvent>
  tell(event: AnyEvent, isKnown: boolean): void
}

/** @param subjects of those who listen now, by name */
export function createHub(held$: Observable<never>, subjects = new Map<string | undefined, Subject<AnyEvent>>()): Hub {
  return {
    stream: name =>
      new Observable(subscriber => {
        const subject = subjects.get(name) ?? new Subject()
        subjects.set(name, subject)
        // listening begins before connecting, so that nothing is missed
        subject.subscribe(subscriber)
        held$.subscribe(subscriber)
        return () => {
          if (!subject.observed) subjects.delete(name)
        }
      }),
    tell: (event, isKnown) => {
      if (isKnown) subjects.get(undefined)?.next(event)
      subjects.get(event.event)?.next(event)
    },
  }
}
