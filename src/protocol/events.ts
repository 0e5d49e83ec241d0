import type { Either } from 'fp-ts/Either'
import * as t from 'io-ts'
import { type FrameCodec, isObject, record } from './record.js'
import { count, id, identity, optionalId, randomId, text } from './scalars.js'

// One codec per event of the document's 'Zoznam udalostí', in its order. Names, payload types and the event map derive from them.

/** 'Začiatok hovoru': a number is dialled. A leg that a queue offers to an agent names the waiting caller in `from_queue_unique_id`. */
export const callBegin = record(
  'call.begin',
  { event: t.literal('call.begin'), caller: text, caller_name: text, callee: text, callee_name: text, called_number: text, unique_id: id },
  { from_queue_unique_id: optionalId },
)

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
export type CallEndStatus = 'answer' | 'busy' | 'noanswer' | 'cancel' | 'congestion' | 'chanunavail' | 'dontcall' | 'invalidargs' | (string & {})

const callEndStatus = text as FrameCodec<CallEndStatus>

/** 'Koniec hovoru': the call is over, also when the callee was unreachable. */
export const callEnd = record('call.end', { event: t.literal('call.end'), unique_id: id, status: callEndStatus })

/** 'Prijatie hovoru': the call is answered. */
export const callPickup = record('call.pickup', { event: t.literal('call.pickup'), unique_id: id })

/** 'Vytvorenie hovoru': an API-created call got its id; comes again when the id changes. `call_random_id` is empty when the frame has none. */
export const callCreateResponse = record('call.create_response', { event: t.literal('call.create_response'), unique_id: id, call_random_id: randomId })

/** 'Pridanie agenta do radu': an agent was added to a queue. */
export const queueAdd = record('queue.add', { event: t.literal('queue.add'), queue: identity, member: identity, member_name: text })

/** 'Odobratie agenta z radu': an agent was removed from a queue. */
export const queueRemove = record('queue.remove', { event: t.literal('queue.remove'), queue: identity, member: identity, member_name: text })

/** 'Pozastavenie agenta radu': an agent was paused. */
export const queuePause = record('queue.pause', { event: t.literal('queue.pause'), queue: identity, member: identity })

/** 'Povoliť agenta radu': an agent is available again. */
export const queueUnpause = record('queue.unpause', { event: t.literal('queue.unpause'), queue: identity, member: identity })

/** 'Prichádzajúci hovor do radu': a caller starts waiting. `position` counts from 1 and is true at the join only; `NaN` when the frame has none. */
export const queueJoin = record('queue.join', {
  event: t.literal('queue.join'),
  queue: identity,
  caller: text,
  caller_name: text,
  unique_id: id,
  position: count,
})

/** 'Zrušenie hovoru v rade': a caller left this queue without being taken by an agent. `holdtime` in seconds; `NaN` when the frame has none. */
export const queueLeft = record('queue.left', { event: t.literal('queue.left'), queue: identity, unique_id: id, holdtime: count })

const codecs = [callBegin, callEnd, callPickup, callCreateResponse, queueAdd, queueRemove, queuePause, queueUnpause, queueJoin, queueLeft] as const

/** A known event as the wire says it, decoded. */
export type WireEvent = t.TypeOf<(typeof codecs)[number]>
/** The names of the ten documented events. */
export type PbxEventName = WireEvent['event']
/** The wire event of one name. */
export type WireEventOf<N extends PbxEventName> = Extract<WireEvent, { event: N }>

/** Stamped on every frame on receipt, since the wire has no times, no numbers and no sessions. */
export interface Meta {
  /** ms since the epoch, by this machine's clock. */
  receivedAt: number
  /** Counts the frames of the client's life, from 1. */
  seq: number
  /** The login that it came in, or before 202 the one that was tried, from 1. */
  session: number
  /** The wire's own `meta`, should it ever send one. */
  wire?: unknown
}

/** One of the ten events, told apart by `event`. Unknown extra fields stay on the object. */
export type PbxEvent = { [N in PbxEventName]: WireEventOf<N> & { meta: Meta } }[PbxEventName]
/** The event of one name: `PbxEventOf<'call.begin'>`. */
export type PbxEventOf<N extends PbxEventName> = Extract<PbxEvent, { event: N }>

/** An event of a name that this SDK does not know, as it came. */
export interface UnknownEvent {
  event: string
  meta: Meta
  [field: string]: unknown
}

const byName: ReadonlyMap<string, FrameCodec<WireEvent>> = new Map(codecs.map(codec => [codec.name, codec as FrameCodec<WireEvent>]))

/** The codec of a known event, found in one step; a map, since `constructor` is just a name that nobody knows. */
export function codecOf(name: string): FrameCodec<WireEvent> | undefined {
  return byName.get(name)
}

/** The names of the ten documented events, in the document's order. */
export const pbxEventNames = codecs.map(codec => codec.name as PbxEventName) as readonly PbxEventName[]

/** Codec of any of the ten events, for those who decode elsewhere. */
export const pbxEvent: FrameCodec<WireEvent> = new t.Type<WireEvent, WireEvent, unknown>(
  'an event of the PBX',
  (value): value is WireEvent => codecFor(value)?.is(value) ?? false,
  (value, context): Either<t.Errors, WireEvent> => codecFor(value)?.validate(value, context) ?? t.failure(value, context),
  t.identity,
)

function codecFor(value: unknown): FrameCodec<WireEvent> | undefined {
  return isObject(value) && typeof value['event'] === 'string' ? codecOf(value['event']) : undefined
}
