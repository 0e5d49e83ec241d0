import { InvalidOptionsError } from '../../shared/invalid-options-error.js'
import { createRandom, type Random } from '../random.js'
import type { Exchange } from './exchange-api.js'
import type { Behaviour, ExchangePlan, Extension, OutsideNumber, QueuePlan } from './exchange-config.js'
import { createTimers } from './timers.js'
import type { Traffic } from './traffic.js'

/** The size of a call centre, and how busy it is. */
export interface CallCentreOptions {
  /** Number of agents, each a member of a queue or two; of more where there are fewer agents than queues. @default 8 */
  readonly agents?: number
  /** Number of queues. @default 2 */
  readonly queues?: number
  /**
   * Calls of all kinds that begin in an hour, on average. Fewer begin when the agents who would call are all on the
   * telephone.
   * @default 120
   */
  readonly callsPerHour?: number
  /** The same seed gives the same day, byte for byte. @default 1 */
  readonly seed?: number | string
  /** @default 'asterisk' */
  readonly dialect?: ExchangePlan['dialect']
  /** @default those of a usual Asterisk */
  readonly quirks?: ExchangePlan['quirks']
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Given names of agents. */
const NAMES = [
  'Jana',
  'Peter',
  'Eva',
  'Robert',
  'Zuzana',
  'Jan',
  'Katarína',
  'Martin',
  'Lucia',
  'Tomáš',
  'Monika',
  'Michal',
]
/** Outside numbers that agents call. */
const CUSTOMERS = 40
/** Pauses of one agent in an hour. */
const PAUSES = 0.6
/** Changes of one agent's behaviour in an hour. */
const MOODS = 2

function toMilliseconds(value: number): number {
  return Math.max(1, Math.round(value))
}

/** The behaviour of an agent or customer, until the next draw. */
function drawBehaviour(random: Random): Behaviour {
  const drawn = random.next()
  if (drawn < 0.08) return { kind: 'never' }
  if (drawn < 0.11) return { kind: 'reject', after: toMilliseconds(random.logNormal(3_000, 0.4)) }
  return { kind: 'answer', after: toMilliseconds(random.logNormal(4_500, 0.5)) }
}

function drawCaller(random: Random): string {
  return `09${random.int(0, 99_999_999).toString().padStart(8, '0')}`
}

/** The members of each queue. Every fourth agent also serves the next queue. */
function planMembers(extensions: readonly Extension[], queues: number): string[][] {
  const agents = extensions.length
  const members = Array.from({ length: queues }, (_, index) =>
    extensions
      .filter((_, agent) => agent % queues === index || (agents <= queues && agent === index % agents))
      .map(({ number }) => number),
  )
  for (const [index, { number }] of extensions.entries()) {
    const other = members[(index + 1) % queues]
    if (index % 4 === 0 && other !== undefined && !other.includes(number)) other.push(number)
  }
  return members
}

/** The telephones, lines and queues of a call centre. */
function planCallCentre(agents: number, queues: number, random: Random): ExchangePlan {
  const isLarge = agents > 80
  const extensions: Extension[] = Array.from({ length: agents }, (_, index) => ({
    number: String((isLarge ? 1_001 : 11) + index),
    name: NAMES[index % NAMES.length] ?? '',
    behaviour: drawBehaviour(random),
  }))
  const outside: OutsideNumber[] = Array.from({ length: CUSTOMERS }, (_, index) => ({
    number: `09110000${String(index).padStart(2, '0')}`,
    behaviour: drawBehaviour(random),
  }))
  // queues have numbers that no extension has
  const numbers = Array.from({ length: queues }, (_, index) => String((isLarge ? 9_001 : 601) + index))
  const members = planMembers(extensions, queues)
  return {
    extensions,
    outside,
    lines: numbers.map((to, index) => ({ number: `0220282${String(index).padStart(3, '0')}`, to })),
    queues: numbers.map((queue, index): QueuePlan => {
      const own = members[index] ?? []
      const next = numbers[index + 1]
      return {
        queue,
        members: own,
        strategy: index % 2 === 1 && own.length <= 6 ? 'ring-all' : 'in-turn',
        ringTime: 12_000,
        ...(next !== undefined && { timeout: 30_000, overflow: next }),
      }
    }),
  }
}

type Act = (exchange: Exchange) => void

/** Something that people do `perHour` times an hour, on average. */
interface Habit {
  readonly perHour: number
  readonly act: Act
}

/** A call from outside into a queue (three of four), or of an agent to a customer or a colleague. */
function callHabit({ extensions = [], lines = [], outside = [] }: ExchangePlan, random: Random): Act {
  const drawAgent = () => random.pick(extensions).number
  /** Draws an agent who is not on the telephone, if ten draws find one. */
  const drawIdleAgent = (exchange: Exchange) => {
    let found = drawAgent()
    for (let tries = 0; tries < 10 && exchange.engaged(found); tries += 1) found = drawAgent()
    return found
  }
  return exchange => {
    const drawn = random.next()
    const talk = toMilliseconds(random.logNormal(2 * MINUTE, 0.8))
    const patience = toMilliseconds(5_000 + random.exponential(2 * MINUTE))
    if (drawn < 0.75) {
      exchange.dial({ from: drawCaller(random), to: random.pick(lines).number, talk, patience })
      return
    }
    const from = drawIdleAgent(exchange)
    const to = drawn >= 0.9 ? drawAgent() : random.chance(0.95) ? random.pick(outside).number : '0888888888'
    // an engaged agent calls nobody, and no agent calls the own number
    if (from !== to && !exchange.engaged(from)) exchange.dial({ from, to, talk, patience })
  }
}

/** A transfer of a talking caller to an agent. */
function transferHabit({ extensions = [] }: ExchangePlan, random: Random): Act {
  return exchange => {
    const talking = [...new Set(exchange.calls.values())].filter(({ phase }) => phase === 'talking')
    if (talking.length > 0) exchange.redirect(random.pick(talking).id, random.pick(extensions).number)
  }
}

function* acts(plan: ExchangePlan, callsPerHour: number, random: Random): Generator<{ at: number; act: Act }, never> {
  const { extensions = [] } = plan
  const agenda = createTimers()
  let now = 0
  let due: Act | undefined
  const schedule = (after: number, act: Act, then?: () => void) =>
    agenda.set(now + after, () => {
      due = act
      then?.()
    })
  const habits: Habit[] = [
    { perHour: callsPerHour, act: callHabit(plan, random) },
    { perHour: callsPerHour * 0.03, act: transferHabit(plan, random) },
    {
      perHour: extensions.length * MOODS,
      act: exchange => exchange.behave(random.pick(extensions).number, drawBehaviour(random)),
    },
    {
      perHour: extensions.length * PAUSES,
      act: exchange => {
        const member = random.pick(extensions).number
        exchange.pause(member)
        schedule(toMilliseconds(random.logNormal(6 * MINUTE, 0.6)), later => later.unpause(member))
      },
    },
  ]
  for (const { perHour, act } of habits) {
    const repeat = () => void schedule(toMilliseconds(random.exponential(HOUR / perHour)), act, repeat)
    repeat()
  }

  for (;;) {
    now = agenda.next ?? now
    agenda.fire()
    const act = due
    due = undefined
    if (act !== undefined) yield { at: now, act }
  }
}

/**
 * Makes believable traffic: calls arrive by chance (Poisson), talks last log-normally (median 2 minutes), callers
 * lose patience, agents miss calls, take pauses, call out, call each other and transfer callers. Throws
 * `InvalidOptionsError`.
 */
export function callCentre({
  agents = 8,
  queues = 2,
  callsPerHour = 120,
  seed = 1,
  dialect = 'asterisk',
  quirks = {},
}: CallCentreOptions = {}): Traffic {
  for (const [name, value] of Object.entries({ agents, queues })) {
    if (!Number.isInteger(value) || value < 1 || value > 5_000)
      throw new InvalidOptionsError(`'${name}' must be a whole number from 1 to 5000, not ${String(value)}.`)
  }
  if (!(callsPerHour > 0 && callsPerHour <= 1_000_000))
    throw new InvalidOptionsError(
      `'callsPerHour' must be a number over 0, at most 1000000, not ${String(callsPerHour)}.`,
    )
  const plan: ExchangePlan = { ...planCallCentre(agents, queues, createRandom(`plan ${seed}`)), dialect, quirks }
  return { plan, seed, acts: () => acts(plan, callsPerHour, createRandom(`acts ${seed}`)) }
}
