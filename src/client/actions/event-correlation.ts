import { checkUniqueId } from '../../protocol/actions.js'
import type { PbxEvent, PbxEventOf } from '../../protocol/events.js'
import { type Abbreviations, createAbbreviations } from '../../protocol/unique-id.js'
import { addTo, type Multimap, removeFrom } from '../../shared/multimap.js'
import { InvalidRequestError } from '../errors.js'
import { type CallEvent, type EventPhase, isCallEvent, phaseAfter } from './call-phase.js'
import type { PendingAction } from './pending-action.js'
import { namesOf } from './target.js'

/** The most ids that a call can have. Field recordings have six at most. */
const MOST_IDS = 64

/** No event comes after this place. */
const FORGOTTEN = Number.POSITIVE_INFINITY

/** An event of an id that no action has. */
interface EarlyEvent {
  readonly event: CallEvent
  readonly place: number
  /** ms since the epoch. */
  readonly cameAt: number
}

interface EventCorrelationParts {
  /**
   * ms that events of an unknown id are kept: the `call.create_response` that names their call may come after them.
   */
  readonly keptFor: number
  /** ms since the epoch. */
  readonly now: () => number
  /**
   * Takes an event of an action.
   *
   * @param phase the phase that the event proves; undefined for the end of an id that another has replaced
   */
  readonly deliver: (action: PendingAction, event: CallEvent, phase: EventPhase | undefined) => void
  /** Takes what was ignored, and why. */
  readonly reportLimit: (detail: string) => void
}

/**
 * The phase that an event proves for a call or for an action about one. The end of a superseded id proves none. An id
 * that was taken for an abbreviation's is none of the known ids, and its end is the end.
 */
function provenPhase(event: CallEvent, { uniqueId, keys }: PendingAction): EventPhase | undefined {
  if (event.event === 'call.end' && event.unique_id !== uniqueId && keys.has(event.unique_id)) return undefined
  return phaseAfter(event)
}

/**
 * Which event is whose: the calls that this client created, by every id they get, and the actions that are about a
 * call. Forgets a call with all its ids.
 */
export class EventCorrelation {
  readonly #parts: EventCorrelationParts
  /** Calls that were asked for or are followed, by their random ids. */
  readonly #calls = new Map<string, PendingAction>()
  /**
   * Actions by an id, and by the created call that they are about. A created call is among the actions of its ids.
   */
  readonly #actions: Multimap<string | PendingAction, PendingAction> = new Map()
  /** Calls with the most ids that they can have, by the newest id beyond. */
  readonly #surplusIds = new Map<string, PendingAction>()
  readonly #abbreviations: Abbreviations<PendingAction> = createAbbreviations()
  /** Early events by their id, the oldest id first. */
  readonly #earlyEvents: Multimap<string, EarlyEvent> = new Map()
  /** The place of the last write or event. An event before a write cannot be its outcome. */
  #place = 0

  constructor(parts: EventCorrelationParts) {
    this.#parts = parts
  }

  /** True while no event can be any action's. */
  get isIdle(): boolean {
    return this.#calls.size === 0 && this.#actions.size === 0
  }

  /**
   * Keeps the random id for a call to be created. Throws {@link InvalidRequestError} for that of another open call.
   */
  reserve(action: PendingAction): void {
    const { callRandomId } = action
    if (callRandomId === undefined) return
    if (this.#calls.has(callRandomId)) {
      throw new InvalidRequestError(`'callRandomId' ${callRandomId} is in use by an open call.`, {
        field: 'callRandomId',
      })
    }
    this.#calls.set(callRandomId, action)
  }

  /**
   * The target's id at this moment. All names of the target become keys of the action. Throws where there is no id.
   */
  resolveTargetId(action: PendingAction): string {
    const { uniqueId, uniqueIds, callRandomId } = namesOf(action.plan.target)
    // a random id can be used again once its call is over, so an id of the PBX has precedence
    const call =
      typeof uniqueId === 'string'
        ? this.#callOf(uniqueId)
        : uniqueId === undefined && typeof callRandomId === 'string'
          ? this.#calls.get(callRandomId)
          : undefined
    if (uniqueId === undefined && call?.uniqueId === undefined) throw new Error('The call has no unique_id yet.')
    const id = call?.uniqueId ?? checkUniqueId(uniqueId)
    action.uniqueId = id
    action.keys.clear()
    if (call) action.keys.add(call)
    const others: readonly unknown[] = Array.isArray(uniqueIds) ? uniqueIds : []
    for (const name of [uniqueId, id, ...others]) if (typeof name === 'string') action.keys.add(name)
    return id
  }

