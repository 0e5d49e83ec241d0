import { count, type Field, id, identity, optionalId, type RecordOf, randomId, text } from './fields.js'

/**
 * How a call ended, in the document's words ('Možné hodnoty status') or any other.
 * - `answer`: was answered
 * - `busy`: the callee is on another call, or cancelled this one
 * - `noanswer`: rang out
 * - `cancel`: the caller hung up before the callee answered
 * - `congestion`: number not recognised
 * - `chanunavail`: callee not registered
 * - `dontcall`: callee refused
 * - `invalidargs`: malformed number
 */
export type CallEndStatus =
  | 'answer'
  | 'busy'
  | 'noanswer'
  | 'cancel'
  | 'congestion'
  | 'chanunavail'
  | 'dontcall'
  | 'invalidargs'
  | (string & {})

/** A status may be any text, beside the documented words. */
const endStatus: Field<CallEndStatus> = text

/**
 * The events of the document's 'Zoznam udalostí', in its order, with their fields. Names, payload types, the event
 * map and the codecs derive from this table.
 */
export const eventFields = {
  /**
   * 'Začiatok hovoru': a number is dialled. A leg that a queue offers to an agent names the waiting caller in
   * `from_queue_unique_id`.
   */
  'call.begin': {
    caller: text,
    caller_name: text,
    callee: text,
    callee_name: text,
    called_number: text,
    unique_id: id,
    from_queue_unique_id: optionalId,
  },
  /** 'Koniec hovoru': the call is over, also when the callee was unreachable. */
  'call.end': { unique_id: id, status: endStatus },
  /** 'Prijatie hovoru': the call is answered. */
  'call.pickup': { unique_id: id },
  /**
   * 'Vytvorenie hovoru': an API-created call got its id. The event comes again when the id changes. `call_random_id`
   * is empty when the frame has none.
   */
  'call.create_response': { unique_id: id, call_random_id: randomId },
  /** 'Pridanie agenta do radu': an agent was added to a queue. */
  'queue.add': { queue: identity, member: identity, member_name: text },
  /** 'Odobratie agenta z radu': an agent was removed from a queue. */
  'queue.remove': { queue: identity, member: identity, member_name: text },
  /** 'Pozastavenie agenta radu': an agent was paused. */
  'queue.pause': { queue: identity, member: identity },
  /** 'Povoliť agenta radu': an agent is available again. */
  'queue.unpause': { queue: identity, member: identity },
  /**
   * 'Prichádzajúci hovor do radu': a caller starts waiting. `position` counts from 1, is true at the join only, and
   * is `NaN` when the frame has none.
   */
  'queue.join': { queue: identity, caller: text, caller_name: text, unique_id: id, position: count },
  /**
   * 'Zrušenie hovoru v rade': a caller left this queue without being taken by an agent. `holdtime` is in seconds, and
   * `NaN` when the frame has none.
   */
  'queue.left': { queue: identity, unique_id: id, holdtime: count },
} as const

/** The names of the ten documented events. */
export type PbxEventName = keyof typeof eventFields

/** The same type, shown flat in an editor. */
type Flat<T> = { [K in keyof T]: T[K] }

/** The wire event of one name, decoded. */
export type WireEventOf<N extends PbxEventName> = Flat<{ event: N } & RecordOf<(typeof eventFields)[N]>>
/** A known event as the wire says it, decoded. */
export type WireEvent = { [N in PbxEventName]: WireEventOf<N> }[PbxEventName]

/** Stamped on every frame on receipt, since the wire has no times, no numbers and no sessions. */
export interface Meta {
  /** ms since the epoch, by this machine's clock. */
  receivedAt: number
  /** The number of the frame in the client's life, from 1. */
  seq: number
  /** The number of the login that the frame came in, from 1. Before 202 the login that is being tried. */
  session: number
  /** The wire's own `meta`, should it ever send one. */
  wire?: unknown
}

/** One of the ten events; `event` says which. Unknown extra fields stay on the object. */
export type PbxEvent = { [N in PbxEventName]: WireEventOf<N> & { meta: Meta } }[PbxEventName]
/** The event of one name: `PbxEventOf<'call.begin'>`. */
export type PbxEventOf<N extends PbxEventName> = Extract<PbxEvent, { event: N }>

/** An event of a name that this SDK does not know, as the wire sent it. */
export interface UnknownEvent {
  event: string
  meta: Meta
  [field: string]: unknown
}

/** Whether an event of this name is documented. Inherited names such as `constructor` are not. */
export function isKnown(name: string): name is PbxEventName {
  return Object.hasOwn(eventFields, name)
}

/** The names of the ten documented events, in the document's order. */
// `Object.keys` gives strings, whatever the object.
export const pbxEventNames = /* @__PURE__ */ Object.keys(eventFields) as readonly PbxEventName[]
