import type { PbxEvent } from '../protocol/events.js'
import { type CallEvent, counterOf, isAbbreviated } from './outbound-call.js'

/** Who follows a call that the API created. */
export interface Follower {
  readonly callRandomId: string
  /** Every event of its ids, in wire order; those that came before the `call.create_response` of their id follow right after it. */
  readonly hear: (event: CallEvent) => void
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
  /** Hands an event to whose it is, and gives that one. */
  place(event: PbxEvent): F | undefined
}

/**
 * @param options.orphansFor ms that events of an unknown id are kept: the `call.create_response` that says whose they are may come after them
 * @param options.now ms since the epoch
 */
export function createCallBook<F extends Follower>({ orphansFor, now }: { orphansFor: number; now: () => number }): CallBook<F> {
  const byRandomId = new Map<string, F>()
  const byUniqueId = new Map<string, F>()
  const idsOf = new Map<F, string[]>()
  /** Calls whose newest id is abbreviated, by what is left of it. */
  const abbreviated = new Map<string, Set<F>>()
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
  const unabbreviate = (follower: F) => {
    const newest = idsOf.get(follower)?.at(-1)
    if (newest === undefined || !isAbbreviated(newest)) return
    const calls = abbreviated.get(counterOf(newest))
    calls?.delete(follower)
    if (calls?.size === 0) abbreviated.delete(counterOf(newest))
  }
  const created = (follower: F, id: string) => {
    const ids = idsOf.get(follower)
    if (ids === undefined || ids.includes(id)) return
    unabbreviate(follower)
    ids.push(id)
    byUniqueId.set(id, follower)
    if (isAbbreviated(id)) abbreviated.set(counterOf(id), (abbreviated.get(counterOf(id)) ?? new Set()).add(follower))
  }
  /** The document's own example: taken for a call only where nothing else can be meant, and never among real ids. */
  const byAbbreviation = ({ event, unique_id }: CallEvent) => {
    if (event !== 'call.end' && event !== 'call.pickup') return undefined
    const calls = abbreviated.get(counterOf(unique_id))
    return calls?.size === 1 ? [...calls][0] : undefined
  }

  return {
    get size() {
      return byRandomId.size
    },
    follow: follower => {
      byRandomId.set(follower.callRandomId, follower)
      idsOf.set(follower, [])
    },
    forget: follower => {
      unabbreviate(follower)
      for (const id of idsOf.get(follower) ?? []) byUniqueId.delete(id)
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
          follower.hear(event)
          const early = orphans.get(event.unique_id)
          orphans.delete(event.unique_id)
          for (const one of early?.events ?? []) follower.hear(one)
          return follower
        }
        case 'call.begin':
        case 'call.pickup':
        case 'call.end': {
          // a leg that a queue offers to an agent is no call that the API created
          if (event.event === 'call.begin' && event.from_queue_unique_id !== undefined) return undefined
          const follower = byUniqueId.get(event.unique_id) ?? byAbbreviation(event)
          if (follower === undefined) orphan(event)
          else follower.hear(event)
          return follower
        }
        default:
          return undefined
      }
    },
  }
}
