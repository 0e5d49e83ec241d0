import type { PbxEventOf } from '../protocol/events.js'
import { sameNumber } from '../protocol/numbers.js'
import type { Call, Leg } from './call.js'
import { answered, changeLeg, identityIn, isOver, lastLeg, legOf, newCall, ownLeg, redirected, unanswered, unqueued, withLeg, withoutLeg } from './journey.js'
import type { Ledger } from './ledger.js'
import type { Journey } from './register.js'

type Begin = PbxEventOf<'call.begin'>

/**
 * What a `call.begin` means: a new call, another telephone on a known one's channel, or an offer to an agent.
 *
 * @param replay tells what came of an id before it began
 */
export function createBeginnings(ledger: Ledger, replay: (uniqueId: string) => void): (event: Begin) => void {
  const { register, open, file, publish, update, tell, heard, fresh, proven, known, giveBack, takeOut, absorb, isQueue, orphan, remember, knownToBeOver } =
    ledger

  const begin = (event: Begin) => {
    const { unique_id: id, from_queue_unique_id: parent, meta } = event
    // who waits is not offered to themselves
    if (parent !== undefined && parent !== id) return offer(event, parent)
    const journey = register.find(id)
    if (journey === undefined) {
      if (orphan(id)?.over) return
      const call = known(newCall(id, meta.receivedAt, true), identityIn(event))
      open(withLeg(call, legOf(event, 'direct')), { kind: 'begin', event }).begun = id
      return replay(id)
    }
    if (isOver(journey.call)) return update(journey, known(journey.call, identityIn(event)), event)
    if (!journey.call.uniqueIds.includes(id)) return beginOnLeg(journey, event)
    if (journey.begun === undefined && isFirst(journey, event)) return firstBegin(journey, event)
    if (journey.begun !== undefined && journey.begun !== id) return nextBegin(journey, event)
    // nothing is told again in another session
    if (!journey.call.stale && isAgain(journey.call, event)) return update(journey, heard(journey), event)
    redirect(journey, proven(journey, meta), event)
  }

  /** Of a call that was known before its beginning came: that, rather than a redirect. */
  const isFirst = ({ call, place }: Journey, { caller, callee, called_number }: Begin) => {
    if (ownLeg(call)?.answeredAt !== undefined) return false
    // who waited or was rung before a gap, or rang another when a snapshot was taken, had begun before it
    if (call.stale && (call.phase !== 'ringing' || call.legs.length > 0)) return false
    if ((ownLeg(call)?.callee ?? callee) !== callee) return false
    return (
      (call.callRandomId !== undefined && call.legs.length === 0) ||
      (call.caller === '' && call.calledNumber === '') ||
      sameNumber(caller, call.caller) ||
      (called_number !== '' && called_number === call.calledNumber) ||
      callee === place?.queue
    )
  }

  const firstBegin = (journey: Journey, event: Begin) => {
    journey.begun = event.unique_id
    const call: Call = { ...known(proven(journey, event.meta), identityIn(event)), controllable: true }
    const leg = legOf(event, 'direct')
    if (call.phase === 'queued' || ownLeg(call) !== undefined) return update(journey, call, event)
    // an API-created call may be picked up before it begins
    const { answeredAt } = call
    if (answeredAt === undefined) return publish(journey, withLeg(call, leg), { kind: 'update', event, leg })
    const person: Leg = { ...leg, answeredAt }
    const taken = withLeg(call, person)
    publish(journey, callsWho(call, leg) ? { ...taken, answeredBy: leg.callee } : taken, { kind: 'update', event, leg: person })
  }
  const callsWho = ({ answeredBy }: Call, { callee }: Leg) => answeredBy === undefined && callee !== ''

  /** The same begin told again. Who has answered can be rung once more: by a redirect to whom the caller talks to. */
  const isAgain = (call: Call, { caller, callee, called_number }: Begin) => {
    const leg = ownLeg(call)
    const isOwn = call.caller === caller && call.callee === callee && call.calledNumber === called_number
    if (leg === undefined) return isOwn
    return leg.callee === callee && (leg.answeredAt === undefined || (leg.kind === 'direct' && isOwn))
  }

  /** Another id of an API-created call dials: the one before was only the own telephone. */
  const nextBegin = (journey: Journey, event: Begin) => {
    // that of an id which has been replaced comes late
    if (event.unique_id !== journey.call.uniqueId) return update(journey, heard(journey), event)
    const told = proven(journey, event.meta)
    journey.begun = event.unique_id
    // it dialled the queue that it waits in already
    if (journey.place !== undefined && isQueue(event.callee)) return update(journey, known(told, identityIn(event)), event)
    takeOut(journey)
    const call = unqueued(told)
    const dialled = ownLeg(call)?.answeredAt === undefined ? call : unanswered(call)
    const leg = legOf(event, 'direct')
    publish(journey, withLeg(known({ ...dialled, phase: 'ringing' }, identityIn(event)), leg), { kind: 'update', event, leg })
  }

  const redirect = (journey: Journey, call: Call, event: Begin) => {
    const leg = legOf(event, 'redirect')
    journey.doubted = undefined
    // a leg's beginning is not its caller's
    if (call.uniqueIds.includes(event.unique_id)) journey.begun ??= event.unique_id
    takeOut(journey)
    publish(journey, redirected(call, leg, journey.call.stale), { kind: 'redirect', event, leg })
  }

  /** A begin on the id of an agent's leg belongs to its caller. */
  const beginOnLeg = (journey: Journey, event: Begin) => {
    const leg = lastLeg(journey.call, ({ uniqueId }) => uniqueId === event.unique_id)
    if (leg === undefined || leg.callee === event.callee) return update(journey, heard(journey), event)
    const call = proven(journey, event.meta)
    redirect(journey, call.legs.includes(leg) && leg.endedAt === undefined ? changeLeg(call, leg, { endedAt: event.meta.receivedAt }) : call, event)
  }

  const offer = (event: Begin, parentId: string) => {
    const { unique_id: id, meta } = event
    if (knownToBeOver(parentId)) return remember(id, { over: true })
    const same = register.find(id)
    const parent =
      register.find(parentId) ?? open({ ...known(newCall(parentId, meta.receivedAt, false), identityIn(event)), phase: 'queued' }, { kind: 'begin', event })
    // a leg that is told of after its caller's end: its own end is no news
    if (isOver(parent.call)) return register.alias(id, parent)
    if (same === parent) return update(parent, offered(parent), event)
    const own = same?.call.uniqueIds.includes(id) === true ? same : undefined
    if (same !== undefined && own === undefined) return
    if (own !== undefined) absorb(own)
    const taken = own === undefined ? undefined : own.call.legs[0]
    const leg: Leg = { ...taken, ...legOf(event, 'agent') }
    const wasStale = parent.call.stale
    let call = known(queueOnly(parent), identityIn(event))
    const dialled = ownLeg(call)
    // who was redirected is rung by that, unless it was to a queue
    if (call.phase === 'ringing' && (dialled?.kind !== 'redirect' || wasStale || isQueue(dialled.callee))) {
      call = { ...(dialled === undefined ? call : withoutLeg(call, dialled)), phase: 'queued' }
    }
    call = withLeg(call, leg)
    if (own === undefined) publish(parent, call, { kind: 'offer', event, leg })
    else {
      if (leg.answeredAt !== undefined) takeOut(parent)
      file(parent, leg.answeredAt === undefined ? call : answered(call, leg, leg.answeredAt))
      tell({ kind: 'merge', call: own.call, into: parent.call, leg, event })
    }
    replay(id)
  }

  /** After a gap an offer does not tell where: who talked may talk to the very agent who is rung, who waited may wait in another queue. */
  const offered = (journey: Journey): Call => (journey.call.phase === 'answered' || journey.place !== undefined ? heard(journey) : fresh(journey))

  /** An offer shows that what picked up on the caller's own channel was the queue. */
  const queueOnly = (journey: Journey): Call => {
    const call = offered(journey)
    const { doubted } = journey
    journey.doubted = undefined
    if (doubted === undefined || call.phase !== 'answered' || call.answeredBy !== undefined) return call
    const { queue } = giveBack(journey, doubted)
    return { ...unanswered(call), phase: 'queued', ...(queue !== undefined && { queue }) }
  }

  return begin
}
