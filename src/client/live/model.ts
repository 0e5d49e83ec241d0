import type { Observable } from 'rxjs'
import type { CallEndStatus, PbxEvent, PbxEventOf } from '../../protocol/events.js'
import type { Abbreviations } from '../../protocol/unique-id.js'
import type { ExpiryQueue } from '../../shared/expiry-queue.js'
import type { ResolvedTrackerOptions } from './tracker-options.js'

// The bottom of live state: what users see of calls and queues, and below that what only the reducers know.

/** Somebody who was rung for a caller. */
export interface Leg {
  /** The unique id of an agent's leg; of any other kind that of the caller's channel. */
  uniqueId: string
  callee: string
  calleeName: string
  /**
   * `agent`: offered by a queue; `direct`: dialled by the caller; `redirect`: put in the place of another by redirect,
   * transfer or forwarding.
   */
  kind: 'direct' | 'agent' | 'redirect'
  /** ms since the epoch, as are all times here. */
  beganAt: number
  answeredAt?: number
  endedAt?: number
  /** Absent while the leg lasts, and where its end was not seen. */
  status?: CallEndStatus
}

/** A caller's whole journey through the PBX, as it stands: an immutable snapshot. */
export interface Call {
  /** The unique id of the caller's own channel; of an API-created call its first. Never changes. */
  id: string
  /** The newest id of the caller's own channel: the one to act on. */
  uniqueId: string
  /** All ids of the caller's own channel, oldest first; legs not included. */
  uniqueIds: readonly string[]
  /** The random id of an API-created call, this client's or another's. */
  callRandomId?: string
  /** The customer's identity: never replaced by that of a redirect's leg. Empty while unknown. */
  caller: string
  callerName: string
  callee: string
  calleeName: string
  /** The number that the caller dialled. */
  calledNumber: string
  /** By `isExtension`: from outside, to the outside, between extensions; unknown while a party is. */
  direction: 'inbound' | 'outbound' | 'internal' | 'unknown'
  /**
   * - `ringing`: somebody is rung, or nobody yet
   * - `queued`: waits in a queue, or is on the way from one to another
   * - `answered`: a person has answered
   * - `ended`: with `status`, unless only a seed showed the end
   * - `lost`: dropped because no event came for too long; nobody knows how it ended
   */
  phase: 'ringing' | 'queued' | 'answered' | 'ended' | 'lost'
  /** Everybody who was rung, oldest first; a direct call has one leg. */
  legs: readonly Leg[]
  /** The extension or number of the person who took the call, as far as the wire shows. */
  answeredBy?: string
  /** `position` is kept up to date; `waitingSince` is when the first queue took the caller. */
  queue?: { queue: string; position: number; joinedAt: number; waitingSince: number }
  startedAt: number
  /** The time of the first person's answer. */
  answeredAt?: number
  endedAt?: number
  status?: CallEndStatus
  /** True if the end was seen, and no person had answered. */
  missed: boolean
  /** True if the channel began in this session, so that the PBX may accept hangup and redirect. */
  controllable: boolean
  /** True while nothing since a gap has proved where the call stands: it may have changed, or be over. */
  stale: boolean
}

/** The place where a call waits, and since when. Positions count from 1. */
export type QueuePosition = NonNullable<Call['queue']>

/** A change of a call, one per event that mattered. */
export interface CallChange {
  /**
   * - `begin`: a call is known from now on
   * - `offer`: a queue rings an agent
   * - `queue`: joined or left a queue; leaving does not mean that the caller is gone
   * - `redirect`: somebody else is rung on the caller's channel
   * - `answer`: a person has answered
   * - `merge`: `call` turned out to be part of `into`; figures count only the survivor
   * - `end`: the journey is over; `call.phase` says whether it `ended` or was `lost`
   * - `unseen-end`: the end of something whose beginning was not seen
   * - `update`: anything else
   */
  kind: 'begin' | 'offer' | 'queue' | 'redirect' | 'answer' | 'update' | 'merge' | 'end' | 'unseen-end'
  /** Absent only for `unseen-end`. */
  call?: Call
  into?: Call
  /**
   * The leg that was offered, answered, redirected to, dialled for an API-created call, or that ended. Of a `begin` see
   * `call.legs`.
   */
  leg?: Leg
  /** Absent when a seed or a time limit caused the change. */
  event?: PbxEvent
}

