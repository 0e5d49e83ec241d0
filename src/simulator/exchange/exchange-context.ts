import { InvalidOptionsError } from '../../shared/invalid-options-error.js'
import type { Random } from '../random.js'
import { checkBehaviour } from './exchange-checks.js'
import type { Behaviour, Extension, ResolvedPlan } from './exchange-config.js'
import type { Call, Fact, Leg, Party } from './exchange-model.js'
import type { Timer, Timers } from './timers.js'

/** A destination of the plan. */
export type Callee =
  | {
      readonly kind: 'phone'
      readonly party: Party
      readonly behaviour: Behaviour
      readonly forward: Extension['forward']
    }
  | { readonly kind: 'queue'; readonly name: string }
  | { readonly kind: 'line'; readonly to: string }

/** State that all parts of the exchange share: the time, the chance, the telephones, and the calls of the moment. */
export interface ExchangeContext {
  /** ms since the epoch. */
  readonly now: number
  readonly plan: ResolvedPlan
  readonly random: Random
  /** Calls that are not over, under every id they have or had. */
  readonly calls: Map<string, Call>
  /** Agents' legs that are not over, by their id. */
  readonly legs: Map<string, { readonly call: Call; readonly leg: Leg }>
  emit(fact: Fact): void
  /** Sets a timer. With a `call`, the timer ends with that call. */
  after(ms: number, run: () => void, call?: Call): Timer
  /** The next unique id. */
  newId(): string
  /** Skips a counter, as helper channels do. */
  skipId(): void
  calleeAt(number: string): Callee | undefined
  /** The party at a number. The name of a number that is no telephone of the plan is the number itself. */
  partyAt(number: string): Party
  /** Changes the behaviour of a telephone. Throws `InvalidOptionsError` for a number that is none of the plan. */
  behave(number: string, behaviour: Behaviour): void
  /** Whether a telephone rings or talks, on any call. */
  isEngaged(number: string): boolean
  engage(number: string): void
  /** Ends one engagement. After the last one the listeners of `onNumberFree` run. */
  release(number: string): void
  /** Calls `listener` whenever a telephone has become free. */
  onNumberFree(listener: (number: string) => void): void
}

export interface ExchangeContextParts {
  plan: ResolvedPlan
  random: Random
  timers: Timers
  now: () => number
  emit: (fact: Fact) => void
}

/** First counter of the unique ids: that of an exchange which has been up for a while. */
const FIRST_COUNTER = 100

function calleesOf({ extensions, outside, lines, queues }: ResolvedPlan): Map<string, Callee> {
  const callees = new Map<string, Callee>()
  for (const { number, name, behaviour, forward } of extensions)
    callees.set(number, { kind: 'phone', party: { number, name }, behaviour, forward })
  for (const { number, name, behaviour } of outside)
    callees.set(number, { kind: 'phone', party: { number, name }, behaviour, forward: undefined })
  for (const { number, to } of lines) callees.set(number, { kind: 'line', to })
  for (const { queue } of queues) callees.set(queue, { kind: 'queue', name: queue })
  return callees
}

export function createExchangeContext({ plan, random, timers, now, emit }: ExchangeContextParts): ExchangeContext {
  let counter = FIRST_COUNTER
  const engagements = new Map<string, number>()
  const callees = calleesOf(plan)
  const freeListeners: ((number: string) => void)[] = []
  const notifyFree = (number: string) => {
    for (const listener of freeListeners) listener(number)
  }
  return {
    get now() {
      return now()
    },
    plan,
    random,
    calls: new Map(),
    legs: new Map(),
    emit,
    after: (ms, run, call) => {
      const timer = timers.set(now() + ms, () => {
        call?.timers.delete(timer)
        run()
      })
      call?.timers.add(timer)
      return timer
    },
    newId: () => `${Math.floor(now() / 1_000)}.${counter++}`,
    skipId: () => {
      counter += 1
    },
    calleeAt: number => callees.get(number),
    partyAt: number => {
      const callee = callees.get(number)
      return callee?.kind === 'phone' ? callee.party : { number, name: number }
    },
    behave: (number, behaviour) => {
      const callee = callees.get(number)
      if (callee?.kind !== 'phone')
        throw new InvalidOptionsError(`There is no telephone with the number ${number} in the plan.`)
      checkBehaviour(number, behaviour)
      callees.set(number, { ...callee, behaviour })
      // callers may wait for a telephone that registers again
      if (!engagements.has(number)) notifyFree(number)
    },
    isEngaged: number => engagements.has(number),
    engage: number => {
      engagements.set(number, (engagements.get(number) ?? 0) + 1)
    },
    release: number => {
      const left = (engagements.get(number) ?? 0) - 1
      if (left > 0) {
        engagements.set(number, left)
        return
      }
      engagements.delete(number)
      notifyFree(number)
    },
    onNumberFree: listener => {
      freeListeners.push(listener)
    },
  }
}
