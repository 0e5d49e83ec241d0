import type { Refused } from '../server/telephony.js'
import type { EventFrame } from './event-encoder.js'
import type { Behaviour } from './exchange-config.js'
import type { CallView, QueueView } from './exchange-model.js'
import type { CreateRequest } from './originate.js'

/** A call that a person dials. */
export interface Dial {
  /** An extension, or any outside number. */
  readonly from: string
  /** An extension, a queue, a line of the company, or an outside number. */
  readonly to: string
  /** The caller's name. @default the name of the extension, or the number */
  readonly name?: string
  /** ms that the parties talk once a person has answered. Without it they talk until somebody hangs up. */
  readonly talk?: number
  /** ms until the caller hangs up, if nobody has answered. Without it the caller waits for ever. */
  readonly patience?: number
}

/** The commands of people, of the API and of the network to an exchange. Every command happens at `now`. */
export interface ExchangeCommands {
  /** ms since the epoch. */
  readonly now: number
  /** Dials a number; gives the unique id of the caller's channel. */
  dial(dial: Dial): string
  /** Makes a call for the API; gives its first unique id, or undefined when the call cannot be made. */
  create(request: CreateRequest, talk?: number): string | undefined
  /**
   * Answers a ringing telephone: an agent's leg by the id of the leg, another one by the id of the call. `by` chooses
   * the number, if several ring. False when nothing rings there.
   */
  answer(id: string, by?: string): boolean
  /** Rejects a call at a ringing telephone. `id` and `by` as in `answer`. False when nothing rings there. */
  reject(id: string, by?: string): boolean
  /**
   * Ends a call. On a ringing agent's leg this is only that agent's rejection, and the next member gets an offer; on
   * the leg of a talking agent it ends the whole call. `since`: calls that began earlier are not found.
   */
  hangUp(id: string, since?: number): Refused | undefined
  /**
   * Replaces the called party: by the API, or by an agent who transfers a caller unannounced. `since` as in `hangUp`.
   */
  redirect(id: string, destination: string, since?: number): Refused | undefined
  /**
   * Calls `to` from the telephone that talks to the caller; gives the unique id of that call. Undefined when none
   * talks.
   */
  consult(id: string, to: string): string | undefined
  /**
   * Connects the caller with the party of the consultation. Both known ids end, and two people talk on. False unless
   * both calls talk, and the agent is in both.
   */
  completeTransfer(id: string, consultation: string): boolean

  /** Pauses a member in the queue, or in all its queues. A paused member is announced again. */
  pause(member: string, queue?: string): void
  unpause(member: string, queue?: string): void
  /** Adds a member to a queue. A known member is announced again, and stays paused or not unless `paused` is given. */
  addMember(member: string, queue: string, paused?: boolean): void
  removeMember(member: string, queue?: string): void
  /**
   * Changes the behaviour of a telephone. Throws `InvalidOptionsError` for a number that is no telephone of the plan.
   */
  behave(number: string, behaviour: Behaviour): void

  /** Whether a telephone rings, talks or calls. */
  engaged(number: string): boolean
  /** The calls that are not over, under every id they have or had: the truth to compare the events with. */
  readonly calls: ReadonlyMap<string, CallView>
  readonly queues: ReadonlyMap<string, QueueView>
}

/**
 * A small telephone exchange without a clock, a socket or a chance of its own: the same plan, seed, commands and
 * times give the same frames, byte for byte. Time passes in `advance` only.
 */
export interface Exchange extends ExchangeCommands {
  /** Time of the next thing that happens by itself; undefined when there is none. */
  readonly nextAt: number | undefined
  /** Lets time pass until `to`, with everything that happens by itself meanwhile. */
  advance(to: number): void
}

/** The surroundings of an exchange. */
export interface ExchangeParts {
  /** Seed of the chance. */
  seed: number | string
  /** ms since the epoch. */
  start: number
  /** Called with every event, in order. `at`: ms since the epoch. */
  tell: (frame: EventFrame, at: number) => void
}
