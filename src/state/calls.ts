import type { TrackableClient } from '../tap.js'
import type { Call, CallChange, CallTracker } from './call.js'
import { createJourneys } from './journeys.js'
import { resolveTrackerOptions, type TrackerOptions } from './options.js'
import { checkCallSeeds, seedCalls } from './seeding.js'
import { createTracking, steadyClock } from './tracking.js'

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
  const resolved = resolveTrackerOptions(options)
  const tracking = createTracking<Call, CallChange>(pbx, { listInterval: resolved.listInterval, read: () => [...journeys.current.values()] })
  const { list$, change$, altered, change, close } = tracking
  const journeys = createJourneys({ options: resolved, clock: steadyClock, audience: { change, altered, waiting: () => {} } })
  tracking.listen(journeys)

  return {
    current: journeys.current,
    list$,
    change$,
    get since() {
      return tracking.since
    },
    find: uniqueId => journeys.find(uniqueId)?.call,
    findByRandomId: callRandomId => journeys.findByRandomId(callRandomId)?.call,
    seed: calls => {
      checkCallSeeds(calls)
      tracking.seeded()
      seedCalls(journeys.ledger, calls, Date.now())
    },
    close,
  }
}
