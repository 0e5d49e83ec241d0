import { filter, type OperatorFunction } from 'rxjs'
import type { PbxEvent, PbxEventName, PbxEventOf, UnknownEvent } from '../protocol/events.js'

/**
 * Keeps the events of these names, with their type: `pbx.event$.pipe(ofType('call.begin', 'call.end'))`. Completes and
 * errors with its source.
 */
export function ofType<N extends PbxEventName>(...names: N[]): OperatorFunction<PbxEvent, PbxEventOf<N>> {
  const wanted = new Set<string>(names)
  return filter((event): event is PbxEventOf<N> => wanted.has(event.event))
}

/**
 * Keeps the events of one call: those whose `unique_id`, or whose waiting caller (`from_queue_unique_id`), is `id`. Ids
 * that change under way are not followed; `createCall` and `trackCalls` follow them. Completes and errors with its
 * source.
 */
export function forCall<E extends PbxEvent | UnknownEvent>(id: string): OperatorFunction<E, E> {
  return filter(
    event =>
      ('unique_id' in event && event.unique_id === id) ||
      ('from_queue_unique_id' in event && event.from_queue_unique_id === id),
  )
}
