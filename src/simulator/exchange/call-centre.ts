import { InvalidOptionsError } from '../../client/errors.js'
import { createRandom, type Random } from '../random.js'
import type { Exchange } from './exchange.js'
import type { Behaviour, ExchangePlan, Extension, OutsideNumber, QueuePlan } from './exchange-config.js'
import { createTimers } from './timers.js'

/** What a call centre is like. */
export interface CallCentreOptions {
  /** Its agents, each a member of a queue or two; of more where there are fewer agents than queues. @default 8 */
  readonly agents?: number
  /** @default 2 */
  readonly queues?: number
  /** Calls of all kinds that begin in an hour, on average; fewer when agents who would call are all on the telephone. @default 120 */
  readonly callsPerHour?: number
  /** The same seed gives the same day, byte for byte. @default 1 */
  readonly seed?: number | string
  /** @default 'asterisk' */
  readonly dialect?: ExchangePlan['dialect']
  /** @default what an Asterisk usually does */
  readonly quirks?: ExchangePlan['quirks']
}

/** An exchange, and the people who use it. */
export interface Traffic {
  readonly plan: ExchangePlan
  readonly seed: number | string
  /** What people do, one after the other, without end: each `at` ms after the start. */
  acts(): Generator<{ readonly at: number; readonly act: (exchange: Exchange) => void }, never>
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Given names, for agents. */
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
/** Numbers of the world that the centre calls. */
const CUSTOMERS = 40
/** Per hour and agent. */
const PAUSES = 0.6
const MOODS = 2

/**
 * Makes believable traffic: calls arrive as by chance (Poisson), talks last log-normally (median 2 minutes), callers lose patience, agents miss calls,
 * take pauses, call out, call each other and transfer callers.
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
  const plan: ExchangePlan = { ...furnish(agents, queues, createRandom(`plan ${seed}`)), dialect, quirks }
  return { plan, seed, acts: () => acts(plan, callsPerHour, createRandom(`acts ${seed}`)) }
}

/** The telephones, lines and queues. */
function furnish(agents: number, queues: number, random: Random): ExchangePlan {
  const first = agents > 80 ? 1_001 : 11
  const extensions: Extension[] = Array.from({ length: agents }, (_, index) => ({
    number: String(first + index),
    name: NAMES[index % NAMES.length] ?? '',
    behaviour: mood(random),
  }))
  const outside: OutsideNumber[] = Array.from({ length: CUSTOMERS }, (_, index) => ({
    number: `09110000${String(index).padStart(2, '0')}`,
    behaviour: mood(random),
  }))
  const numbers = Array.from({ length: queues }, (_, index) => String(queueBase(extensions) + index))
  const staff = numbers.map((_, index) =>
    extensions
      .filter((_, agent) => agent % queues === index || (agents <= queues && agent === index % agents))
      .map(({ number }) => number),
  )
  // every fourth agent helps out in the next queue
  for (const [index, { number }] of extensions.entries()) {
    const other = staff[(index + 1) % queues]
    if (index % 4 === 0 && other !== undefined && !other.includes(number)) other.push(number)
  }
  return {
    extensions,
    outside,
    lines: numbers.map((to, index) => ({ number: `0220282${String(index).padStart(3, '0')}`, to })),
    queues: numbers.map((queue, index): QueuePlan => {
      const members = staff[index] ?? []
      const next = numbers[index + 1]
      return {
        queue,
        members,
        strategy: index % 2 === 1 && members.length <= 6 ? 'ring-all' : 'in-turn',
        ringTime: 12_000,
        ...(next !== undefined && { timeout: 30_000, overflow: next }),
      }
    }),
  }
}

/** Queues have numbers that no extension has. */
function queueBase(extensions: readonly Extension[]): number {
  return extensions.length > 80 ? 9_001 : 601
}

/** How somebody answers, until the next mood. */
function mood(random: Random): Behaviour {
  const drawn = random.next()
  if (drawn < 0.08) return { kind: 'never' }
  if (drawn < 0.11) return { kind: 'reject', after: ms(random.logNormal(3_000, 0.4)) }
  return { kind: 'answer', after: ms(random.logNormal(4_500, 0.5)) }
}

function* acts(
  plan: ExchangePlan,
  callsPerHour: number,
  random: Random,
): Generator<{ at: number; act: (exchange: Exchange) => void }, never> {
  const { extensions = [], lines = [], outside = [] } = plan
  const agent = () => random.pick(extensions).number
  /** Somebody who is not on the telephone, if one is soon found. */
  const idle = (exchange: Exchange) => {
    let found = agent()
    for (let tries = 0; tries < 10 && exchange.engaged(found); tries += 1) found = agent()
    return found
  }
  let now = 0
  let due: ((exchange: Exchange) => void) | undefined
  const agenda = createTimers()
  const later = (after: number, act: (exchange: Exchange) => void, then?: () => void) =>
    agenda.set(now + after, () => {
      due = act
      then?.()
    })
  /** Something that happens again and again, so often an hour. */
  const often = (perHour: number, act: (exchange: Exchange) => void) => {
    const again = () => void later(ms(random.exponential(HOUR / perHour)), act, again)
    again()
  }

  often(callsPerHour, exchange => {
    const drawn = random.next()
    const talk = ms(random.logNormal(2 * MINUTE, 0.8))
    const patience = ms(5_000 + random.exponential(2 * MINUTE))
    if (drawn < 0.75) exchange.dial({ from: customer(random), to: random.pick(lines).number, talk, patience })
    else {
      const from = idle(exchange)
      const to = drawn >= 0.9 ? agent() : random.chance(0.95) ? random.pick(outside).number : '0888888888'
      // who is on the telephone calls nobody, nor does anybody call themselves
      if (from !== to && !exchange.engaged(from)) exchange.dial({ from, to, talk, patience })
    }
  })
  often(callsPerHour * 0.03, exchange => {
    const talking = [...new Set(exchange.calls.values())].filter(({ phase }) => phase === 'talking')
    if (talking.length > 0) exchange.redirect(random.pick(talking).id, agent())
  })
  often(extensions.length * MOODS, exchange => exchange.behave(agent(), mood(random)))
  often(extensions.length * PAUSES, exchange => {
    const member = agent()
    exchange.pause(member)
    later(ms(random.logNormal(6 * MINUTE, 0.6)), after => after.unpause(member))
  })

  for (;;) {
    now = agenda.next ?? now
    agenda.fire()
    const act = due
    due = undefined
    if (act !== undefined) yield { at: now, act }
  }
}

function customer(random: Random): string {
  return `09${random.int(0, 99_999_999).toString().padStart(8, '0')}`
}

function ms(value: number): number {
  return Math.max(1, Math.round(value))
}
