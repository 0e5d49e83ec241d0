import { InvalidOptionsError } from '../../client/errors.js'
import type { Random } from '../random.js'
import { type Behaviour, checkBehaviour, type Extension, type ResolvedPlan } from './exchange-config.js'
import type { Call, Fact, Leg, Party } from './exchange-model.js'
import type { Timer, Timers } from './timers.js'

/** Who or what is at a number. */
export type Callee =
  | {
      readonly kind: 'phone'
      readonly party: Party
      readonly behaviour: Behaviour
      readonly forward: Extension['forward']
    }
  | { readonly kind: 'queue'; readonly name: string }
  | { readonly kind: 'line'; readonly to: string }

/** What all parts of the exchange stand on: its time, its chance, its telephones, and the calls of the moment. */
export interface Floor {
  /** ms since the epoch. */
  readonly now: number
  readonly plan: ResolvedPlan
  readonly random: Random
  /** Calls that are not over, by every id they have or had. */
  readonly calls: Map<string, Call>
  /** Agents' legs that are not over, by their id. */
  readonly legs: Map<string, { readonly call: Call; readonly leg: Leg }>
  tell(fact: Fact): void
  /** Sets a timer; one that is given a call ends with it. */
  after(ms: number, run: () => void, call?: Call): Timer
  /** The next unique id. */
  newId(): string
  /** Leaves out a number, as helper channels do. */
  skipId(): void
  at(number: string): Callee | undefined
  /** Who is there; of what is no telephone of the plan, the number is all that is known. */
  party(number: string): Party
  /** From now on the telephone behaves so when it is rung. */
  behave(number: string, behaviour: Behaviour): void
  /** Rings or talks, on whatever call. */
  engaged(number: string): boolean
  engage(number: string): void
  /** Tells those who wait for it when it was the last engagement. */
  release(number: string): void
}

export interface FloorParts {
  plan: ResolvedPlan
  random: Random
  timers: Timers
  now: () => number
  tell: (fact: Fact) => void
  /** A telephone has become free. */
  freed: (number: string) => void
}

/** Counters of an exchange that has been up for a while. */
const FIRST_COUNTER = 100

export function createFloor({ plan, random, timers, now, tell, freed }: FloorParts): Floor {
  let counter = FIRST_COUNTER
  const engagements = new Map<string, number>()
  const numbers = new Map<string, Callee>([
    ...plan.extensions.map(
      ({ number, name, behaviour, forward }) =>
        [number, { kind: 'phone', party: { number, name }, behaviour, forward }] as const,
    ),
    ...plan.outside.map(
      ({ number, name, behaviour }) =>
        [number, { kind: 'phone', party: { number, name }, behaviour, forward: undefined }] as const,
    ),
    ...plan.lines.map(({ number, to }) => [number, { kind: 'line', to }] as const),
    ...plan.queues.map(({ queue }) => [queue, { kind: 'queue', name: queue }] as const),
  ])
  return {
    get now() {
      return now()
    },
    plan,
    random,
    calls: new Map(),
    legs: new Map(),
    tell,
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
    at: number => numbers.get(number),
    party: number => {
      const callee = numbers.get(number)
      return callee?.kind === 'phone' ? callee.party : { number, name: number }
    },
    behave: (number, behaviour) => {
      const callee = numbers.get(number)
      if (callee?.kind !== 'phone')
        throw new InvalidOptionsError(`There is no telephone with the number ${number} in the plan.`)
      checkBehaviour(number, behaviour)
      numbers.set(number, { ...callee, behaviour })
      // a telephone that comes back may be waited for
      if (!engagements.has(number)) freed(number)
    },
    engaged: number => engagements.has(number),
    engage: number => {
      engagements.set(number, (engagements.get(number) ?? 0) + 1)
    },
    release: number => {
      const left = (engagements.get(number) ?? 0) - 1
      if (left > 0) return engagements.set(number, left)
      engagements.delete(number)
      return freed(number)
    },
  }
}
