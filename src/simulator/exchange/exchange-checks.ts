import { InvalidOptionsError } from '../../shared/invalid-options-error.js'
import type { Behaviour, ResolvedPlan, ResolvedQueue } from './exchange-config.js'

// Checks of an exchange's parts. Each throws InvalidOptionsError, whose message names the part and what would be right.

/** Refuses a value that is no number of ms. `Infinity` means never. */
export function checkTime(name: string, ms: number, least: number): void {
  if (typeof ms !== 'number' || !(ms >= least))
    throw new InvalidOptionsError(`The ${name} must be a number of milliseconds from ${least}, not ${String(ms)}.`)
}

/** Refuses a moment from which no time could pass: NaN, or `Infinity`. */
export function checkMoment(name: string, ms: number): void {
  if (!Number.isFinite(ms))
    throw new InvalidOptionsError(`The ${name} must be a number of ms since the epoch, not ${String(ms)}.`)
}

const BEHAVIOURS: readonly string[] = [
  'answer',
  'never',
  'reject',
  'refuse',
  'busy',
  'unregistered',
] satisfies Behaviour['kind'][]

export function checkBehaviour(number: string, behaviour: Behaviour): void {
  if (!BEHAVIOURS.includes(behaviour?.kind))
    throw new InvalidOptionsError(`The behaviour of ${number} must be of a kind: ${BEHAVIOURS.join(', ')}.`)
  if ('after' in behaviour) checkTime(`'after' of the behaviour of ${number}`, behaviour.after, 0)
}

/** Refuses numbers without digits, and a number that two parts of the plan have. */
function checkNumbers({ extensions, outside, lines, queues }: ResolvedPlan): void {
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
}

function checkMembers({ queue, members, paused }: ResolvedQueue, extensions: ReadonlySet<string>): void {
  const stranger = members.find(member => !extensions.has(member))
  if (stranger !== undefined)
    throw new InvalidOptionsError(`Queue ${queue} has the member ${stranger}, which is no extension of the plan.`)
  if (new Set(members).size < members.length) throw new InvalidOptionsError(`Queue ${queue} has a member twice.`)
  const idle = paused.find(member => !members.includes(member))
  if (idle !== undefined)
    throw new InvalidOptionsError(`Queue ${queue} has ${idle} paused, which is none of its members.`)
}

/** Refuses a member, an overflow, a line or a forwarding that leads nowhere. */
function checkDestinations({ extensions, lines, queues }: ResolvedPlan): void {
  const own = new Set(extensions.map(({ number }) => number))
  const names = new Set(queues.map(({ queue }) => queue))
  for (const queue of queues) {
    checkMembers(queue, own)
    if (queue.overflow !== undefined && !names.has(queue.overflow))
      throw new InvalidOptionsError(
        `Queue ${queue.queue} overflows to ${queue.overflow}, which is no queue of the plan.`,
      )
  }
  for (const { number, to } of lines) {
    if (!own.has(to) && !names.has(to))
      throw new InvalidOptionsError(`Line ${number} leads to ${to}, which is no extension and no queue of the plan.`)
  }
  for (const { number, forward } of extensions)
    if (forward?.to === number) throw new InvalidOptionsError(`Extension ${number} is forwarded to itself.`)
}

function checkWord(name: string, word: unknown, ...words: string[]): void {
  if (typeof word !== 'string' || !words.includes(word))
    throw new InvalidOptionsError(`${name} must be one of ${words.join(', ')}, not ${String(word)}.`)
}

/** Refuses a misspelt word, which would silently mean another. */
function checkWords({ dialect, givenUp, redirectsShow, queues, extensions }: ResolvedPlan): void {
  checkWord("'dialect'", dialect, 'asterisk', 'document')
  checkWord("'givenUp'", givenUp, 'cancel', 'noanswer')
  checkWord("'redirectsShow'", redirectsShow, 'company', 'caller')
  for (const { queue, strategy } of queues) checkWord(`'strategy' of queue ${queue}`, strategy, 'in-turn', 'ring-all')
  for (const { number, forward } of extensions)
    if (forward !== undefined)
      checkWord(`'when' of the forwarding of ${number}`, forward.when, 'always', 'busy', 'no-answer')
}

/** Refuses times that are none, and times of 0 where things could then go on for ever in one moment. */
function checkTimes({ extensions, outside, queues, ringTime, hop }: ResolvedPlan): void {
  checkTime('ringTime', ringTime, 1)
  checkTime('hop', hop, 1)
  for (const { queue, ...times } of queues) {
    for (const name of ['ringTime', 'retry', 'timeout'] as const) checkTime(`${name} of queue ${queue}`, times[name], 1)
    // a late end of an offer waits for the retry
    if (times.retry === Number.POSITIVE_INFINITY)
      throw new InvalidOptionsError(`The retry of queue ${queue} must come to an end.`)
  }
  for (const { number, behaviour } of [...extensions, ...outside]) checkBehaviour(number, behaviour)
}

function checkShares({ createdIds, quirks }: ResolvedPlan, known: readonly string[]): void {
  if (!Number.isInteger(createdIds) || createdIds < 1 || createdIds > 6)
    throw new InvalidOptionsError(`'createdIds' must be a whole number from 1 to 6, not ${String(createdIds)}.`)
  for (const [name, share] of Object.entries(quirks)) {
    if (!known.includes(name)) throw new InvalidOptionsError(`Unknown quirk '${name}'; they are ${known.join(', ')}.`)
    if (typeof share !== 'number' || !(share >= 0 && share <= 1))
      throw new InvalidOptionsError(`The quirk '${name}' must be a share from 0 to 1, not ${String(share)}.`)
  }
}

/**
 * Refuses a plan that contradicts itself.
 *
 * @param quirks the names of all quirks
 */
export function checkPlan(plan: ResolvedPlan, quirks: readonly string[]): void {
  checkNumbers(plan)
  checkDestinations(plan)
  checkWords(plan)
  checkTimes(plan)
  checkShares(plan, quirks)
}
