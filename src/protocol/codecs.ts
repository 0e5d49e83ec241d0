import * as t from 'io-ts'
import { isObject } from '../shared/is-object.js'
import { eventFields, isKnown, type PbxEventName, type WireEvent, type WireEventOf } from './events.js'
import { type Field, type Fields, REFUSED, type RecordOf, readRecord } from './fields.js'
import { responseFields } from './responses.js'

// The tables of fields as io-ts codecs, for those who decode elsewhere. The client reads by the same tables and needs
// no codec. Each codec is made by a call that a bundler may drop, so a bundle without codecs has no io-ts.

/** A codec of a frame. The input is never changed, and fields without a codec stay. */
export type FrameCodec<A> = t.Type<A, A, unknown>

/**
 * 'Začiatok hovoru': a number is dialled. A leg that a queue offers to an agent names the waiting caller in
 * `from_queue_unique_id`.
 */
export const callBegin = /* @__PURE__ */ eventCodec('call.begin')
/** 'Koniec hovoru': the call is over, also when the callee was unreachable. */
export const callEnd = /* @__PURE__ */ eventCodec('call.end')
/** 'Prijatie hovoru': the call is answered. */
export const callPickup = /* @__PURE__ */ eventCodec('call.pickup')
/**
 * 'Vytvorenie hovoru': an API-created call got its id. The event comes again when the id changes. `call_random_id` is
 * empty when the frame has none.
 */
export const callCreateResponse = /* @__PURE__ */ eventCodec('call.create_response')
/** 'Pridanie agenta do radu': an agent was added to a queue. */
export const queueAdd = /* @__PURE__ */ eventCodec('queue.add')
/** 'Odobratie agenta z radu': an agent was removed from a queue. */
export const queueRemove = /* @__PURE__ */ eventCodec('queue.remove')
/** 'Pozastavenie agenta radu': an agent was paused. */
export const queuePause = /* @__PURE__ */ eventCodec('queue.pause')
/** 'Povoliť agenta radu': an agent is available again. */
export const queueUnpause = /* @__PURE__ */ eventCodec('queue.unpause')
/**
 * 'Prichádzajúci hovor do radu': a caller starts waiting. `position` counts from 1, is true at the join only, and is
 * `NaN` when the frame has none.
 */
export const queueJoin = /* @__PURE__ */ eventCodec('queue.join')
/**
 * 'Zrušenie hovoru v rade': a caller left this queue without being taken by an agent. `holdtime` is in seconds, and
 * `NaN` when the frame has none.
 */
export const queueLeft = /* @__PURE__ */ eventCodec('queue.left')

/** Codec of a response. `code` may come as a numeric string; all other fields stay. */
export const pbxResponse = /* @__PURE__ */ recordCodec('a response of the PBX', responseFields)

/** Codec of any of the ten events. */
export const pbxEvent: FrameCodec<WireEvent> = /* @__PURE__ */ anyEventCodec()

function eventCodec<N extends PbxEventName>(name: N): FrameCodec<WireEventOf<N>> {
  const event: Field<N> = [JSON.stringify(name), value => (value === name ? name : REFUSED), REFUSED]
  return recordCodec<Fields, WireEventOf<N>>(name, { event, ...eventFields[name] })
}

/** The part of an event's codec that a codec of any event needs. */
interface EventCodec {
  readonly is: (value: unknown) => boolean
  readonly validate: t.Validate<unknown, WireEvent>
}

function anyEventCodec(): FrameCodec<WireEvent> {
  const codecs: Readonly<Record<PbxEventName, EventCodec>> = {
    'call.begin': callBegin,
    'call.end': callEnd,
    'call.pickup': callPickup,
    'call.create_response': callCreateResponse,
    'queue.add': queueAdd,
    'queue.remove': queueRemove,
    'queue.pause': queuePause,
    'queue.unpause': queueUnpause,
    'queue.join': queueJoin,
    'queue.left': queueLeft,
  }
  const codecFor = (value: unknown) => {
    const name = isObject(value) ? value['event'] : undefined
    return typeof name === 'string' && isKnown(name) ? codecs[name] : undefined
  }
  return new t.Type<WireEvent, WireEvent, unknown>(
    'an event of the PBX',
    (value): value is WireEvent => codecFor(value)?.is(value) ?? false,
    (value, context) => codecFor(value)?.validate(value, context) ?? t.failure(value, context),
    t.identity,
  )
}

/**
 * A codec over {@link readRecord}. The `type` and `intersection` of io-ts would copy the object once for each field
 * that changes, and with `Object.assign`, which lets a field named `__proto__` set the prototype.
 */
function recordCodec<F extends Fields, A = RecordOf<F>>(name: string, fields: F): FrameCodec<A> {
  const decode = (value: Record<string, unknown>, context: t.Context) => {
    const errors: t.Errors = []
    const record = readRecord(fields, value, (field, expected) =>
      errors.push(wrong(expected, value[field], context, field)),
    )
    // `A` is what the fields give, which the caller says by its type argument.
    return { record: record as A, errors }
  }
  return new t.Type<A, A, unknown>(
    name,
    (value): value is A => {
      if (!isObject(value)) return false
      const { record, errors } = decode(value, [])
      return errors.length === 0 && record === value
    },
    (value, context) => {
      if (!isObject(value)) return t.failure(value, context)
      const { record, errors } = decode(value, context)
      return errors.length > 0 ? t.failures(errors) : t.success(record)
    },
    t.identity,
  )
}

/** One field that is not as it should be, as io-ts reports it. */
function wrong(expected: string, value: unknown, context: t.Context, field: string): t.ValidationError {
  const type = new t.Type<unknown>(expected, t.unknown.is, t.unknown.validate, t.identity)
  return { value, context: t.appendContext(context, field, type, value) }
}
