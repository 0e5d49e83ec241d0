import type { Observable } from 'rxjs'
import type { PbxEvent } from '../protocol/events.js'
import type { Connection } from './connection/connection.js'

/** Who follows a client from inside: told before its subscribers are. */
export interface Listener {
  /** An event has come; nobody outside may be told of it yet. */
  absorb(event: PbxEvent): void
  /** Everybody inside has absorbed it. */
  tell(): void
  /** A session has begun, at that time in ms since the epoch. */
  began(since: number): void
  /** It has ended: what was known may have changed since. */
  lost(): void
  /** The client is closed. */
  closed(): void
}

/** What trackers get of a client beside its public face. */
export interface Tap {
  readonly connection: Pick<Connection, 'held$' | 'loggedIn' | 'status'>
  /** Those who listen. */
  readonly listeners: Set<Listener>
}

/** A client as trackers take it: the object that `createPbxClient` gives. */
export interface TrackableClient {
  readonly event$: Observable<PbxEvent>
}

/** Registered, so that a client of one build of this package suits the trackers of another. */
const TAP = Symbol.for('viptel-pbx.tap')

/** Gives an object its tap, out of sight. */
export function withTap<T extends object>(client: T, tap: Tap): T {
  return Object.defineProperty(client, TAP, { value: tap })
}

/** Throws a TypeError for what is no client. */
export function tapOf(client: unknown): Tap {
  const tap = typeof client === 'object' && client !== null ? (client as { [TAP]?: Tap })[TAP] : undefined
  if (tap === undefined) throw new TypeError('A tracker needs a client: the object that createPbxClient() gives.')
  return tap
}
