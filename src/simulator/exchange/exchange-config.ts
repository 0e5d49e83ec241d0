/** The behaviour of a telephone that is rung. */
export type Behaviour =
  /** Answers after `after` ms. */
  | { readonly kind: 'answer'; readonly after: number }
  /** Rings until the caller or the exchange gives up, or until `Exchange.answer`. */
  | { readonly kind: 'never' }
  /** Refuses after `after` ms, and the call ends as 'busy'. */
  | { readonly kind: 'reject'; readonly after: number }
  /** Refuses after `after` ms, and the call ends as 'dontcall'. */
  | { readonly kind: 'refuse'; readonly after: number }
  | { readonly kind: 'busy' }
  /** Not registered: 'chanunavail'. */
  | { readonly kind: 'unregistered' }

/** A telephone of the company. */
export interface Extension {
  readonly number: string
  readonly name: string
  /** @default { kind: 'never' } */
  readonly behaviour?: Behaviour
  /**
   * Destination of calls that this extension does not take. Each forwarding is a second `call.begin` on the caller's
   * own channel.
   */
  readonly forward?: { readonly to: string; readonly when: 'always' | 'busy' | 'no-answer' }
}

/** A number outside the company. Calls to a number that the plan does not have end as 'chanunavail' or 'congestion'. */
export interface OutsideNumber {
  readonly number: string
  /** @default the number */
  readonly name?: string
  /** @default { kind: 'never' } */
  readonly behaviour?: Behaviour
}

/** A number of the company, with its destination. */
export interface Line {
  readonly number: string
  /** An extension or a queue. */
  readonly to: string
}

/** A queue. */
export interface QueuePlan {
  readonly queue: string
  /** Extensions, in the order of the offers. */
  readonly members: readonly string[]
  /** Members that are paused at the start. */
  readonly paused?: readonly string[]
  /** @default 'in-turn' */
  readonly strategy?: 'in-turn' | 'ring-all'
  /** ms for which an agent's telephone rings. @default 15000 */
  readonly ringTime?: number
  /** ms between two offers. @default 1000 */
  readonly retry?: number
  /** ms for which a caller waits in this queue. @default Infinity */
  readonly timeout?: number
  /** The queue that takes over after `timeout`; without one the call ends as 'noanswer'. */
  readonly overflow?: string
}

/** Behaviours that differ between exchanges, or happen only now and then: shares from 0 to 1, drawn from the seed. */
export interface Quirks {
  /** At the end of a queue call the caller's channel ends before the agent's leg. @default 0.35 */
  readonly callerEndsFirst: number
  /** The end of an offer is announced only after the next offer has begun. @default 0 */
  readonly lateLegEnd: number
  /** A leg that still rings ends after its caller. @default 0 */
  readonly ringingLegEndsLast: number
  /** `queue.left` follows right after an agent's pickup. @default 0 */
  readonly leftAfterPickup: number
  /** `call.pickup` comes on the caller's channel when the queue takes the call. @default 0 */
  readonly queuePickup: number
  /** The same offer is announced twice. @default 0 */
  readonly offeredTwice: number
  /** A caller is offered to the agent who already talks to that caller. @default 0 */
  readonly offeredWhileTalking: number
  /** An agent's leg ends 33 ms after its pickup, and the talk goes on under the caller's channel. @default 0 */
  readonly legEndsEarly: number
  /** The `call.begin` of an API-created call comes before the `call.create_response` of its id. @default 0 */
  readonly beginBeforeResponse: number
  /** An API-created call ends without a `call.begin`. @default 0 */
  readonly endWithoutBegin: number
}

/** The telephones, lines and queues of an exchange. */
export interface ExchangePlan {
  readonly extensions?: readonly Extension[]
  readonly outside?: readonly OutsideNumber[]
  readonly lines?: readonly Line[]
  readonly queues?: readonly QueuePlan[]
  /**
   * `asterisk`: agent legs and changing ids, like the live service. `document`: the vendor's document taken
   * literally, with one id for each call and nothing else.
   * @default 'asterisk'
   */
  readonly dialect?: 'asterisk' | 'document'
  /** ms for which an unanswered telephone rings. @default 30000 */
  readonly ringTime?: number
  /** ms between leaving one queue and joining the one that takes over. @default 2000 */
  readonly hop?: number
  /**
   * Number of ids that an API-created call has, one after the other, once its destination is dialled: 1 to 6. @default
   * 2
   */
  readonly createdIds?: number
  /** Status of an offer that the queue gives up. Exchanges differ by how agents are attached. @default 'cancel' */
  readonly givenUp?: 'cancel' | 'noanswer'
  /** The caller in the `call.begin` of a redirect. @default 'company' */
  readonly redirectsShow?: 'company' | 'caller'
  /** The numbers allowed as `caller_id`; others fail. @default the lines */
  readonly callerIds?: readonly string[]
  readonly quirks?: Partial<Quirks>
}

/** The plan, checked and complete. */
export interface ResolvedPlan {
  readonly extensions: readonly (Required<Omit<Extension, 'forward'>> & Pick<Extension, 'forward'>)[]
  readonly outside: readonly Required<OutsideNumber>[]
  readonly lines: readonly Line[]
  readonly queues: readonly ResolvedQueue[]
  readonly dialect: 'asterisk' | 'document'
  readonly ringTime: number
  readonly hop: number
  readonly createdIds: number
  readonly givenUp: 'cancel' | 'noanswer'
  readonly redirectsShow: 'company' | 'caller'
  readonly callerIds: readonly string[]
  readonly quirks: Quirks
}

export type ResolvedQueue = Required<Omit<QueuePlan, 'overflow'>> & Pick<QueuePlan, 'overflow'>
