import { InvalidOptionsError } from '../errors.js'
import { isObject } from '../protocol/record.js'
import type { Call, CallSeed, Leg } from './call.js'
import { answered, ended, isOver, newCall, ownLeg, unclaimed, unqueued, withLeg } from './journey.js'
import type { Ledger } from './ledger.js'
import type { QueueSeed } from './queue.js'
import type { Journey } from './register.js'
import type { WaitingRooms } from './waiting-room.js'

/**
 * Merges a snapshot of all running calls. What this session's events have told is newer than any snapshot, so of what is fresh only blanks are filled; what is
 * stale is settled; what is stale and not in the snapshot is over.
 *
 * @param at ms since the epoch
 */
export function seedCalls(ledger: Ledger, seeds: readonly CallSeed[], at: number): void {
  const legs = seeds.filter(isLeg)
  const parents = new Set(legs.map(({ fromQueueUniqueId }) => fromQueueUniqueId))
  const listed = new Set(seeds.map(({ uniqueId }) => uniqueId))
  const seen = new Set<Journey>()
  /** Those of whom the snapshot knows better. */
  const settled = new Set<Journey>()

  const parentOf = (seed: CallSeed, uniqueId: string): CallSeed => ({
    uniqueId,
    caller: seed.caller,
    callerName: seed.callerName,
    calledNumber: seed.calledNumber,
    phase: 'queued',
    startedAt: seed.startedAt,
  })
  const seedOwn = (seed: CallSeed) => {
    const journey = ledger.register.find(seed.uniqueId)
    if (journey === undefined) {
      if (ledger.knownToBeOver(seed.uniqueId)) return
      const blank = ledger.known(newCall(seed.uniqueId, seed.startedAt ?? at, false), identityOf(seed))
      const opened = ledger.open(withOwnLeg(blank, seed), { kind: 'begin' })
      seen.add(opened)
      settled.add(opened)
      return
    }
    seen.add(journey)
    if (isOver(journey.call)) return
    const wasStale = journey.call.stale
    const fresh = ledger.fresh(journey)
    // a leg that the snapshot does not tell from a call
    const isOwn = fresh.uniqueIds.includes(seed.uniqueId)
    const named = isOwn ? ledger.known(fresh, identityOf(seed)) : fresh
    if (wasStale) settled.add(journey)
    // who has left a queue, and waits, waits in another
    const waitsHere = seed.phase === 'queued' && journey.place?.left === undefined
    if (wasStale && isOwn && !waitsHere) ledger.takeOut(journey)
    const next = wasStale && isOwn ? settledAs(named, seed, waitsHere) : named
    if (next !== journey.call) ledger.publish(journey, next, { kind: 'update' })
  }
  /** A call whose phase only the snapshot knows. */
  const settledAs = (call: Call, seed: CallSeed, waitsHere: boolean): Call => {
    const { queue, ...rest } = { ...call, legs: call.legs.map(leg => (leg.endedAt !== undefined || isListed(leg, seed) ? leg : { ...leg, endedAt: at })) }
    if (seed.phase === 'answered') return withOwnLeg(rest, seed)
    // who answered before may have been followed by others
    return withOwnLeg(unclaimed(waitsHere && queue !== undefined ? { ...rest, queue } : rest), seed)
  }
  /** An agent's leg that is not in the snapshot is over, and so is any other than that which the snapshot knows on the caller's own channel. */
  const isListed = (leg: Leg, { uniqueId, phase, callee = '' }: CallSeed) => {
    if (leg.kind === 'agent') return listed.has(leg.uniqueId)
    if (phase === 'queued' || parents.has(uniqueId) || (phase === 'ringing' && leg.answeredAt !== undefined)) return false
    return (callee === '' || callee === leg.callee) && !ledger.isQueue(leg.callee)
  }

  /** Who is rung or talks, where no agent's leg tells. */
  const withOwnLeg = (call: Call, { uniqueId, callee = '', calleeName = '', phase, startedAt = at, answeredAt = at }: CallSeed): Call => {
    const phased: Call = { ...call, phase }
    if (phase === 'queued' || callee === '' || parents.has(uniqueId) || ledger.isQueue(callee)) {
      return phase === 'answered' && phased.answeredAt === undefined ? { ...phased, answeredAt } : phased
    }
    const rung = ownLeg(phased)
    const leg: Leg = rung ?? { uniqueId, callee, calleeName, kind: 'direct', beganAt: startedAt }
    const dialled = rung === undefined ? withLeg(phased, leg) : phased
    if (phase !== 'answered') return dialled
    return leg.answeredAt === undefined ? answered(dialled, leg, answeredAt) : { ...dialled, answeredBy: leg.callee }
  }
  const seedLeg = (seed: CallSeed, parentId: string) => {
    const journey = ledger.register.find(parentId)
    if (journey === undefined || !settled.has(journey)) return
    const { call } = journey
    const { uniqueId, callee = '', calleeName = '', phase, startedAt = at, answeredAt = at } = seed
    const known = call.legs.find(leg => leg.uniqueId === uniqueId)
    const leg: Leg = known ?? { uniqueId, callee, calleeName, kind: 'agent', beganAt: startedAt }
    let next = known === undefined ? withLeg(call, leg) : call
    if (phase === 'answered') {
      ledger.takeOut(journey)
      next = leg.answeredAt === undefined ? answered(next, leg, answeredAt) : { ...next, phase: 'answered', answeredBy: leg.callee }
    }
    if (next !== call) ledger.publish(journey, next, { kind: 'update' })
  }

  for (const seed of seeds) if (!isLeg(seed)) seedOwn(seed)
  for (const seed of legs) {
    const parentId = seed.fromQueueUniqueId ?? ''
    const parent = ledger.register.find(parentId)
    if (parent === undefined || !seen.has(parent)) seedOwn(parentOf(seed, parentId))
    seedLeg(seed, parentId)
  }
  for (const journey of ledger.register.all()) {
    if (!journey.call.stale || isOver(journey.call) || seen.has(journey)) continue
    ledger.settle(journey)
    ledger.publish(journey, ended(journey.call), { kind: 'end' })
  }
}

