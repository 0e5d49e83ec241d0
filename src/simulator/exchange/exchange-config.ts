import { InvalidOptionsError } from '../../client/errors.js'

/** What an extension or an outside number does when it is rung. */
export type Behaviour =
  /** Answers after so many ms. */
  | { readonly kind: 'answer'; readonly after: number }
  /** Rings until somebody gives up, or until `Exchange.answer`. */
  | { readonly kind: 'never' }
  /** Refuses after so many ms, and the call ends as 'busy'. */
  | { readonly kind: 'reject'; readonly after: number }
  /** Refuses after so many ms, and the call ends as 'dontcall'. */
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
  /** Where calls go that it does not take; each time a second `call.begin` on the caller's own channel. */
  readonly forward?: { readonly to: string; readonly when: 'always' | 'busy' | 'no-answer' }
}

/** A number of the world. Numbers that nobody has named do not exist, and end as 'chanunavail' or 'congestion'. */
export interface OutsideNumber {
  readonly number: string
  /** @default the number */
  readonly name?: string
  /** @default { kind: 'never' } */
  readonly behaviour?: Behaviour
}

/** A number of the company, and where it leads. */
export interface Line {
  readonly number: string
  /** An extension or a queue. */
  readonly to: string
}

/** A queue. */
export interface QueuePlan {
  readonly queue: string
  /** Extensions, in the order in which they are asked. */
  readonly members: readonly string[]
  /** Members that are paused at the start. */
  readonly paused?: readonly string[]
  /** @default 'in-turn' */
  readonly strategy?: 'in-turn' | 'ring-all'
  /** ms that an agent is rung. @default 15000 */
  readonly ringTime?: number
  /** ms between two offers. @default 1000 */
  readonly retry?: number
  /** ms a caller waits here. @default Infinity */
  readonly timeout?: number
  /** The queue that takes over then; without one the call ends as 'noanswer'. */
  readonly overflow?: string
}

/** What differs between exchanges, and what is seen only now and then: shares from 0 to 1, drawn from the seed. */
export interface Quirks {
  /** In the end of a queue call: the caller's channel ends before the agent's leg. @default 0.35 */
  readonly callerEndsFirst: number
  /** An offer that was given up is told to be over only after the next one has begun. @default 0 */
  readonly lateLegEnd: number
  /** A leg that still rings ends after its caller. @default 0 */
  readonly ringingLegEndsLast: number
  /** `queue.left` right after an agent's pickup. @default 0 */
  readonly leftAfterPickup: number
  /** `call.pickup` on the caller's channel when the queue takes the call. @default 0 */
  readonly queuePickup: number
  /** The same offer announced twice. @default 0 */
  readonly offeredTwice: number
  /** A caller is offered to the agent who is talking to them already. @default 0 */
  readonly offeredWhileTalking: number
  /** An agent's leg ends 33 ms after its pickup, and the conversation goes on under the caller's channel. @default 0 */
  readonly legEndsEarly: number
  /** Of an API-created call: the `call.begin` comes before the `call.create_response` of its id. @default 0 */
  readonly beginBeforeResponse: number
  /** Of an API-created call: it ends without a `call.begin`. @default 0 */
  readonly endWithoutBegin: number
}

