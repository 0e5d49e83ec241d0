import type { Observable } from 'rxjs'
import type { CallEndStatus, PbxEvent } from '../../protocol/events.js'

/** Somebody who was rung for a caller. */
export interface Leg {
  /** Of an agent's leg its own; else that of the caller's channel. */
  uniqueId: string
  callee: string
  calleeName: string
  /** `agent`: offered by a queue; `direct`: dialled by the caller; `redirect`: put in the place of another by redirect, transfer or forwarding. */
  kind: 'direct' | 'agent' | 'redirect'
  /** ms since the epoch, as are all times here. */
  beganAt: number
  answeredAt?: number
  endedAt?: number
  /** Absent while it lasts, and where its end was not told. */
  status?: CallEndStatus
}

/** A caller's whole journey through the PBX, as it stands: an immutable snapshot. */
export interface Call {
  /** The unique id of the caller's own channel; of an API-created call its first. Never changes. */
  id: string
  /** The newest of the caller's own channel: the one to act on. */
  uniqueId: string
  /** Of the caller's own channel, oldest first; legs not included. */
  uniqueIds: readonly string[]
  /** Of an API-created call, this client's or another's. */
  callRandomId?: string
  /** The customer's identity: never replaced by that of a redirect's leg. Empty where nothing was told. */
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
   * - `ended`: with `status`, unless only a seed told so
   * - `lost`: dropped because nothing was heard for too long; nobody knows how it ended
   */
  phase: 'ringing' | 'queued' | 'answered' | 'ended' | 'lost'
  /** Who was rung, oldest first; a direct call has one. */
  legs: readonly Leg[]
  /** The extension or number of the person who took it, as far as the wire tells. */
  answeredBy?: string
  /** `position` is kept up to date; `waitingSince` is when the first queue took the caller. */
  queue?: { queue: string; position: number; joinedAt: number; waitingSince: number }
  startedAt: number
  /** When the first person answered. */
  answeredAt?: number
  endedAt?: number
  status?: CallEndStatus
  /** Its end was heard, and no person had answered. */
  missed: boolean
  /** Its channel began in this session, so the PBX may accept hangup and redirect. */
  controllable: boolean
  /** Since a gap nothing has proved where it stands: it may have changed, or be over. */
  stale: boolean
}

/** What happened to a call, one per event that mattered. */
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
  /** The leg that was offered, answered, redirected to, dialled for an API-created call, or that ended. Of a `begin` see `call.legs`. */
  leg?: Leg
  /** Absent when a seed or a time limit caused it. */
  event?: PbxEvent
}

/** A call as a snapshot from elsewhere has it, such as the PBX's REST API. */
export interface CallSeed {
  uniqueId: string
  /** Of an agent's leg: the unique id of the waiting caller's own channel; empty as absent. */
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
   * Starts with the present; then at most one emission per `listInterval`, whatever the event rate. Untouched calls are the same objects. Holds the connection;
   * errors with the terminal errors; completes on `close()` of the tracker or the client.
   */
  readonly list$: Observable<readonly Call[]>
  /** One per event that mattered, in wire order, before any subscriber of `event$` is told of the event. Lives as `list$` does. */
  readonly change$: Observable<CallChange>
  /** ms since the epoch: knows everything since then, and nothing before unless seeded. Undefined while there is no session. */
  readonly since: number | undefined
  /** By any id the call ever had, its legs' and superseded ones included. */
  find(uniqueId: string): Call | undefined
  /** By the random id of `call.create`, this client's or another's. */
  findByRandomId(callRandomId: string): Call | undefined
  /**
   * Merges a snapshot of all running calls, after connecting or after a gap. What events have told in this session is not overwritten; what is stale takes the
   * snapshot's word; what is stale and not in it has ended. Seeded between two sessions it is stale from the next login on. Throws `InvalidOptionsError` for what
   * cannot be read, and then merges nothing.
   */
  seed(calls: readonly CallSeed[]): void
  /** Stops tracking and completes the streams; also done by the client's `close()`. */
  close(): void
}
