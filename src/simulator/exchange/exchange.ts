import { createRandom } from '../random.js'
import type { Refused } from '../server/telephony.js'
import { answer, beginCall, endCall, finish } from './call-lifecycle.js'
import { createDialling } from './dialling.js'
import { asterisk, document, type EventFrame } from './event-encoder.js'
import { type Behaviour, checkMoment, checkTime, type ExchangePlan, resolvePlan } from './exchange-config.js'
import { createFloor } from './exchange-context.js'
import { type CallView, type QueueView, talking } from './exchange-model.js'
import { type CreateRequest, createCallingOut } from './originate.js'
import { createQueues, type Queues } from './queueing.js'
import { createTimers } from './timers.js'

/** Somebody calls somebody. */
export interface Dial {
  /** An extension, or any outside number. */
  readonly from: string
  /** An extension, a queue, a line of the company, or an outside number. */
  readonly to: string
  /** The caller's name; an extension has its own. @default the number */
  readonly name?: string
  /** ms the parties talk once a person has answered. Without it they talk until somebody hangs up. */
  readonly talk?: number
  /** ms until the caller hangs up, if nobody has answered. Without it the caller waits for ever. */
  readonly patience?: number
}

/** What people, the API and the network can do at an exchange. Every command happens at `now`. */
export interface ExchangeCommands {
  /** ms since the epoch. */
  readonly now: number
  /** Gives the unique id of the caller's channel. */
  dial(dial: Dial): string
  /** A call of the API's; gives its first unique id, or undefined when it cannot be made. */
  create(request: CreateRequest, talk?: number): string | undefined
  /** Whoever is rung there answers: an agent's leg by its id, else the leg of the call, `by` this number if several ring. False when nobody is rung. */
  answer(id: string, by?: string): boolean
  /** Whoever is rung there refuses. False when nobody is rung. */
  reject(id: string, by?: string): boolean
  /**
   * Ends a call. A ringing agent's leg is only taken for the agent's refusal, and the queue asks the next; the leg of an agent who talks ends the whole
   * call. `since`: calls that began earlier are not found.
   */
  hangUp(id: string, since?: number): Refused | undefined
  /** Puts another party in the place of the called one: by the API, or by an agent who transfers a caller unannounced. */
  redirect(id: string, destination: string, since?: number): Refused | undefined
  /** Who talks to the caller calls somebody else; gives the unique id of that call. Undefined when nobody talks. */
  consult(id: string, to: string): string | undefined
  /** Connects the caller with whom the agent consulted. Both known ids end, and two people talk on. False unless both calls talk, and the agent is in both. */
  completeTransfer(id: string, consultation: string): boolean

  /** A member of the queue, or of all their queues, takes a pause; said again of one who is paused. */
  pause(member: string, queue?: string): void
  unpause(member: string, queue?: string): void
  /** One who is a member already is announced again, and stays paused or not unless `paused` says so. */
  addMember(member: string, queue: string, paused?: boolean): void
  removeMember(member: string, queue?: string): void
  /** From now on the telephone behaves so when it is rung. Throws for a number that is no telephone of the plan. */
  behave(number: string, behaviour: Behaviour): void

  /** Whether a telephone rings, talks or calls. */
  engaged(number: string): boolean
  /** The calls that are not over, by every id they have or had: the truth, for those who check what was told of it. */
  readonly calls: ReadonlyMap<string, CallView>
  readonly queues: ReadonlyMap<string, QueueView>
}

/**
 * A small telephone exchange. It has no clock, no socket and no chance of its own: the same plan, seed, commands and times give the same frames,
 * byte for byte. Time passes in `advance` only.
 */
export interface Exchange extends ExchangeCommands {
  /** When something happens next by itself; undefined when nothing will. */
  readonly nextAt: number | undefined
  /** Lets time pass until then, and all that happens by itself meanwhile. */
  advance(to: number): void
}

export interface ExchangeParts {
  /** What chance draws from. */
  seed: number | string
  /** ms since the epoch. */
  start: number
  /** Told every event, in order. */
  tell: (frame: EventFrame, at: number) => void
}

/** ms that two people talk on after a transfer, if nobody has said how long they would. */
const TALK_ON = 60_000

