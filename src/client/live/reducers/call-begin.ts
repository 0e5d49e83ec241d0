import type { PbxEventOf } from '../../../protocol/events.js'
import { sameNumber } from '../../../protocol/phone-number.js'
import type { Leg } from '../call.js'
import { heard, meet, open, own, publish, takeOut } from '../call-index.js'
import {
  addLeg,
  answer,
  endLegs,
  identityIn,
  isOver,
  type Journey,
  know,
  lastLeg,
  legOf,
  newCall,
  ownLeg,
  prove,
  removeLeg,
} from '../call-state.js'
import type { Ledger } from '../call-store.js'
import { isForgotten, remember } from '../early-events.js'
import { giveBack } from '../queue-entries.js'
import { replay } from './call-pickup.js'

type Begin = PbxEventOf<'call.begin'>

/** What a `call.begin` means: a new call, another telephone on a known one's channel, or an offer to an agent. */
export function begin(ledger: Ledger, event: Begin, at: number, id: string, journey?: Journey): void {
  const { from_queue_unique_id: parent, callee } = event
  // who waits is not offered to themselves
  if (parent && parent !== id) return offer(ledger, event, at, id, journey, parent)
  if (!journey) {
    if (isForgotten(ledger, id)) return
    const draft = newCall(id, at, true)
    know(ledger, draft, identityIn(event))
    addLeg(draft, legOf(event, 'direct', at))
    open(ledger, draft, event).begun = id
    return replay(ledger, id)
  }

  const { begun, call, place } = journey
  const draft = heard(ledger, journey)
  const isOwn = call.uniqueIds.includes(id)
  const isFirst = isOwn && !begun && seemsFirst(journey, event)
  // another id of an API-created call dials: the one before was only the own telephone
  const isNext = isOwn && begun && begun !== id
  const isDial = isFirst || isNext
  if (isDial || isOver(call)) know(ledger, draft, identityIn(event))
  if (isOver(call)) return publish(ledger, journey, draft, event)
  if (isDial) {
    // that of an id which has been replaced comes late
    if (isNext && id !== call.uniqueId) return
    journey.begun = id
    // nothing is told again in another session
  } else if (
    isOwn
      ? !call.stale && isAgain(journey, event)
      : (lastLeg(call, leg => leg.uniqueId === id)?.callee ?? callee) === callee
  )
    return

  prove(draft, at)
  const rung = ownLeg(draft)
  const leg = legOf(event, isDial ? 'direct' : 'redirect', at)
  if (isFirst) {
    draft.controllable = true
    if (rung || draft.phase === 'queued') return publish(ledger, journey, draft, event)
    // an API-created call may be picked up before it begins
    if (draft.answeredAt !== undefined) {
      leg.answeredAt = draft.answeredAt
      draft.answeredBy ??= callee || undefined
    }
  } else {
    // it dialled the queue that it waits in already
    if (isNext && place && ledger.rooms.has(callee)) return publish(ledger, journey, draft, event)
    takeOut(ledger, journey)
    draft.phase = 'ringing'
    if (isNext) {
      if (rung?.answeredAt !== undefined) draft.answeredAt = draft.answeredBy = undefined
    } else {
      // somebody is put in the place of whoever was rung or talked: after a gap nobody knows whether who had answered still did
      if (call.stale) draft.answeredBy = undefined
      journey.doubted = undefined
      // a leg's beginning is not its caller's
      if (isOwn) journey.begun = id
      endLegs(draft, at, one => one === rung || one.uniqueId === id)
    }
  }
  addLeg(draft, leg)
  publish(ledger, journey, draft, event, isDial ? 'update' : 'redirect', leg)
}

/** Of a call that was known before its beginning came: that, rather than a redirect. */
function seemsFirst({ call, place }: Journey, { caller, callee, called_number }: Begin): unknown {
  const leg = ownLeg(call)
  return (
    (!leg || (leg.answeredAt === undefined && leg.callee === callee)) &&
    // who waited or was rung before a gap, or rang another when a snapshot was taken, had begun before it
    !(call.stale && (call.phase !== 'ringing' || call.legs.length)) &&
    ((call.callRandomId && !call.legs.length) ||
      !(call.caller || call.calledNumber) ||
      sameNumber(caller, call.caller) ||
      (called_number && called_number === call.calledNumber) ||
      callee === place?.seat.queue)
  )
}

/** The same begin told again. Who has answered can be rung once more: by a redirect to whom the caller talks to. */
function isAgain({ call }: Journey, { caller, callee, called_number }: Begin): boolean {
  const leg = ownLeg(call)
  const isSame = call.caller === caller && call.callee === callee && call.calledNumber === called_number
  return leg ? leg.callee === callee && (leg.answeredAt === undefined || (leg.kind === 'direct' && isSame)) : isSame
}

function offer(
  ledger: Ledger,
  event: Begin,
  at: number,
  id: string,
  known: Journey | undefined,
  parentId: string,
): void {
  // the agent is not whom the caller called
  const identity = { ...identityIn(event), callee: '', calleeName: '' }
  const parent = meet(ledger, parentId, at, identity, 'queued', event)
  if (!parent) return remember(ledger, id, { over: true })
  const { call, doubted, place } = parent
  // a leg that is told of after its caller's end: its own end is no news
  if (isOver(call)) return own(ledger, parent, id)
  // it was told without its parent before
  const alone = known === parent ? undefined : known
  if (alone && !alone.call.uniqueIds.includes(id)) return
  const draft = heard(ledger, parent)
  // after a gap an offer does not tell where: who talked may talk to the very agent who is rung, who waited may wait in another queue
  draft.stale &&= draft.phase === 'answered' || !!place
  if (known === parent) return publish(ledger, parent, draft, event)
  if (!alone) own(ledger, parent, id)
  parent.doubted = undefined
  // it shows that what picked up on the caller's own channel was the queue
  if (doubted && draft.phase === 'answered' && !draft.answeredBy) {
    draft.answeredAt = undefined
    giveBack(ledger, parent, draft, doubted)
  }
  know(ledger, draft, identity)
  const rung = ownLeg(draft)
  // who was redirected is rung by that, unless it was to a queue
  if (draft.phase === 'ringing' && (rung?.kind !== 'redirect' || call.stale || ledger.rooms.has(rung.callee))) {
    removeLeg(draft, rung)
    draft.phase = 'queued'
  }
  const leg: Leg = { ...alone?.call.legs[0], ...legOf(event, 'agent', at) }
  addLeg(draft, leg)
  if (leg.answeredAt !== undefined) {
    takeOut(ledger, parent)
    answer(draft, leg, leg.answeredAt)
  }
  publish(ledger, parent, draft, event, alone ? 'merge' : 'offer', leg, alone)
  replay(ledger, id)
}
