import type { PbxEventOf } from '../protocol/events.js'
import type { Call, Leg } from './call.js'
import { answered, ended, isOver, lastLeg, legsEnded } from './journey.js'
import type { Ledger } from './ledger.js'
import type { Journey } from './register.js'

/** What a `call.pickup` and a `call.end` mean: a person, or only a queue; the caller's own channel, or only a leg. */
export function createAnswers(ledger: Ledger): { pickup: (event: PbxEventOf<'call.pickup'>) => void; end: (event: PbxEventOf<'call.end'>) => void } {
  const { register, publish, update, tell, heard, proven, takeOut, settle, isQueue, remember, knownToBeOver } = ledger

  const pickup = (event: PbxEventOf<'call.pickup'>) => {
    const { unique_id: id } = event
    const journey = register.find(id) ?? register.findAbbreviated(id)
    if (journey === undefined) return remember(id, { pickup: event })
    const call = heard(journey)
    const isOwn = call.uniqueIds.includes(id) || register.find(id) === undefined
    const leg = isOwn
      ? ownRung(call)
      : lastLeg(call, one => one.uniqueId === id && one.answeredAt === undefined && (one.endedAt === undefined || one.status === 'answer'))
    // whom the caller's own channel rings now only a begin since the gap could tell
    if (leg !== undefined && !isQueue(leg.callee)) return answer(journey, call, isOwn && call.stale ? undefined : leg, event)
    // without any offer only the caller's own channel can tell, as the document has it
    if (leg !== undefined || !isOwn || call.phase === 'answered' || wasOffered(call) || isOver(call)) return update(journey, call, event)
    journey.doubted = journey.place
    answer(journey, call, undefined, event)
  }
  const wasOffered = ({ legs }: Call) => legs.some(({ kind }) => kind === 'agent')
  /** Who may be picking up on the caller's own channel. */
  const ownRung = (call: Call) =>
    call.phase === 'queued'
      ? undefined
      : lastLeg(call, leg => leg.kind !== 'agent' && leg.answeredAt === undefined && (leg.endedAt === undefined || isOver(call)))

  const answer = (journey: Journey, call: Call, leg: Leg | undefined, event: PbxEventOf<'call.pickup'>) => {
    takeOut(journey)
    const at = event.meta.receivedAt
    const next = answered(proven(journey, event.meta, leg), leg, at)
    const taken = leg && next.legs[call.legs.indexOf(leg)]
    publish(journey, next, { kind: isOver(call) ? 'update' : 'answer', event, ...(taken !== undefined && { leg: taken }) })
  }

  const end = (event: PbxEventOf<'call.end'>) => {
    const { unique_id: id } = event
    const found = register.find(id)
    const journey = found ?? register.findAbbreviated(id)
    if (journey === undefined) {
      if (knownToBeOver(id)) return
      remember(id, { end: event })
      return tell({ kind: 'unseen-end', event })
    }
    const { call } = journey
    if (found !== undefined && id !== call.uniqueId) {
      // it proves nothing of the caller's own channel
      const next = legsEnded(call, event)
      return update(
        journey,
        next,
        event,
        lastLeg(next, leg => leg.uniqueId === id),
      )
    }
    if (call.phase === 'ended') return
    // only an open call is found by an abbreviation: told again, this is no news
    if (found === undefined) remember(id, { over: true })
    settle(journey)
    publish(journey, ended(call, event), { kind: call.phase === 'lost' ? 'update' : 'end', event })
  }

  return { pickup, end }
}
