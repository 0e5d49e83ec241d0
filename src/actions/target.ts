import { InvalidRequestError } from '../errors.js'
import { checkUniqueId } from '../protocol/actions.js'
import type { PbxEvent } from '../protocol/events.js'
import type { CallBook } from './call-book.js'
import type { FollowedCall } from './context.js'
import type { CallEvent, OutboundCall } from './outbound-call.js'

/** The call that an action is about: a `unique_id`, an {@link OutboundCall}, or a call of a tracker. */
export type CallTarget = string | { readonly uniqueId?: string | undefined }

/** Who waits for what becomes of a call. */
export interface Watch {
  readonly target: CallTarget
  /** An event of one of the target's ids. `isOver`: that id is the newest. */
  readonly hear: (event: CallEvent, isOver: boolean) => void
  readonly lost: () => void
  readonly close: (cause: Error) => void
}

/** Those who wait, found by the id of the event. */
export interface Watches {
  add(watch: Watch): void
  remove(watch: Watch): void
  /** @param follower whose event it is, of the calls that this client created */
  told(event: PbxEvent, follower: FollowedCall | undefined): void
  lost(): void
  close(cause: Error): void
}

/** Throws {@link InvalidRequestError} for what can never name a call. */
export function checkTarget(target: unknown): void {
  if (typeof target === 'string') return checkUniqueId(target)
  if (typeof target !== 'object' || target === null)
    throw new InvalidRequestError('The call must be given by its unique_id, or as a call that has one.', { field: 'target' })
  const { uniqueId } = target as { uniqueId?: unknown }
  if (uniqueId !== undefined) return checkUniqueId(uniqueId)
  if (randomIdOf(target as CallTarget) === undefined)
    throw new InvalidRequestError('The call has no uniqueId; give one that has, or its unique_id.', { field: 'target' })
}

/** The id to send, now; undefined while the call has none. Throws {@link InvalidRequestError} for one that can be none. */
export function currentId(target: CallTarget, book: CallBook<FollowedCall>): string | undefined {
  const follower = followerOf(target, book)
  const known = follower && book.newest(follower)
  if (known !== undefined) return known
  const uniqueId = typeof target === 'string' ? target : target.uniqueId
  // an object may have changed since it was asked for
  if (uniqueId !== undefined) checkUniqueId(uniqueId)
  return uniqueId
}

/** A random id may be used again when its call is over, so it tells nothing where there is an id of the PBX. */
function followerOf(target: CallTarget, book: CallBook<FollowedCall>): FollowedCall | undefined {
  const uniqueId = typeof target === 'string' ? target : target.uniqueId
  return uniqueId === undefined ? book.byRandomId(randomIdOf(target) ?? '') : book.byUniqueId(uniqueId)
}

function randomIdOf(target: CallTarget): string | undefined {
  return (target as Partial<OutboundCall>).callRandomId
}

/** All ids that a target itself brings. It may be a row of the caller's own, in which only `uniqueId` is known to be one. */
function idsOf(target: CallTarget): readonly string[] {
  if (typeof target === 'string') return [target]
  const { uniqueIds, uniqueId } = target as { uniqueIds?: unknown; uniqueId?: string }
  const ids = Array.isArray(uniqueIds) ? uniqueIds.filter(id => typeof id === 'string') : []
  return uniqueId === undefined ? ids : [...ids, uniqueId]
}

export function createWatches(book: CallBook<FollowedCall>): Watches {
  const byKey = new Map<string | FollowedCall, Set<Watch>>()
  const keysOf = new Map<Watch, Set<string | FollowedCall>>()
  /** What came before a watch is none of its business, even if it is only later known whose it was. */
  const addedAt = new Map<Watch, number>()
  const toldAt = new WeakMap<CallEvent, number>()
  let time = 0
  const all = () => [...keysOf.keys()]
  const listen = (watch: Watch, key: string | FollowedCall) => {
    keysOf.set(watch, (keysOf.get(watch) ?? new Set()).add(key))
    byKey.set(key, (byKey.get(key) ?? new Set()).add(watch))
  }

  return {
    add: watch => {
      addedAt.set(watch, time)
      for (const id of idsOf(watch.target)) listen(watch, id)
      const follower = followerOf(watch.target, book)
      if (follower !== undefined) for (const key of [follower, book.newest(follower)]) if (key !== undefined) listen(watch, key)
    },
    remove: watch => {
      for (const key of keysOf.get(watch) ?? []) {
        const watching = byKey.get(key)
        watching?.delete(watch)
        if (watching?.size === 0) byKey.delete(key)
      }
      keysOf.delete(watch)
      addedAt.delete(watch)
    },
    told: (event, follower) => {
      if ((keysOf.size === 0 && book.size === 0) || !isCallEvent(event)) return
      const at = toldAt.get(event) ?? ++time
      toldAt.set(event, at)
      const named = byKey.get(event.unique_id) ?? []
      // an id that was acted on turns out to be that of a created call, which may get others
      if (follower !== undefined && event.event === 'call.create_response') for (const watch of named) listen(watch, follower)
      for (const watch of new Set([...named, ...((follower && byKey.get(follower)) ?? [])])) {
        if (at > (addedAt.get(watch) ?? at)) watch.hear(event, isNewest(watch.target, event, follower))
      }
    },
    lost: () => {
      for (const watch of all()) watch.lost()
    },
    close: cause => {
      for (const watch of all()) watch.close(cause)
    },
  }

  function isNewest(target: CallTarget, event: CallEvent, follower: FollowedCall | undefined): boolean {
    // an id that is taken for that of a call is none of those it is known by
    if (follower !== undefined) return book.newest(follower) === event.unique_id || book.byUniqueId(event.unique_id) === undefined
    return typeof target === 'string' || target.uniqueId === undefined || target.uniqueId === event.unique_id
  }
}

function isCallEvent(event: PbxEvent): event is CallEvent {
  return event.event === 'call.begin' || event.event === 'call.pickup' || event.event === 'call.end' || event.event === 'call.create_response'
}
