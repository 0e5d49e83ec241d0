import { takeEarly } from '../early-events.js'
import type { CallStore } from '../model.js'
import { reduceCallEnd } from './call-end.js'
import { reduceCallPickup } from './call-pickup.js'

/** Reduces the events of an id that came before its beginning. */
export function replayEarly(store: CallStore, id: string): void {
  const early = takeEarly(store, id)
  if (early?.pickup) reduceCallPickup(store, early.pickup)
  if (early?.end) reduceCallEnd(store, early.end)
}
