import {
  addLeg,
  answerCall,
  draftOf,
  endLegs,
  fillIdentity,
  isOver,
  newCallDraft,
  newCallState,
  ownLeg,
} from '../call-state.js'
import { addId, commitAndEmit, openCall, touch } from '../call-store.js'
import { hasEnded } from '../early-events.js'
import type { CallDraft, CallSeed, CallState, CallStore, Leg } from '../model.js'
import { isQueue, removeEntry } from '../queue-entries.js'

/** All seeds of one call. */
interface SeededCall {
  readonly id: string
  /** The known call, if any. */
  readonly state: CallState | undefined
  /** All seeds, of the caller's own channel and of legs. */
  readonly seeds: readonly CallSeed[]
  readonly legs: readonly CallSeed[]
  /** The seed of the caller's own channel. Undefined where the snapshot lists only an id that is known as a leg's. */
  readonly caller: CallSeed | undefined
}

/**
 * A call in a snapshot.
 *
 * - `over`: the call has ended, whatever the snapshot says
 * - `new`: nothing is known of the call
 * - `unproven`: nothing has proved the call since a gap, so the snapshot settles it
 * - `proven`: events of this session are newer than any snapshot, so only blanks are filled
 */
type Situation = 'over' | 'new' | 'unproven' | 'proven'

/** As on the wire, an empty parent is none. */
function callerIdOf(seed: CallSeed): string {
  return seed.fromQueueUniqueId || seed.uniqueId
}

/** Seeds by the id of the call that they are about, or by the caller's unique id where no call is known. */
function groupByCall(store: CallStore, seeds: readonly CallSeed[]): Map<string, CallSeed[]> {
  const groups = new Map<string, CallSeed[]>()
  for (const seed of seeds) {
    const callerId = callerIdOf(seed)
    const id = store.byId.get(callerId)?.call.id ?? callerId
    const group = groups.get(id)
    if (group) group.push(seed)
    else groups.set(id, [seed])
  }
  return groups
}

function classify(store: CallStore, { id, state }: SeededCall): Situation {
  if (!state) return hasEnded(store, id) ? 'over' : 'new'
  if (isOver(state.call)) return 'over'
  return state.call.stale || state.isKnownByQueueSeed ? 'unproven' : 'proven'
}

/** True unless the caller still waits where known. A caller who has left that queue, and waits, waits in another. */
function endsWait({ entry }: CallState, caller: CallSeed, legs: readonly CallSeed[]): boolean {
  return caller.phase !== 'queued' || entry?.left !== undefined || legs.some(leg => leg.phase === 'answered')
}

/** True if the snapshot shows another callee than the leg on the caller's own channel, or the same one ringing anew. */
function isReplaced(store: CallStore, leg: Leg, { phase, callee }: CallSeed): boolean {
  return (
    (phase === 'ringing' && leg.answeredAt !== undefined) ||
    (callee !== undefined && callee !== '' && callee !== leg.callee) ||
    isQueue(store, leg.callee)
  )
}

function settleLeg(
  draft: CallDraft,
  known: Leg | undefined,
  { uniqueId, callee = '', calleeName = '', phase, startedAt, answeredAt }: CallSeed,
  kind: Leg['kind'],
  at: number,
): void {
  const leg = known ?? { uniqueId, callee, calleeName, kind, beganAt: startedAt ?? at }
  if (!known) addLeg(draft, leg)
  if (phase === 'answered') answerCall(draft, leg, answeredAt ?? at)
}

/** Takes the snapshot's word for the phase and the legs. */
function settle(
  store: CallStore,
  draft: CallDraft,
  { legs }: SeededCall,
  caller: CallSeed,
  listedIds: ReadonlySet<string>,
  at: number,
): void {
  // the caller's own channel rings or talks if no agent's leg does
  const isOwn = caller.phase !== 'queued' && legs.length === 0
  endLegs(draft, at, leg =>
    leg.kind === 'agent' ? !listedIds.has(leg.uniqueId) : !isOwn || isReplaced(store, leg, caller),
  )
  draft.phase = caller.phase
  // the person who had answered may have been followed by others
  if (caller.phase !== 'answered') draft.answeredBy = undefined
  else draft.answeredAt ??= caller.answeredAt ?? at
  if (isOwn && caller.callee && !isQueue(store, caller.callee))
    return settleLeg(draft, ownLeg(draft), caller, 'direct', at)
  for (const seed of legs) {
    const known = draft.legs.find(leg => leg.uniqueId === seed.uniqueId)
    settleLeg(draft, known, seed, 'agent', at)
  }
}

function mergeCall(store: CallStore, seeded: SeededCall, listedIds: ReadonlySet<string>, at: number): void {
  const situation = classify(store, seeded)
  if (situation === 'over') return
  const { id, state, caller } = seeded
  const draft = state ? touch(store, state) : newCallDraft(id, caller?.startedAt ?? at)
  draft.stale = false
  if (caller) fillIdentity(store.options, draft, caller)
  if (caller && situation === 'unproven' && state && endsWait(state, caller, seeded.legs)) removeEntry(store, state)
  if (caller && situation !== 'proven') settle(store, draft, seeded, caller, listedIds, at)
  const merged = state ?? openCall(store, newCallState(draft))
  if (situation !== 'proven') for (const { uniqueId } of seeded.seeds) addId(store, merged, uniqueId)
  commitAndEmit(store, merged, draft, 'update')
}

function seededCall(store: CallStore, id: string, seeds: readonly CallSeed[]): SeededCall {
  const state = store.byId.get(id)
  const ownIds = state?.call.uniqueIds ?? [id]
  const legs = seeds.filter(seed => callerIdOf(seed) !== seed.uniqueId)
  const [leg] = legs
  // a caller of whom only a leg is listed waits
  const implied: CallSeed | undefined = leg && { ...leg, uniqueId: id, callee: '', calleeName: '', phase: 'queued' }
  return { id, state, seeds, legs, caller: seeds.find(({ uniqueId }) => ownIds.includes(uniqueId)) ?? implied }
}

/**
 * Merges a snapshot of all running calls. A stale call that is not in it is over.
 *
 * @param at ms since the epoch
 */
export function seedCalls(store: CallStore, seeds: readonly CallSeed[], at: number): void {
  const listedIds = new Set(seeds.map(({ uniqueId }) => uniqueId))
  for (const [id, group] of groupByCall(store, seeds)) mergeCall(store, seededCall(store, id, group), listedIds, at)
  for (const state of store.stale.ends.keys()) {
    const draft = draftOf(state.call)
    draft.phase = 'ended'
    commitAndEmit(store, state, draft, 'end')
  }
}
