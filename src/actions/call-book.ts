import type { PbxEvent } from '../protocol/events.js'
import { createAbbreviations } from '../protocol/unique-id.js'
import type { CallEvent } from './outbound-call.js'

/** Who follows a call that the API created. */
export interface Follower {
  readonly callRandomId: string
}

/** Which ids are one call: the calls that this client created and that are not over. It forgets a call with all its ids. */
export interface CallBook<F extends Follower> {
  readonly size: number
  /** From now on its `call.create_response`s are known by its random id. */
  follow(follower: F): void
  forget(follower: F): void
  byRandomId(callRandomId: string): F | undefined
  /** By any id that the call has or had. */
  byUniqueId(uniqueId: string): F | undefined
  /** The newest id of a call. */
  newest(follower: F): string | undefined
  each(run: (follower: F) => void): void
  /** Files an event; gives whose it is, if it is anybody's. */
  place(event: PbxEvent): Placed<F> | undefined
}

export interface Placed<F> {
  readonly follower: F
  /** What it brings to be heard, in this order: after a `call.create_response`, all events of its id that came before it. */
  readonly events: readonly CallEvent[]
}

/**
 * @param options.orphansFor ms that events of an unknown id are kept: the `call.create_response` that says whose they are may come after them
 * @param options.now ms since the epoch
 */
export function createCallBook<F extends Follower>({ orphansFor, now }: { orphansFor: number; now: () => number }): CallBook<F> {
  const byRandomId = new Map<string, F>()
  const byUniqueId = new Map<string, F>()
  const idsOf = new Map<F, string[]>()
  const abbreviations = createAbbreviations<F>()
  /** Events of ids that nobody knows yet, oldest id first. */
  const orphans = new Map<string, { since: number; readonly events: CallEvent[] }>()

  const expireOrphans = () => {
    for (const [id, { since }] of orphans) {
      if (now() - since <= orphansFor) return
      orphans.delete(id)
    }
  }
  const orphan = (event: CallEvent) => {
    expireOrphans()
    const known = orphans.get(event.unique_id)
    if (known === undefined) orphans.set(event.unique_id, { since: now(), events: [event] })
    else known.events.push(event)
  }
  const created = (follower: F, id: string) => {
    const ids = idsOf.get(follower)
    if (ids === undefined || ids.includes(id)) return
    abbreviations.remove(ids.at(-1), follower)
    ids.push(id)
    byUniqueId.set(id, follower)
    abbreviations.put(id, follower)
  }
  const byAbbreviation = ({ event, unique_id }: CallEvent) => (event === 'call.end' || event === 'call.pickup' ? abbreviations.find(unique_id) : undefined)

  return {
    get size() {
      return byRandomId.size
    },
    follow: follower => {
      byRandomId.set(follower.callRandomId, follower)
      idsOf.set(follower, [])
    },
    forget: follower => {
      const ids = idsOf.get(follower) ?? []
      abbreviations.remove(ids.at(-1), follower)
      for (const id of ids) byUniqueId.delete(id)
      idsOf.delete(follower)
      byRandomId.delete(follower.callRandomId)
      if (byRandomId.size === 0) orphans.clear()
    },
    byRandomId: callRandomId => byRandomId.get(callRandomId),
    byUniqueId: uniqueId => byUniqueId.get(uniqueId),
    each: run => {
      for (const follower of [...byRandomId.values()]) run(follower)
    },
    newest: follower => idsOf.get(follower)?.at(-1),
    place: event => {
      if (byRandomId.size === 0) return undefined
      switch (event.event) {
        case 'call.create_response': {
          const follower = byRandomId.get(event.call_random_id)
          if (follower === undefined) return undefined
          created(follower, event.unique_id)
          const early = orphans.get(event.unique_id)?.events ?? []
          orphans.delete(event.unique_id)
          return { follower, events: [event, ...early] }
        }
        case 'call.begin':
        case 'call.pickup':
        case 'call.end': {
          // a leg that a queue offers to an agent is no call that the API created
          if (event.event === 'call.begin' && event.from_queue_unique_id !== undefined) return undefined
          const follower = byUniqueId.get(event.unique_id) ?? byAbbreviation(event)
          if (follower !== undefined) return { follower, events: [event] }
          orphan(event)
          return undefined
        }
        default:
          return undefined
      }
    },
  }
}
