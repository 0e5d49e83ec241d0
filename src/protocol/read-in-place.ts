import type { Meta, WireEvent } from './events.js'

// The fast way of an event. Almost every event comes as the tables in events.ts would read it: then nothing has to be
// copied, and only the types of its fields have to be checked. The checks are written out for each event, so that the
// engine meets one shape of object at each place and compiles them into a few comparisons. The tables decide:
// whatever is not exactly right here goes to them, and a property spec holds both ways equal for arbitrary frames.

/** A parsed frame: any field may be anything. */
export interface ParsedFrame {
  event?: unknown
  caller?: unknown
  caller_name?: unknown
  callee?: unknown
  callee_name?: unknown
  called_number?: unknown
  unique_id?: unknown
  from_queue_unique_id?: unknown
  status?: unknown
  call_random_id?: unknown
  queue?: unknown
  member?: unknown
  member_name?: unknown
  position?: unknown
  holdtime?: unknown
  meta?: unknown
}

const isText = (value: unknown) => typeof value === 'string'
const isFilled = (value: unknown) => typeof value === 'string' && value !== ''
const isCount = (value: unknown) => typeof value === 'number'
/** Whether there is a queue. The wire may send it as a number; the contract has a string. */
const readQueue = (frame: ParsedFrame) => {
  if (typeof frame.queue === 'number') frame.queue = `${frame.queue}`
  return isFilled(frame.queue)
}

/**
 * Whether a frame is a documented event whose fields are as the tables would read them. If so, the frame is the
 * event, with `meta` stored in it. If not, the frame may have its queue named and is otherwise untouched.
 *
 * @param meta the stamp of the frame; undefined for a frame that is only decoded
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one flat switch, which the engine compiles as a whole; a function for each event would get hot ten times later
export function readInPlace(frame: ParsedFrame, meta: Meta | undefined): frame is ParsedFrame & WireEvent {
  // The wire's own `meta` is kept inside ours, by the slow way.
  if (meta && frame.meta !== undefined) return false
  // `meta` is stored at one place for each shape of event, so that each place meets one shape.
  switch (frame.event) {
    case 'call.begin':
      if (!isCallBegin(frame)) return false
      if (meta) frame.meta = meta
      return true
    case 'call.pickup':
      if (!isFilled(frame.unique_id)) return false
      if (meta) frame.meta = meta
      return true
    case 'call.end':
      if (!isFilled(frame.unique_id) || !isText(frame.status)) return false
      if (meta) frame.meta = meta
      return true
    case 'call.create_response':
      if (!isFilled(frame.unique_id) || !isText(frame.call_random_id)) return false
      if (meta) frame.meta = meta
      return true
    case 'queue.join':
      if (!isQueueJoin(frame)) return false
      if (meta) frame.meta = meta
      return true
    case 'queue.left':
      if (!readQueue(frame) || !isFilled(frame.unique_id) || !isCount(frame.holdtime)) return false
      if (meta) frame.meta = meta
      return true
    case 'queue.add':
    case 'queue.remove':
      if (!readQueue(frame) || !isFilled(frame.member) || !isText(frame.member_name)) return false
      if (meta) frame.meta = meta
      return true
    case 'queue.pause':
    case 'queue.unpause':
      if (!readQueue(frame) || !isFilled(frame.member)) return false
      if (meta) frame.meta = meta
      return true
    default:
      return false
  }
}

function isCallBegin(frame: ParsedFrame): boolean {
  return (
    isFilled(frame.unique_id) &&
    isText(frame.caller) &&
    isText(frame.caller_name) &&
    isText(frame.callee) &&
    isText(frame.callee_name) &&
    isText(frame.called_number) &&
    (frame.from_queue_unique_id === undefined || isFilled(frame.from_queue_unique_id))
  )
}

function isQueueJoin(frame: ParsedFrame): boolean {
  return (
    readQueue(frame) &&
    isFilled(frame.unique_id) &&
    isText(frame.caller) &&
    isText(frame.caller_name) &&
    isCount(frame.position)
  )
}
