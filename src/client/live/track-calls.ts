import type { TrackableClient } from '../client-internals.js'
import type { Call, CallChange, CallSeed, CallTracker } from './call.js'
import { createLedger, lose } from './call-store.js'
import { follow } from './reducers/index.js'
import { seedCalls } from './reducers/seed-calls.js'
import { track } from './tracker.js'
import type { TrackerOptions } from './tracker-options.js'
import { CALL, check } from './validate-seed.js'

/**
 * Follows all calls of a PBX: one `Call` is one caller's whole journey. Opens nothing; listens whenever the client is connected. A subscriber of `list$` or
 * `change$` holds the connection. Throws `InvalidOptionsError` for options it cannot work with.
 *
 * ```ts
 * const calls = trackCalls(pbx)
 * calls.list$.subscribe(list => render(list))
 * ```
 */
export function trackCalls(pbx: TrackableClient, options?: TrackerOptions): CallTracker {
  return track<Call, CallChange, CallSeed, Pick<CallTracker, 'find' | 'findByRandomId'>>(
    pbx,
    options,
    (resolved, clock, tell) => {
      const ledger = createLedger(resolved, clock, tell)
      return {
        current: ledger.current,
        event: event => follow(ledger, event),
        lost: () => lose(ledger),
        seed: (seeds, at) => {
          check('seed(calls)', seeds, CALL)
          seedCalls(ledger, seeds, at)
        },
        more: {
          find: uniqueId => ledger.byId.get(uniqueId)?.call,
          findByRandomId: callRandomId => ledger.byRandomId.get(callRandomId)?.call,
        },
      }
    },
  )
}
