import type { PbxEventOf } from '../../../protocol/events.js'
import { answerCall, clearStale, isOver, lastLeg } from '../call-state.js'
import { commitAndEmit, touch } from '../call-store.js'
import { rememberEarly } from '../early-events.js'
import type { Call, CallDraft, CallState, CallStore, Leg } from '../model.js'
import { isQueue, removeEntry } from '../queue-entries.js'

type CallPickup = PbxEventOf<'call.pickup'>

/**
 * A `call.pickup` of a known call.
 *
 * - `person`: whoever the leg rings has answered
 * - `somebody`: the caller's own channel was picked up, and no offer was seen: somebody has answered, as the document
 *   has it, and nobody knows who
 * - `queue`: the queue has answered, which is no person
 */
type Situation = { kind: 'person'; leg: Leg } | { kind: 'somebody' } | { kind: 'queue' }

const SOMEBODY: Situation = { kind: 'somebody' }

const QUEUE: Situation = { kind: 'queue' }

/**
 * The unanswered leg on the caller's own channel. A queued call has none; after the end of the call an ended leg
 * counts, too.
 */
function ringingOwnLeg(call: Call): Leg | undefined {
  if (call.phase === 'queued') return undefined
  const over = isOver(call)
  return lastLeg(
    call,
    leg => leg.answeredAt === undefined && leg.kind !== 'agent' && (leg.endedAt === undefined || over),
  )
}

/** The unanswered leg with this id, be it that it has ended as answered. */
function ringingLeg(call: Call, id: string): Leg | undefined {
  return lastLeg(
    call,
    leg =>
      leg.answeredAt === undefined && leg.uniqueId === id && (leg.endedAt === undefined || leg.status === 'answer'),
  )
}

function classify(store: CallStore, call: Call, id: string, isOwn: boolean): Situation {
  const leg = isOwn ? ringingOwnLeg(call) : ringingLeg(call, id)
  if (leg) return isQueue(store, leg.callee) ? QUEUE : { kind: 'person', leg }
  const isKnown = isOver(call) || call.phase === 'answered'
  return isOwn && !isKnown && !call.legs.some(one => one.kind === 'agent') ? SOMEBODY : QUEUE
}

function applyAnswer(
  store: CallStore,
  state: CallState,
  draft: CallDraft,
  event: CallPickup,
  leg: Leg | undefined,
): void {
  const at = event.meta.receivedAt
  const kind = isOver(draft) ? 'update' : 'answer'
  removeEntry(store, state)
  clearStale(draft, at, leg)
  const answered = answerCall(draft, leg, at)
  commitAndEmit(store, state, draft, kind, event, answered)
}

/** Reduces a `call.pickup`: a person, or only a queue; on the caller's own channel, or on a leg. */
export function reduceCallPickup(store: CallStore, event: CallPickup): void {
  const id = event.unique_id
  const known = store.byId.get(id)
  const state = known ?? store.abbreviations.find(id)
  if (!state) return rememberEarly(store, event)
  const isOwn = !known || state.call.uniqueIds.includes(id)
  const draft = touch(store, state)
  const situation = classify(store, state.call, id, isOwn)
  switch (situation.kind) {
    case 'queue':
      return
    case 'somebody':
      state.doubtedEntry = state.entry
      return applyAnswer(store, state, draft, event, undefined)
    case 'person':
      // on the caller's own channel of a stale call somebody else may ring by now
      return applyAnswer(store, state, draft, event, isOwn && draft.stale ? undefined : situation.leg)
  }
}
