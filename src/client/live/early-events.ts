import type { PbxEventOf } from '../../protocol/events.js'
import type { CallStore, EarlyEvents } from './model.js'

/** Keeps the events of an id that no known call has, until its beginning comes or `EARLY_EVENT_TTL` has passed. */
export function rememberEarly(store: CallStore, event: PbxEventOf<'call.pickup' | 'call.end'>): void {
  const id = event.unique_id
  const known = store.earlyEvents.get(id)
  store.earlyEvents.set(id, {
    pickup: event.event === 'call.pickup' ? event : known?.pickup,
    end: event.event === 'call.end' ? event : known?.end,
  })
  store.earlyIds.put(id)
}

/** Hands over the events that came before the id was known. */
export function takeEarly(store: CallStore, id: string): EarlyEvents | undefined {
  const early = store.earlyEvents.get(id)
  store.forgottenIds.remove(id)
  if (early === undefined) return undefined
  store.earlyEvents.delete(id)
  store.earlyIds.remove(id)
  return early
}

/** Remembers that the call with this id is over. */
export function forgetId(store: CallStore, id: string): void {
  store.forgottenIds.put(id)
}

export function isForgotten(store: CallStore, id: string): boolean {
  return store.forgottenIds.ends.has(id)
}

/** True if the end of the id, or of its caller, came not long ago. */
export function hasEnded(store: CallStore, id: string): boolean {
  return isForgotten(store, id) || store.earlyEvents.get(id)?.end !== undefined
}
