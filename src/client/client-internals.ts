import type { Observable } from 'rxjs'
import type { PbxEvent } from '../protocol/events.js'
import type { ConnectionStatus } from './connection/connection-state.js'
import type { SessionObserver } from './session-observer.js'

/** The parts of a client that trackers get beside its public face. */
export interface ClientInternals {
  readonly connection: {
    /**
     * Holds the connection open while subscribed. Never emits; errors with the terminal error, completes on `close()`.
     */
    readonly holding$: Observable<never>
    /** True from 202 until the session is lost or its logout is over. */
    readonly isLoggedIn: boolean
    readonly status: ConnectionStatus
  }
  /** The trackers of this client. Each has absorbed an event before any subscriber of the client hears of it. */
  readonly trackers: Set<SessionObserver>
}

/** A client as trackers take it: the object that `createPbxClient` gives. */
export interface TrackableClient {
  readonly event$: Observable<PbxEvent>
}

/** A registered symbol, so that a client of one build of this package suits the trackers of another. */
const INTERNALS = Symbol.for('viptel-pbx.internals.1')

/** Gives a client its internals, out of sight. */
export function withInternals<T extends object>(client: T, internals: ClientInternals): T {
  return Object.defineProperty(client, INTERNALS, { value: internals })
}

/** The internals of a client. Throws a TypeError for what is no client. */
export function internalsOf(client: unknown): ClientInternals {
  // The symbol is ours alone, so what stands under it is what `withInternals` has put there.
  const internals: ClientInternals | undefined =
    typeof client === 'object' && client !== null ? Reflect.get(client, INTERNALS) : undefined
  if (internals === undefined) {
    throw new TypeError('A tracker needs a client: the object that createPbxClient() gives.')
  }
  return internals
}