/** As on the wire, an empty parent is none, and nobody is offered to themselves. */
function isLeg({ uniqueId, fromQueueUniqueId = '' }: CallSeed): boolean {
  return fromQueueUniqueId !== '' && fromQueueUniqueId !== uniqueId
}

/**
 * Merges snapshots of waiting lists. Who is fresh and waits elsewhere, or not at all, is not put back; whose place is stale and not in the snapshot has lost it.
 *
 * @param at ms since the epoch
 */
export function seedWaiting(
  ledger: Ledger,
  rooms: Pick<WaitingRooms, 'of' | 'arrange'>,
  seeds: readonly Pick<QueueSeed, 'queue' | 'waiting'>[],
  at: number,
): void {
  const listed = new Set(seeds.flatMap(({ waiting }) => waiting.map(({ uniqueId }) => uniqueId)))
  for (const { queue, waiting } of seeds) {
    const ordered: Journey[] = []
    for (const { uniqueId, caller = '', callerName = '', waitingSince = at } of waiting) {
      const known = ledger.register.find(uniqueId)
      if (known === undefined && ledger.knownToBeOver(uniqueId)) continue
      const journey = known ?? ledger.open(newCall(uniqueId, waitingSince, false), { kind: 'begin' })
      // of who is offered to agents nothing may have told where they wait
      const isPlaced = known?.place !== undefined ? known.place.queue === queue : known?.call.phase === 'queued'
      const isNewer = known !== undefined && !known.call.stale && !isPlaced
      if (isOver(journey.call) || isNewer) continue
      const call = ledger.known(ledger.fresh(journey), { caller, callerName })
      const place = journey.place?.queue === queue && journey.place.left === undefined ? journey.place : undefined
      ledger.publish(journey, call, { kind: 'update' })
      if (place === undefined)
        ledger.publish(journey, ledger.wait(journey, { queue, position: ordered.length + 1, joinedAt: at, waitingSince }), { kind: 'queue' })
      ordered.push(journey)
    }
    for (const { journey } of rooms.of(queue)) {
      if (!journey.call.stale || journey.call.uniqueIds.some(id => listed.has(id))) continue
      ledger.takeOut(journey)
      ledger.publish(journey, unqueued(journey.call), { kind: 'update' })
    }
    rooms.arrange(queue, ordered)
  }
}

function identityOf({ caller = '', callerName = '', callee = '', calleeName = '', calledNumber = '' }: CallSeed) {
  return { caller, callerName, callee, calleeName, calledNumber }
}

const TEXTS = ['fromQueueUniqueId', 'caller', 'callerName', 'callee', 'calleeName', 'calledNumber'] as const
const TIMES = ['startedAt', 'answeredAt'] as const
const PHASES: readonly unknown[] = ['ringing', 'queued', 'answered'] satisfies CallSeed['phase'][]

/** Throws {@link InvalidOptionsError} for a snapshot of which a part cannot be read; then none of it is merged. */
export function checkCallSeeds(seeds: readonly CallSeed[]): void {
  eachOf('seed(calls)', seeds, (seed, where) => {
    for (const name of TEXTS) checkText(`${where}.${name}`, seed[name])
    for (const name of TIMES) checkTime(`${where}.${name}`, seed[name])
    checkId(`${where}.uniqueId`, seed['uniqueId'])
    if (!PHASES.includes(seed['phase'])) throw new InvalidOptionsError(`'${where}.phase' must be ${PHASES.join(', ')}, not ${String(seed['phase'])}.`)
  })
}

/** Runs a check on each entry of a list. */
export function eachOf(name: string, list: unknown, check: (entry: Readonly<Record<string, unknown>>, where: string) => void): void {
  if (!Array.isArray(list)) throw new InvalidOptionsError(`'${name}' takes an array.`)
  for (const [index, entry] of list.entries()) {
    if (!isObject(entry)) throw new InvalidOptionsError(`'${name}[${index}]' must be an object.`)
    check(entry, `${name}[${index}]`)
  }
}

/** A number would have lost its trailing zeros. */
export function checkId(name: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw new InvalidOptionsError(`'${name}' must be a unique_id as the PBX tells it, a string.`)
}

export function checkText(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'string') throw new InvalidOptionsError(`'${name}' must be a string, not ${typeof value}.`)
}

export function checkTime(name: string, value: unknown): void {
  if (value !== undefined && !Number.isFinite(value)) throw new InvalidOptionsError(`'${name}' must be a time in ms since the epoch.`)
}
