import { checkUniqueId } from '../../protocol/actions.js'
import type { PbxEvent, PbxEventOf } from '../../protocol/events.js'
import { createAbbreviations } from '../../protocol/unique-id.js'
import { addTo, type Multimap, removeFrom } from '../../shared/multimap.js'
import { InvalidRequestError } from '../errors.js'
import { type CallEvent, CREATED, OVER, RINGING, type Step, stepOf } from './call-phase.js'
import type { Ticket } from './pending-action.js'
import { namesOf } from './target.js'

/** An event of an id that nobody knows yet. */
type Early = readonly [event: CallEvent, order: number, cameAt: number]

/**
 * Who hears which event: the calls that this client made, by all ids they get, and the actions that are about a call. Forgets a call with all its ids.
 *
 * @param keptFor ms that events of an unknown id are kept: the `call.create_response` that says whose they are may come after them
 * @param now ms since the epoch
 * @param tell `step`: how far the event brings the call
 */
export function createHearing(
  keptFor: number,
  now: () => number,
  tell: (ticket: Ticket, event: CallEvent, step: Step) => void,
) {
  /** Calls that are asked for or followed, by their random ids. */
  const calls = new Map<unknown, Ticket>()
  /** By id, and by the call that is acted on. A call is among those of its ids. */
  const hearers: Multimap<unknown, Ticket> = new Map()
  const abbreviations = createAbbreviations<Ticket>()
  /** By id, the oldest id first. */
  const orphans: Multimap<string, Early> = new Map()
  /** A place in it for whatever is written or heard: what came before an action was not brought about by it. */
  let time = 0

  const link = (ticket: Ticket, key: unknown) => {
    ticket.keys.add(key)
    addTo(hearers, key, ticket)
  }

  /** The call that has or had this id. */
  const callOf = (uniqueId: unknown) => [...(hearers.get(uniqueId) ?? [])].find(({ callRandomId }) => callRandomId)

  /** @param isAgain whoever knew the id has heard it, when it came */
  const deliver = (event: CallEvent, order: number, call: Ticket | undefined, isAgain = false) => {
    const { unique_id } = event
    const step = stepOf(event) as Step
    const named = hearers.get(unique_id) ?? []
    // an id that was acted on turns out to be that of a created call, which may get others
    if (call && step === CREATED) for (const ticket of named) if (ticket !== call) link(ticket, call)
    // the end of an id that another has replaced; one that is taken for that of a call is none of those it is known by
    const brings = ({ keys, uniqueId }: Ticket) =>
      step < OVER || unique_id === uniqueId || !keys.has(unique_id) ? step : 0
    for (const ticket of new Set([...named, ...((call && hearers.get(call)) ?? [])])) {
      if (ticket !== call && order > ticket.order && !(isAgain && ticket.keys.has(unique_id)))
        tell(ticket, event, brings(call ?? ticket))
    }
    // it comes last: what somebody asks for when the call tells him of an event was not brought about by that event
    if (call) tell(call, event, brings(call))
  }

  const keep = (event: CallEvent, order: number) => {
    const cameAt = now()
    for (const [id, [first]] of orphans) {
      if (first && Math.abs(cameAt - first[2]) <= keptFor) break
      orphans.delete(id)
    }
    addTo(orphans, event.unique_id, [event, order, cameAt])
  }

  return {
    /** Throws {@link InvalidRequestError} for the random id of another open call. */
    reserve: (ticket: Ticket): void => {
      const { callRandomId } = ticket
      if (!callRandomId) return
      if (calls.has(callRandomId)) {
        throw new InvalidRequestError(`'callRandomId' ${callRandomId} is in use by an open call.`, {
          field: 'callRandomId',
        })
      }
      calls.set(callRandomId, ticket)
    },
    /** The target's id, now; by this and its other names the action hears of it. Throws for a target that has none. */
    aim: (ticket: Ticket): string => {
      const { uniqueId, uniqueIds, callRandomId } = namesOf(ticket.target)
      // a random id may be used again when its call is over, so it tells nothing where there is an id of the PBX
      const call = uniqueId === undefined ? calls.get(callRandomId) : callOf(uniqueId)
      if (!call?.uniqueId && uniqueId === undefined) throw new Error('The call has no unique_id yet')
      const id = call?.uniqueId ?? checkUniqueId(uniqueId)
      ticket.uniqueId = id
      ticket.keys = new Set([call, uniqueId, id, ...(Array.isArray(uniqueIds) ? uniqueIds : [])])
      return id
    },
    /** It was written, and hears from now on. */
    follow: (ticket: Ticket): void => {
      time += 1
      ticket.order = time
      for (const key of ticket.keys) link(ticket, key)
    },
    forget: (ticket: Ticket): void => {
      // nothing more, even of an event that is being told
      ticket.order = Infinity
      for (const key of ticket.keys) removeFrom(hearers, key, ticket)
      abbreviations.remove(ticket.uniqueId, ticket)
      calls.delete(ticket.callRandomId)
      if (calls.size === 0) orphans.clear()
    },
    hear,
  }

  function hear(heard: PbxEvent): void {
    const step = stepOf(heard)
    if (!step || calls.size + hearers.size === 0) return
    time += 1
    const order = time
    const event = heard as CallEvent
    const { unique_id } = event
    let call = callOf(unique_id)
    let early: Iterable<Early> = []
    if (step === CREATED) {
      call = calls.get((event as PbxEventOf<'call.create_response'>).call_random_id)
      // before it is written it is somebody else's
      if (call?.sentAt === undefined) call = undefined
      else {
        if (!call.keys.has(unique_id)) {
          abbreviations.remove(call.uniqueId, call)
          abbreviations.put(unique_id, call)
          call.uniqueId = unique_id
          link(call, unique_id)
        }
        early = orphans.get(unique_id) ?? []
        orphans.delete(unique_id)
      }
    } else if (step === RINGING && (event as PbxEventOf<'call.begin'>).from_queue_unique_id !== undefined) {
      // a leg that a queue offers to an agent is no call that the API created, nor where anybody was redirected to
      return
    } else if (!call) {
      if (step !== RINGING) call = abbreviations.find(unique_id)
      if (!call && calls.size > 0) keep(event, order)
    }
    deliver(event, order, call)
    for (const [its, place] of early) deliver(its, place, call, true)
  }
}