/** Everything that the exchange is made of. */
export interface ExchangePlan {
  readonly extensions?: readonly Extension[]
  readonly outside?: readonly OutsideNumber[]
  readonly lines?: readonly Line[]
  readonly queues?: readonly QueuePlan[]
  /**
   * `asterisk`: agent legs, changing ids, as the live service does. `document`: the vendor's document to the letter, one id per call and nothing else.
   * @default 'asterisk'
   */
  readonly dialect?: 'asterisk' | 'document'
  /** ms a telephone rings that nobody answers. @default 30000 */
  readonly ringTime?: number
  /** ms between the queue that a caller leaves and the one that takes over. @default 2000 */
  readonly hop?: number
  /** Ids that an API-created call has, one after the other, where its destination is dialled: 1 to 6. @default 2 */
  readonly createdIds?: number
  /** How an offer ends that the queue gives up; it depends on how agents are attached. @default 'cancel' */
  readonly givenUp?: 'cancel' | 'noanswer'
  /** Whose number is the caller of a redirect's `call.begin`. @default 'company' */
  readonly redirectsShow?: 'company' | 'caller'
  /** The numbers that `caller_id` may be; others fail. @default the lines */
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

const QUIRKS: Quirks = {
  callerEndsFirst: 0.35,
  lateLegEnd: 0,
  ringingLegEndsLast: 0,
  leftAfterPickup: 0,
  queuePickup: 0,
  offeredTwice: 0,
  offeredWhileTalking: 0,
  legEndsEarly: 0,
  beginBeforeResponse: 0,
  endWithoutBegin: 0,
}

const RINGS: Behaviour = { kind: 'never' }

/** Fills in the defaults. Throws {@link InvalidOptionsError} for a plan that contradicts itself. */
export function resolvePlan(plan: ExchangePlan): ResolvedPlan {
  const resolved: ResolvedPlan = {
    extensions: (plan.extensions ?? []).map(({ number, name, behaviour = RINGS, forward }) => ({
      number,
      name,
      behaviour,
      ...(forward !== undefined && { forward }),
    })),
    outside: (plan.outside ?? []).map(({ number, name = number, behaviour = RINGS }) => ({ number, name, behaviour })),
    lines: plan.lines ?? [],
    queues: (plan.queues ?? []).map(resolveQueue),
    dialect: plan.dialect ?? 'asterisk',
    ringTime: plan.ringTime ?? 30_000,
    hop: plan.hop ?? 2_000,
    createdIds: plan.dialect === 'document' ? 1 : (plan.createdIds ?? 2),
    givenUp: plan.givenUp ?? 'cancel',
    redirectsShow: plan.redirectsShow ?? 'company',
    callerIds: plan.callerIds ?? (plan.lines ?? []).map(({ number }) => number),
    quirks: { ...QUIRKS, ...plan.quirks },
  }
  checkNumbers(resolved)
  checkWords(resolved)
  checkTimes(resolved)
  if (!Number.isInteger(resolved.createdIds) || resolved.createdIds < 1 || resolved.createdIds > 6)
    throw new InvalidOptionsError(`'createdIds' must be a whole number from 1 to 6, not ${String(plan.createdIds)}.`)
  for (const [name, share] of Object.entries(resolved.quirks)) {
    if (!Object.hasOwn(QUIRKS, name))
      throw new InvalidOptionsError(`Unknown quirk '${name}'; they are ${Object.keys(QUIRKS).join(', ')}.`)
    if (typeof share !== 'number' || !(share >= 0 && share <= 1))
      throw new InvalidOptionsError(`The quirk '${name}' must be a share from 0 to 1, not ${String(share)}.`)
  }
  return resolved
}

function resolveQueue({
  queue,
  members,
  paused,
  strategy,
  ringTime,
  retry,
  timeout,
  overflow,
}: QueuePlan): ResolvedQueue {
  return {
    queue,
    members,
    paused: paused ?? [],
    strategy: strategy ?? 'in-turn',
    ringTime: ringTime ?? 15_000,
    retry: retry ?? 1_000,
    timeout: timeout ?? Number.POSITIVE_INFINITY,
    ...(overflow !== undefined && { overflow }),
  }
}

function checkNumbers({ extensions, outside, lines, queues }: ResolvedPlan): void {
  const own = new Set(extensions.map(({ number }) => number))
  const names = new Set(queues.map(({ queue }) => queue))
  const taken = new Set<string>()
  for (const { number } of [...extensions, ...outside, ...lines, ...queues.map(({ queue }) => ({ number: queue }))]) {
    if (typeof number !== 'string' || !/^\+?\d+$/.test(number))
      throw new InvalidOptionsError(
        `${JSON.stringify(number)} is no number; extensions, outside numbers, lines and queues have digits.`,
      )
    if (taken.has(number))
      throw new InvalidOptionsError(
        `The plan gives the number ${number} to two; each extension, outside number, line and queue needs its own.`,
      )
    taken.add(number)
  }
  for (const { queue, members, paused, overflow } of queues) {
    const stranger = members.find(member => !own.has(member))
    if (stranger !== undefined)
      throw new InvalidOptionsError(`Queue ${queue} has the member ${stranger}, which is no extension of the plan.`)
    if (new Set(members).size < members.length) throw new InvalidOptionsError(`Queue ${queue} has a member twice.`)
    const idle = paused.find(member => !members.includes(member))
    if (idle !== undefined)
      throw new InvalidOptionsError(`Queue ${queue} has ${idle} paused, which is none of its members.`)
    if (overflow !== undefined && !names.has(overflow))
      throw new InvalidOptionsError(`Queue ${queue} overflows to ${overflow}, which is no queue of the plan.`)
  }
  for (const { number, to } of lines) {
    if (!own.has(to) && !names.has(to))
      throw new InvalidOptionsError(`Line ${number} leads to ${to}, which is no extension and no queue of the plan.`)
  }
  for (const { number, forward } of extensions)
    if (forward?.to === number) throw new InvalidOptionsError(`Extension ${number} is forwarded to itself.`)
}

/** A misspelt word would silently mean another. */
function checkWords({ dialect, givenUp, redirectsShow, queues, extensions }: ResolvedPlan): void {
  const check = (name: string, word: unknown, ...words: string[]) => {
    if (typeof word !== 'string' || !words.includes(word))
      throw new InvalidOptionsError(`${name} must be one of ${words.join(', ')}, not ${String(word)}.`)
  }
  check("'dialect'", dialect, 'asterisk', 'document')
  check("'givenUp'", givenUp, 'cancel', 'noanswer')
  check("'redirectsShow'", redirectsShow, 'company', 'caller')
  for (const { queue, strategy } of queues) check(`'strategy' of queue ${queue}`, strategy, 'in-turn', 'ring-all')
  for (const { number, forward } of extensions)
    if (forward !== undefined)
      check(`'when' of the forwarding of ${number}`, forward.when, 'always', 'busy', 'no-answer')
}

function checkTimes({ extensions, outside, queues, ringTime, hop }: ResolvedPlan): void {
  checkTime('ringTime', ringTime, 1)
  // what takes no time at all could go on for ever in one moment
  checkTime('hop', hop, 1)
  for (const { queue, ...times } of queues) {
    for (const name of ['ringTime', 'retry', 'timeout'] as const) checkTime(`${name} of queue ${queue}`, times[name], 1)
    // an end that is told late waits for it
    if (times.retry === Number.POSITIVE_INFINITY)
      throw new InvalidOptionsError(`The retry of queue ${queue} must come to an end.`)
  }
  for (const { number, behaviour } of [...extensions, ...outside]) checkBehaviour(number, behaviour)
}

/** Throws {@link InvalidOptionsError}. */
export function checkBehaviour(number: string, behaviour: Behaviour): void {
  const kinds = ['answer', 'never', 'reject', 'refuse', 'busy', 'unregistered']
  if (!kinds.includes(behaviour?.kind))
    throw new InvalidOptionsError(`The behaviour of ${number} must be of a kind: ${kinds.join(', ')}.`)
  if ('after' in behaviour) checkTime(`'after' of the behaviour of ${number}`, behaviour.after, 0)
}

/** Throws {@link InvalidOptionsError} for what is no number of milliseconds; Infinity is never. */
export function checkTime(name: string, ms: number, least: number): void {
  if (typeof ms !== 'number' || !(ms >= least))
    throw new InvalidOptionsError(`The ${name} must be a number of milliseconds from ${least}, not ${String(ms)}.`)
}

/** Throws {@link InvalidOptionsError}: from a time that is none, or that never comes, no clock goes on. */
export function checkMoment(name: string, ms: number): void {
  if (!Number.isFinite(ms))
    throw new InvalidOptionsError(`The ${name} must be a number of ms since the epoch, not ${String(ms)}.`)
}
