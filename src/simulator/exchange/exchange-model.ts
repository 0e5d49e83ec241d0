import type { CallEndStatus } from '../../protocol/events.js'
import type { Timer } from './timers.js'

// What is true in the exchange, whoever is told of it and in which words.

/** One end of a call. */
export interface Party {
  readonly number: string
  readonly name: string
}

/** Somebody being rung, or talking, for a caller. */
export interface Leg {
  /** Of an agent's leg its own; else that of the caller's channel. */
  readonly id: string
  readonly party: Party
  /** `agent`: offered by a queue, on a channel of its own; `own`: dialled or redirected to, on the caller's channel. */
  readonly kind: 'agent' | 'own'
  readonly beganAt: number
  state: 'ringing' | 'talking' | 'over'
  /** Its end was told already, though it talks on. */
  quiet: boolean
  /** What is still to happen to this leg by itself. */
  readonly timers: Timer[]
}

/** A caller's whole journey through the exchange. */
export interface Call {
  /** Of the caller's own channel; the first, where an API-created call has several. */
  readonly id: string
  /** Of the caller's own channel, oldest first. The last is the one in use. */
  readonly ids: string[]
  /** Of an API-created call. */
  readonly randomId: string | undefined
  readonly caller: Party
  /** The number that the caller dialled. */
  readonly called: string
  /** ms since the epoch. */
  readonly beganAt: number
  /** `calling-out`: of an API-created call, while its first leg rings; `hopping`: between two queues. */
  phase: 'calling-out' | 'ringing' | 'queued' | 'hopping' | 'talking' | 'over'
  /** Those that ring or talk. */
  readonly legs: Leg[]
  /** In a queue, or between two. `since`: when the first one took the caller. */
  queue: { name: string; joinedAt: number; since: number } | undefined
  /** How the last dial went; what the call will end with. */
  status: CallEndStatus
  /** A person answered, at some time of the journey. */
  answeredBy: Party | undefined
  /** ms that the parties talk once connected; undefined: until somebody hangs up. */
  readonly talk: number | undefined
  /** When the caller has had enough of waiting. */
  patience: Timer | undefined
  /** What is still to happen to this call by itself. */
  readonly timers: Set<Timer>
}

/** A leg as others may see it. */
export type LegView = Readonly<Pick<Leg, 'id' | 'party' | 'kind' | 'beganAt' | 'state'>>

/** A call as others may see it: the truth of the moment. */
export interface CallView
  extends Readonly<
    Pick<Call, 'id' | 'randomId' | 'caller' | 'called' | 'beganAt' | 'phase' | 'status' | 'answeredBy'>
  > {
  readonly ids: readonly string[]
  readonly legs: readonly LegView[]
  readonly queue: Readonly<NonNullable<Call['queue']>> | undefined
}

/** A queue as others may see it. */
export interface QueueView {
  readonly members: readonly { readonly party: Party; readonly paused: boolean }[]
  readonly waiting: readonly CallView[]
}

/** What happened, to be told in the words of a dialect. */
export type Fact =
  /** An API-created call got an id: its first, or another. */
  | { readonly fact: 'created'; readonly call: Call }
  /** The caller's channel dials a party: first, by a forwarding, or by a redirect that `shows` another number than the caller's. */
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
  /** The queue took the call, which is no person. */
  | { readonly fact: 'queue-answered'; readonly call: Call }
  | { readonly fact: 'leg-ended'; readonly call: Call; readonly leg: Leg; readonly status: CallEndStatus }
  | { readonly fact: 'ended'; readonly call: Call; readonly status: CallEndStatus }
  | { readonly fact: 'joined'; readonly call: Call; readonly queue: string; readonly position: number }
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
export function newest(call: Call): string {
  return call.ids.at(-1) ?? call.id
}

/** The leg that talks, if any. */
export function talking(call: Call): Leg | undefined {
  return call.legs.find(leg => leg.state === 'talking')
}