/** Builds an exchange that stands still until its time passes. Throws `InvalidOptionsError` for a plan that contradicts itself. */
export function createExchange(plan: ExchangePlan, { seed, start, tell }: ExchangeParts): Exchange {
  checkMoment('start', start)
  let now = start
  const resolved = resolvePlan(plan)
  const dialect = resolved.dialect === 'document' ? document : asterisk
  const timers = createTimers()
  let queues: Queues | undefined
  const floor = createFloor({
    plan: resolved,
    random: createRandom(seed),
    timers,
    now: () => now,
    tell: fact => {
      const frame = dialect(fact)
      if (frame !== undefined) tell(frame, now)
    },
    freed: number => queues?.freed(number),
  })
  const queueing = createQueues(floor)
  queues = queueing
  const dialling = createDialling(floor, queueing)
  const callingOut = createCallingOut(floor, dialling)

  const dial = ({ from, to, name, talk, patience }: Dial) => {
    if (talk !== undefined) checkTime('talk', talk, 0)
    if (patience !== undefined) checkTime('patience', patience, 0)
    const call = beginCall(floor, {
      caller: { ...floor.party(from), ...(name !== undefined && { name }) },
      called: to,
      talk,
    })
    if (patience !== undefined) call.patience = floor.after(patience, () => dialling.hangUp(call))
    dialling.reach(call, to, call.caller)
    return call
  }
  /** Who is rung at an id. */
  const rung = (id: string, by?: string) => {
    const offered = floor.legs.get(id)
    const call = offered?.call ?? floor.calls.get(id)
    const leg =
      offered?.leg ??
      call?.legs.find(({ state, party: { number } }) => state === 'ringing' && (by === undefined || number === by))
    return call === undefined || leg?.state !== 'ringing' ? undefined : { call, leg }
  }
  /** A call that the asker may end; undefined when there is none, or none of their time. */
  const owned = (id: string, since: number) => {
    const call = floor.calls.get(id)
    return call !== undefined && call.beganAt >= since ? call : undefined
  }
  const inQueues = (member: string, queue: string | undefined, change: (name: string) => void) => {
    const names = [...queueing.states].filter(
      ([name, { members }]) => (queue ?? name) === name && members.some(one => one.party.number === member),
    )
    for (const [name] of names) change(name)
  }

  return {
    get now() {
      return now
    },
    get nextAt() {
      return timers.next
    },
    advance: to => {
      checkMoment('time to advance to', to)
      for (let next = timers.next; next !== undefined && next <= to; next = timers.next) {
        now = Math.max(now, next)
        timers.fire()
      }
      now = Math.max(now, to)
    },
    dial: what => dial(what).id,
    create: (request, talk) => {
      if (talk !== undefined) checkTime('talk', talk, 0)
      return callingOut.create(request, talk)?.id
    },
    answer: (id, by) => {
      const found = rung(id, by)
      const waiting = floor.calls.get(id)
      if (found?.leg.kind === 'agent') return queueing.take(found.call, found.leg)
      if (found !== undefined) answer(floor, found.call, found.leg)
      else if (waiting?.phase === 'calling-out') callingOut.pickUp(waiting)
      else return false
      return true
    },
    reject: (id, by) => {
      const found = rung(id, by)
      const waiting = floor.calls.get(id)
      if (found?.leg.kind === 'agent') queueing.decline(found.call, found.leg, 'busy')
      else if (found !== undefined) dialling.reject(found.leg)
      else if (waiting?.phase === 'calling-out') endCall(floor, waiting, 'busy')
      else return false
      return true
    },
    hangUp: (id, since = Number.NEGATIVE_INFINITY) => {
      const offered = floor.legs.get(id)
      if (offered !== undefined) {
        if (offered.call.beganAt < since) return 'call-not-found'
        if (offered.leg.state === 'talking') finish(floor, offered.call)
        else queueing.decline(offered.call, offered.leg, 'cancel')
        return undefined
      }
      const call = owned(id, since)
      if (call === undefined) return 'call-not-found'
      dialling.hangUp(call)
      return undefined
    },
    redirect: (id, destination, since = Number.NEGATIVE_INFINITY) => {
      const call = owned(id, since) ?? floor.legs.get(id)?.call
      if (call === undefined || call.beganAt < since) return 'call-not-found'
      if (call.phase === 'calling-out') return 'action-failed'
      dialling.redirect(call, destination)
      return undefined
    },
    consult: (id, to) => {
      const call = floor.calls.get(id) ?? floor.legs.get(id)?.call
      const agent = call && talking(call)?.party
      return agent && dial({ from: agent.number, to }).id
    },
    completeTransfer: (id, consultation) => {
      const [call, other] = [floor.calls.get(id) ?? floor.legs.get(id)?.call, floor.calls.get(consultation)]
      if (call?.phase !== 'talking' || other?.phase !== 'talking') return false
      const target = talking(other)?.party.number
      if (target === undefined || talking(call)?.party.number !== other.caller.number) return false
      // nobody is told, but they are on the telephone
      for (const number of [call.caller.number, target]) {
        floor.engage(number)
        floor.after(call.talk ?? TALK_ON, () => floor.release(number))
      }
      for (const one of floor.random.chance(0.5) ? [call, other] : [other, call]) finish(floor, one)
      return true
    },
    pause: (member, queue) => inQueues(member, queue, name => queueing.change(name, 'pause', floor.party(member))),
    unpause: (member, queue) => inQueues(member, queue, name => queueing.change(name, 'unpause', floor.party(member))),
    addMember: (member, queue, paused) => queueing.change(queue, 'add', floor.party(member), paused),
    removeMember: (member, queue) =>
      inQueues(member, queue, name => queueing.change(name, 'remove', floor.party(member))),
    behave: floor.behave,
    engaged: floor.engaged,
    calls: floor.calls,
    queues: queueing.states,
  }
}
