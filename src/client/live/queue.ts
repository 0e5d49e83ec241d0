import type { Observable } from 'rxjs'
import type { PbxEvent } from '../../protocol/events.js'

/** An agent of a queue. */
export interface QueueMember {
  /** The extension. */
  member: string
  /** Empty where nothing told it. */
  name: string
  /** As far as was told: one who is added as paused is announced like any other. */
  paused: boolean
  /** ms since the epoch: paused, or not paused, since then; where that is not known, seen since then. */
  since: number
}

/** A caller in a queue. */
export interface WaitingCaller {
  /** `Call.id` */
  call: string
  caller: string
  callerName: string
  /** From 1. Told by the PBX at the join; counted from then on. */
  position: number
  /** ms since the epoch: in the first queue of this wait. */
  since: number
  /** Has left, but may be on the way to another queue: see `hopGrace`. */
  leaving: boolean
}

/** A queue as it stands: an immutable snapshot. */
export interface Queue {
  queue: string
  members: readonly QueueMember[]
  /** In order. */
  waiting: readonly WaitingCaller[]
  /** False until seeded, and again after a gap: the API sends changes, no opening state, and only those the account may see. */
  complete: boolean
  /** Some of it was not seen since a gap. */
  stale: boolean
}

/** What happened to a queue. */
export interface QueueChange {
  kind: 'member' | 'waiting'
  queue: Queue
  /** Absent when a seed or a time limit caused it. */
  event?: PbxEvent
}

/** A queue as a snapshot from elsewhere has it. */
export interface QueueSeed {
  queue: string
  members: readonly { member: string; name?: string | undefined; paused: boolean }[]
  /** In order. */
  waiting: readonly {
    uniqueId: string
    caller?: string | undefined
    callerName?: string | undefined
    waitingSince?: number | undefined
  }[]
}

/** The queues of a PBX as they stand. */
export interface QueueTracker {
  /** By queue; the same map for the tracker's life. A queue is in it from the first event that names it. */
  readonly current: ReadonlyMap<string, Queue>
  /** As `CallTracker.list$`: starts with the present, holds the connection, at most one emission per `listInterval`, untouched queues are the same objects. */
  readonly list$: Observable<readonly Queue[]>
  /** One per queue that an event touched. Lives as `list$` does. */
  readonly change$: Observable<QueueChange>
  /** ms since the epoch: knows everything since then, and nothing before unless seeded. Undefined while there is no session. */
  readonly since: number | undefined
  /**
   * Merges a snapshot of queues, each as a whole; what events have told in this session is not overwritten. Seeded between two sessions it is stale from the next
   * login on. Throws `InvalidOptionsError`, and then merges nothing.
   */
  seed(queues: readonly QueueSeed[]): void
  /** Stops tracking and completes the streams; also done by the client's `close()`. */
  close(): void
}
