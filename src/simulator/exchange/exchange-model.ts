import type { CallEndStatus } from '../../protocol/events.js'
import type { Timer } from './timers.js'

// The truth in the exchange, before an encoder puts a part of it on the wire.

/** One end of a call. */
export interface Party {
  readonly number: string
  readonly name: string
}

/** A telephone that rings or talks for a caller. */
export interface Leg {
  /** An agent's leg has an id of its own; another leg has that of the caller's channel. */
  readonly id: string
  readonly party: Party
  /** `agent`: offered by a queue, on a channel of its own. `own`: dialled or redirected to, on the caller's channel. */
  readonly kind: 'agent' | 'own'
  readonly beganAt: number
  state: 'ringing' | 'talking' | 'over'
  /** True when the end of this leg was announced already, although its party talks on. */
  endAnnounced: boolean
  /** Timers that end with this leg. */
  readonly timers: Timer[]
}

/** A caller's way through the exchange, from the first dial to the end. */
export interface Call {
  /** Id of the caller's own channel; the first one, where an API-created call has several. */
  readonly id: string
  /** Ids of the caller's own channel, oldest first. The last one is in use. */
  readonly ids: string[]
  /** `call_random_id` of an API-created call. */
  readonly randomId: string | undefined
  readonly caller: Party
  /** The number that the caller dialled. */
  readonly called: string
  /** ms since the epoch. */
  readonly beganAt: number
  /** `calling-out`: the first leg of an API-created call rings. `hopping`: between two queues. */
  phase: 'calling-out' | 'ringing' | 'queued' | 'hopping' | 'talking' | 'over'
  /** Legs that ring or talk. */
  readonly legs: Leg[]
  /**
   * The queue of a call that waits, or the last one of a call that hops. `since`: when the first queue took the caller.
   */
  queue: { name: string; joinedAt: number; since: number } | undefined
  /** Result of the last dial, with which the call will end. */
  status: CallEndStatus
  /** The last person who answered. */
  answeredBy: Party | undefined
  /** ms that the parties talk once connected; undefined: until somebody hangs up. */
  readonly talk: number | undefined
  /** Timer at which the caller stops waiting. */
  patience: Timer | undefined
  /** Timers that end with this call. */
  readonly timers: Set<Timer>
}

/** A leg, for readers. */
export type LegView = Readonly<Pick<Leg, 'id' | 'party' | 'kind' | 'beganAt' | 'state'>>

/** A call, for readers: the truth of the moment. */
export interface CallView
  extends Readonly<
    Pick<Call, 'id' | 'randomId' | 'caller' | 'called' | 'beganAt' | 'phase' | 'status' | 'answeredBy'>
  > {
  readonly ids: readonly string[]
  readonly legs: readonly LegView[]
  readonly queue: Readonly<NonNullable<Call['queue']>> | undefined
}

/** A queue, for readers. */
export interface QueueView {
  readonly members: readonly { readonly party: Party; readonly paused: boolean }[]
  readonly waiting: readonly CallView[]
}

/** Something that happened in the exchange. An encoder makes an event of the wire from it. */
export type Fact =
  /** An API-created call got its first id, or a further one. */
  | { readonly fact: 'created'; readonly call: Call }
  /**
   * The caller's channel dials a party: at the beginning, by a forwarding, or by a redirect. `shows` is the caller
   * that the party sees: a redirect may show the company's number.
   */
  | {
      readonly fact: 'dialled'
      readonly call: Call
      readonly party: Party
      readonly shows: Party
      readonly called: string
    }
  | { readonly fact: 'offered'; readonly call: Call; readonly leg: Leg }
  /** A person took the call. */
  | { readonly fact: 'answered'; readonly call: Call; readonly leg: Leg }
  /** The queue took the call; no person did. */
  | { readonly fact: 'queue-answered'; readonly call: Call }
  | { readonly fact: 'leg-ended'; readonly call: Call; readonly leg: Leg; readonly status: CallEndStatus }
  | { readonly fact: 'ended'; readonly call: Call; readonly status: CallEndStatus }
  | { readonly fact: 'joined'; readonly call: Call; readonly queue: string; readonly position: number }
  /** The caller left the queue. `taken`: by the pickup of an agent. */
  | {
      readonly fact: 'left'
      readonly call: Call
      readonly queue: string
      readonly holdtime: number
      readonly taken: boolean
    }
  | { readonly fact: 'added' | 'removed'; readonly queue: string; readonly member: Party }
  | { readonly fact: 'paused' | 'unpaused'; readonly queue: string; readonly member: Party }

/** The id of the caller's channel that is in use. */
export function currentId(call: Call): string {
  return call.ids.at(-1) ?? call.id
}

/** The leg that talks; undefined when none does. */
export function talkingLeg(call: Call): Leg | undefined {
  return call.legs.find(leg => leg.state === 'talking')
}
