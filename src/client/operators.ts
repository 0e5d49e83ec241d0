import { filter, type OperatorFunction } from 'rxjs'
import type { PbxEvent, PbxEventName, PbxEventOf, UnknownEvent } from '../protocol/events.js'

/** Keeps the events of these names, with their type: `pbx.event$.pipe(ofType('call.begin', 'call.end'))`. Completes and errors with its source. */
export function ofType<N extends PbxEventName>(...names: N[]): OperatorFunction<PbxEvent, PbxEventOf<N>> {
  const wanted = new Set<string>(names)
  return filter((event): event is PbxEventOf<N> => wanted.has(event.event))
}

/**
 * Keeps the events of one call: those whose `unique_id`, or whose waiting caller (`from_queue_unique_id`), is `id`. It knows nothing of ids that
 * change under way; `createCall` and `trackCalls` follow those. Completes and errors with its source.
 */
export function forCall<E extends PbxEvent | UnknownEvent>(id: string): OperatorFunction<E, E> {
  return filter(event => {
    const { unique_id, from_queue_unique_id } = event as { unique_id?: unknown; from_queue_unique_id?: unknown }
    return unique_id === id || from_queue_unique_id === id
  })
}