/** A call as a snapshot from elsewhere has it, such as the PBX's REST API. */
export interface CallSeed {
  uniqueId: string
  /** Of an agent's leg: the unique id of the waiting caller's own channel. Empty is the same as absent. */
  fromQueueUniqueId?: string | undefined
  caller?: string | undefined
  callerName?: string | undefined
  callee?: string | undefined
  calleeName?: string | undefined
  calledNumber?: string | undefined
  phase: 'ringing' | 'queued' | 'answered'
  /** ms since the epoch. */
  startedAt?: number | undefined
  answeredAt?: number | undefined
}

/** The calls of a PBX as they stand. */
export interface CallTracker {
  /** By `Call.id`; the same map for the tracker's life. */
  readonly current: ReadonlyMap<string, Call>
  /**
   * Starts with the present; then at most one emission per `listInterval`, whatever the event rate. Untouched calls are
   * the same objects. Holds the connection; errors with the terminal errors; completes on `close()` of the tracker or
   * the client.
   */
  readonly list$: Observable<readonly Call[]>
  /**
   * One change per event that mattered, in wire order, before any subscriber of `event$` sees the event. Lives as
   * `list$` does.
   */
  readonly change$: Observable<CallChange>
  /**
   * ms since the epoch: the tracker knows everything since then, and nothing before unless seeded. Undefined while
   * there is no session.
   */
  readonly since: number | undefined
  /** Finds a call by any id that it ever had, its legs' and superseded ones included. */
  find(uniqueId: string): Call | undefined
  /** Finds a call by the random id of `call.create`, this client's or another's. */
  findByRandomId(callRandomId: string): Call | undefined
  /**
   * Merges a snapshot of all running calls, after connecting or after a gap. Events of this session are newer than any
   * snapshot, and so not overwritten. A stale call takes the snapshot's word; a stale call that is not in it has ended.
   * A snapshot merged between two sessions is stale from the next login on. A tracker of queues that shares its store
   * with this one sees the same. Throws `InvalidOptionsError` for what cannot be read, and then merges nothing.
   */
  seed(calls: readonly CallSeed[]): void
  /** Stops tracking and completes the streams; also done by the client's `close()`. */
  close(): void
}

/** An agent of a queue. */
export interface QueueMember {
  /** The extension. */
  member: string
  /** Empty while unknown. */
  name: string
  /** As far as the wire shows: an agent who is added as paused is announced like any other. */
  paused: boolean
  /** ms since the epoch: paused, or not paused, since then. Where that is not known, the agent was first seen then. */
  since: number
}

/** A caller in a queue. */
export interface WaitingCaller {
  /** `Call.id` */
  call: string
  caller: string
  callerName: string
  /** From 1. Announced by the PBX at the join; counted from then on. */
  position: number
  /** ms since the epoch: when the first queue of this wait took the caller. */
  since: number
  /** True for a caller who has left, but may be on the way to another queue: see `hopGrace`. */
  leaving: boolean
}

/** A queue as it stands: an immutable snapshot. */
export interface Queue {
  queue: string
  members: readonly QueueMember[]
  /** In order. */
  waiting: readonly WaitingCaller[]
  /**
   * False until seeded, and again after a gap: the API sends changes, no opening state, and only those the account may
   * see.
   */
  complete: boolean
  /** True while some of it was not seen since a gap. */
  stale: boolean
}

/** A change of a queue. */
export interface QueueChange {
  kind: 'member' | 'waiting'
  queue: Queue
  /** Absent when a seed or a time limit caused the change. */
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
  /**
   * As `CallTracker.list$`: starts with the present, holds the connection, at most one emission per `listInterval`,
   * untouched queues are the same objects.
   */
  readonly list$: Observable<readonly Queue[]>
  /** One change per queue that an event touched. Lives as `list$` does. */
  readonly change$: Observable<QueueChange>
  /**
   * ms since the epoch: the tracker knows everything since then, and nothing before unless seeded. Undefined while
   * there is no session.
   */
  readonly since: number | undefined
  /**
   * Merges a snapshot of queues, each as a whole. Events of this session are newer than any snapshot, and so not
   * overwritten. A snapshot merged between two sessions is stale from the next login on. A tracker of calls that shares
   * its store with this one knows the callers of the snapshot, too. Throws `InvalidOptionsError`, and then merges
   * nothing.
   */
  seed(queues: readonly QueueSeed[]): void
  /** Stops tracking and completes the streams; also done by the client's `close()`. */
  close(): void
}

