import type { ActionPolicy } from '../options.js'
import type { CallBook, Follower } from './call-book.js'
import type { Lane } from './lane.js'
import type { CallEvent } from './outbound-call.js'
import type { Watches } from './target.js'
import type { Ticket } from './ticket.js'

/** A call that this client created, followed until it ends. */
export interface FollowedCall extends Follower {
  hear(event: CallEvent): void
  /** The connection was lost: from now on nothing is sure. */
  lost(): void
  /** The client was closed. */
  giveUp(): void
}

/** What actions work with. */
export interface ActionContext {
  readonly policy: Readonly<ActionPolicy>
  readonly lane: Pick<Lane, 'ask' | 'withdraw' | 'confirmed'>
  readonly book: CallBook<FollowedCall>
  readonly watches: Watches
  /** Random ids of calls that are asked for or followed. */
  readonly reserved: Set<string>
  /** Redirects that ring: they need the connection as calls do. */
  readonly ringing: Set<Ticket>
  readonly after: (ms: number, run: () => void) => () => void
}
