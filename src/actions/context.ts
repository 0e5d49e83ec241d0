import type { ActionPolicy } from '../options.js'
import type { CallBook, Follower } from './call-book.js'
import type { Lane } from './lane.js'
import type { Watches } from './target.js'

/** A call that this client created, followed until it ends. */
export interface FollowedCall extends Follower {
  /** Another id has taken its place. */
  isSuperseded(uniqueId: string): boolean
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
  readonly reserved: Set<string>
  readonly now: () => number
  readonly after: (ms: number, run: () => void) => () => void
}
