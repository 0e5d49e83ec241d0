import { Observable, type Subscriber } from 'rxjs'
import type { PbxEvent, PbxEventName, PbxEventOf, UnknownEvent } from '../protocol/events.js'

/**
 * Subscribers in the order of their coming. A list is never changed but replaced, so that a subscriber who comes or
 * leaves while an event is emitted has the effect that it has on a Subject.
 */
type Subscribers<E> = readonly Subscriber<E>[]

/** Emits events by name, so that a frame costs the same however many subscribers other names have. */
export interface EventBus {
  /** Every documented event. Holds the connection while subscribed, and ends as `holding$` does. */
  readonly event$: Observable<PbxEvent>
  /** The events of one name. Lives as `event$` does. */
  on<N extends PbxEventName>(name: N): Observable<PbxEventOf<N>>
  on(name: string): Observable<UnknownEvent>
  /** Emits a documented event to the subscribers of its name and of `event$`. */
  publish(event: PbxEvent): void
  /** Emits an event of an undocumented name to the subscribers of that name. */
  publishUnknown(event: UnknownEvent): void
}

type AnyEvent = PbxEvent | UnknownEvent

/** @param byName the subscribers of now, by name */
export function createEventBus(
  holding$: Observable<never>,
  byName = new Map<string, Subscribers<AnyEvent>>(),
): EventBus {
  let ofAll: Subscribers<PbxEvent> = []

  const event$ = new Observable<PbxEvent>(subscriber => {
    // The subscription comes before the connection, so that nothing is missed.
    ofAll = [...ofAll, subscriber]
    holding$.subscribe(subscriber)
    return () => {
      ofAll = ofAll.filter(one => one !== subscriber)
    }
  })

  function on<N extends PbxEventName>(name: N): Observable<PbxEventOf<N>>
  function on(name: string): Observable<UnknownEvent>
  function on(name: string): Observable<AnyEvent> {
    return new Observable(subscriber => {
      byName.set(name, [...(byName.get(name) ?? []), subscriber])
      holding$.subscribe(subscriber)
      return () => {
        const others = (byName.get(name) ?? []).filter(one => one !== subscriber)
        if (others.length > 0) byName.set(name, others)
        else byName.delete(name)
      }
    })
  }

  return {
    event$,
    on,
    publish: event => {
      if (ofAll.length > 0) emit(ofAll, event)
      const subscribers = byName.get(event.event)
      if (subscribers !== undefined) emit(subscribers, event)
    },
    publishUnknown: event => {
      const subscribers = byName.get(event.event)
      if (subscribers !== undefined) emit(subscribers, event)
    },
  }
}

/** A loop of our own in place of `Subject.next`, which copies its list. RxJS reports what a subscriber throws. */
function emit<E>(subscribers: Subscribers<E>, event: E): void {
  for (const subscriber of subscribers) subscriber.next(event)
}