/** The fields of a `Call` that may be absent. */
type Optional = 'answeredBy' | 'answeredAt' | 'queue' | 'callRandomId' | 'endedAt' | 'status'

/**
 * A call while a reducer changes it: every field is there, whether it has a value or not. `commit` fills in `queue`
 * from the call's entry.
 */
export type CallDraft = Omit<Call, Optional> & { [name in Optional]: Call[name] | undefined }

/** The names and numbers of the parties of a call. */
export type Identity = Pick<Call, 'caller' | 'callerName' | 'callee' | 'calleeName' | 'calledNumber'>

/** As much of an identity as an event or a seed shows. */
export type PartialIdentity = { readonly [name in keyof Identity]?: string | undefined }

/** A call and what is known of it beside its snapshot. */
export interface CallState {
  /** The snapshot that everybody sees. */
  call: Call
  /** Every id that leads to this call, its legs' ids included. */
  ids: readonly string[]
  /** The own id whose `call.begin` came last. Until one has come, the first shows who the parties are. */
  begunId: string | undefined
  /** The place where the call waits. */
  entry: QueueEntry | undefined
  /** True from the first entry on: a `queue.left` of this call then says nothing new about those behind. */
  wasQueued: boolean
  /**
   * Entry removed by a pickup on the caller's own channel. Restored if an agent's leg shows later that only the queue
   * had answered.
   */
  doubtedEntry: QueueEntry | undefined
  /**
   * True while nothing but a queue's snapshot has proved this call since the gap. Such a snapshot shows no legs, so one
   * of calls still settles them.
   */
  isKnownByQueueSeed: boolean
}

/** A caller's entry in the waiting list of a queue. */
export interface QueueEntry {
  state: CallState
  /** As `Call.queue` shows it. The PBX announces the position at the join only; from then on it is counted. */
  snapshot: QueuePosition
  /** The number of the join. Joins and leavings are numbered together. */
  readonly joined: number
  /** The number of the leaving, while the caller may be on the way to another queue. */
  left: number | undefined
  /** True while nothing since a gap has shown that the caller waits in this queue. */
  isStale: boolean
  /** The row that a queue showed last. */
  row: WaitingCaller | undefined
}

/** Events of an id that no known call has: its beginning may come after them. */
export interface EarlyEvents {
  pickup: PbxEventOf<'call.pickup'> | undefined
  end: PbxEventOf<'call.end'> | undefined
}

/** A follower of a call store. */
export interface CallStoreObserver {
  /** True while somebody receives call changes. No change is made for nobody. */
  readonly isWatched: boolean
  callChanged(change: CallChange): void
  /** Some call has another snapshot, whether a change says so or not. */
  callsTouched(): void
  /** The waiting list of this queue may differ: who waits, where, or how sure that is. */
  queueTouched(queue: string): void
}

/** The state that all reducers work on: the calls, the waiting lists, and what expires when. */
export interface CallStore {
  readonly options: ResolvedTrackerOptions
  readonly observer: CallStoreObserver
  /** By `Call.id`. */
  current: Map<string, Call>
  /** By any id that a call has or had, its legs' included. */
  readonly byId: Map<string, CallState>
  readonly byRandomId: Map<string, CallState>
  /** Open API-created calls, by their newest id. */
  readonly abbreviations: Abbreviations<CallState>
  /** The waiting list of each queue that was ever named, in order. */
  readonly queues: Map<string, QueueEntry[]>
  /** The number of joins and leavings so far. */
  moves: number
  readonly earlyEvents: Map<string, EarlyEvents>
  /** The keys of `earlyEvents`. */
  readonly earlyIds: ExpiryQueue<string>
  /** Ids of calls that are over and no longer known: events of them say nothing new. */
  readonly forgottenIds: ExpiryQueue<string>
  /** All calls that are not over, by their last event. */
  readonly silent: ExpiryQueue<CallState>
  readonly stale: ExpiryQueue<CallState>
  /** Calls that are over and still shown. */
  readonly ended: ExpiryQueue<CallState>
  /** Entries of callers who have left their queue, perhaps for another. */
  readonly leaving: ExpiryQueue<QueueEntry>
}
