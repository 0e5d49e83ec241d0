import { Subject } from 'rxjs'
import type { Anomaly } from './anomaly.js'
import type { PbxEvent, UnknownEvent } from './protocol/events.js'
import type { PbxResponse } from './protocol/responses.js'

/** Hands every frame to whoever wants it: one subject per event name, so that a frame costs the same however many listen to other names. */
export interface Hub {
  readonly event$: Subject<PbxEvent>
  readonly response$: Subject<PbxResponse>
  readonly anomaly$: Subject<Anomaly>
  /** The subject of one event name; call it again at each subscription, an unused one is forgotten. */
  named(name: string): Subject<PbxEvent | UnknownEvent>
  /** To `event$`, then to the event's name. */
  event(event: PbxEvent): void
  unknown(event: UnknownEvent): void
  complete(): void
}

export function createHub(): Hub {
  const event$ = new Subject<PbxEvent>()
  const response$ = new Subject<PbxResponse>()
  const anomaly$ = new Subject<Anomaly>()
  // a map, since a name from the wire may be `__proto__`
  const names = new Map<string, Subject<PbxEvent | UnknownEvent>>()

  return {
    event$,
    response$,
    anomaly$,
    named(name) {
      for (const [other, subject] of names) if (!subject.observed) names.delete(other)
      const subject = names.get(name) ?? new Subject()
      names.set(name, subject)
      return subject
    },
    event(event) {
      event$.next(event)
      names.get(event.event)?.next(event)
    },
    unknown(event) {
      names.get(event.event)?.next(event)
    },
    complete() {
      for (const subject of [event$, response$, anomaly$, ...names.values()]) subject.complete()
    },
  }
}