  /** From now on, the moment of the write, events can be the action's. */
  follow(action: PendingAction): void {
    this.#place += 1
    action.writtenAs = this.#place
    for (const key of action.keys) addTo(this.#actions, key, action)
  }

  /** No event is the action's any more, not even the one that is being delivered. */
  forget(action: PendingAction): void {
    action.writtenAs = FORGOTTEN
    for (const key of action.keys) removeFrom(this.#actions, key, action)
    this.#abbreviations.remove(action.uniqueId, action)
    this.#forgetSurplusId(action)
    if (action.callRandomId !== undefined) this.#calls.delete(action.callRandomId)
    if (this.#calls.size === 0) this.#earlyEvents.clear()
  }

  /** Delivers an event to every action that it can be of. */
  correlate(event: PbxEvent): void {
    if (this.isIdle || !isCallEvent(event)) return
    this.#place += 1
    switch (event.event) {
      case 'call.create_response':
        return this.#correlateResponse(event)
      case 'call.begin':
        // a leg that a queue offers to an agent is no call that the API created, and no redirect's destination
        if (event.from_queue_unique_id !== undefined) return undefined
        return this.#correlateById(event, this.#callOf(event.unique_id) ?? this.#surplusIds.get(event.unique_id))
      case 'call.pickup':
      case 'call.end':
        return this.#correlateById(
          event,
          this.#callOf(event.unique_id) ??
            this.#surplusIds.get(event.unique_id) ??
            this.#abbreviations.find(event.unique_id),
        )
    }
  }

  /** A response gives a call an id. Events of that id that came before it are delivered after it. */
  #correlateResponse(event: PbxEventOf<'call.create_response'>): void {
    const { unique_id, call_random_id } = event
    const place = this.#place
    const call = this.#calls.get(call_random_id)
    // the response to a call that is not written yet is somebody else's
    if (call?.sentAt === undefined) return this.#deliverToOthers(event, place, undefined, false)
    if (!call.keys.has(unique_id) && !this.#addId(call, unique_id)) return
    // an action on an id that turns out to be a created call's is about that call, which may get other ids
    for (const action of this.#actions.get(unique_id) ?? []) if (action !== call) this.#link(action, call)
    const early = this.#earlyEvents.get(unique_id)
    this.#earlyEvents.delete(unique_id)
    this.#deliver(event, place, call, false)
    if (early) for (const one of early) this.#deliver(one.event, one.place, call, true)
  }

  #correlateById(event: CallEvent, call: PendingAction | undefined): void {
    if (!call && this.#calls.size > 0) this.#keep(event)
    if (call) this.#deliver(event, this.#place, call, false)
    else this.#deliverToOthers(event, this.#place, undefined, false)
  }

  /** Makes an id the newest of a call. False for one id too many, of which only the newest is remembered. */
  #addId(call: PendingAction, uniqueId: string): boolean {
    if (call.keys.size >= MOST_IDS) {
      this.#parts.reportLimit(`${call.action} ${call.callRandomId} has ${MOST_IDS} ids; further ids are not kept`)
      this.#forgetSurplusId(call)
      this.#surplusIds.set(uniqueId, call)
      call.surplusId = uniqueId
      return false
    }
    this.#abbreviations.remove(call.uniqueId, call)
    this.#abbreviations.put(uniqueId, call)
    call.uniqueId = uniqueId
    this.#link(call, uniqueId)
    return true
  }

  #forgetSurplusId(call: PendingAction): void {
    if (call.surplusId !== undefined) this.#surplusIds.delete(call.surplusId)
    call.surplusId = undefined
  }

  #link(action: PendingAction, key: string | PendingAction): void {
    action.keys.add(key)
    addTo(this.#actions, key, action)
  }

  /** The created call that has or had this id. */
  #callOf(uniqueId: string): PendingAction | undefined {
    const actions = this.#actions.get(uniqueId)
    if (actions) for (const action of actions) if (action.callRandomId !== undefined) return action
    return undefined
  }

  /**
   * Delivers an event of a created call, to the actions about the call first and to the call last.
   *
   * @param isAgain the event is delivered a second time: an action that has its id got it when it came
   */
  #deliver(event: CallEvent, place: number, call: PendingAction, isAgain: boolean): void {
    this.#deliverToOthers(event, place, call, isAgain)
    // one of several early events may have been the call's end
    if (call.writtenAs !== FORGOTTEN) this.#parts.deliver(call, event, provenPhase(event, call))
  }

  #deliverToOthers(event: CallEvent, place: number, call: PendingAction | undefined, isAgain: boolean): void {
    const named = this.#actions.get(event.unique_id)
    const about = call && this.#actions.get(call)
    if (!about && (!named || (named.size === 1 && call !== undefined && named.has(call)))) return
    // a delivery may end an action, and take it out of the sets
    for (const action of new Set([...(named ?? []), ...(about ?? [])])) {
      if (action === call || place <= action.writtenAs || (isAgain && action.keys.has(event.unique_id))) continue
      this.#parts.deliver(action, event, provenPhase(event, call ?? action))
    }
  }

  #keep(event: CallEvent): void {
    const cameAt = this.#parts.now()
    for (const [id, [first]] of this.#earlyEvents) {
      // a clock that was set back keeps no event for ever
      if (first && Math.abs(cameAt - first.cameAt) <= this.#parts.keptFor) break
      this.#earlyEvents.delete(id)
    }
    addTo(this.#earlyEvents, event.unique_id, { event, place: this.#place, cameAt })
  }
}
