import { type Anomaly, anomaly } from '../anomaly.js'
import type { Meta, PbxEvent, UnknownEvent } from '../protocol/events.js'
import { decodeFrame } from '../protocol/frame.js'
import type { PbxResponse } from '../protocol/responses.js'

/** How many frames came and what they were. `received` = `events` + `responses` + `unknown` + `invalid`, always. */
export interface FrameStats {
  readonly received: number
  /** Known events. */
  readonly events: number
  readonly responses: number
  /** Events of a name this SDK does not know. */
  readonly unknown: number
  /** Frames that could not be read. */
  readonly invalid: number
  /** ms since the epoch. */
  readonly lastFrameAt?: number
}

/** A frame as it was read, stamped with when it came and in which session. */
export type Received =
  | { kind: 'event'; event: PbxEvent; raw: string }
  | { kind: 'response'; response: PbxResponse; raw: string }
  | { kind: 'unknown'; event: UnknownEvent; raw: string }
  | { kind: 'invalid'; anomaly: Anomaly }

/** Reads, stamps and counts frames over a client's life. */
export interface Reader {
  /** Never throws. */
  read(data: unknown, session: number): Received
  /** A frame that the socket refused for its size. */
  oversize(session: number): Received
  stats(): FrameStats
}

/** @param options.maxFrame bytes; a larger frame is not parsed */
export function createReader({ maxFrame, now }: { maxFrame: number; now: () => number }): Reader {
  let seq = 0
  let lastFrameAt: number | undefined
  const counts = { event: 0, response: 0, unknown: 0, invalid: 0 }

  const stamp = (session: number): Meta => {
    lastFrameAt = now()
    seq += 1
    return { receivedAt: lastFrameAt, seq, session }
  }
  const invalid = (kind: Anomaly['kind'], raw: string, detail: string, meta: Meta): Received => {
    counts.invalid += 1
    return { kind: 'invalid', anomaly: anomaly(kind, raw, detail, meta) }
  }
  const tooLarge = `a frame of more than ${maxFrame} bytes (option maxFrame)`

  return {
    read(data, session) {
      const meta = stamp(session)
      if (typeof data !== 'string') return invalid('invalid-frame', '', 'a binary frame; this API has only text frames', meta)
      if (isLarger(data, maxFrame)) return invalid('too-large', data, tooLarge, meta)
      const frame = decodeFrame(data)
      switch (frame.kind) {
        case 'event':
          counts.event += 1
          return { kind: 'event', event: withMeta(frame.event, meta), raw: data }
        case 'response':
          counts.response += 1
          return { kind: 'response', response: withMeta(frame.response, meta), raw: data }
        case 'unknown':
          counts.unknown += 1
          return { kind: 'unknown', event: withMeta(frame.event, meta), raw: data }
        case 'invalid':
          return invalid(frame.reason, data, frame.detail, meta)
      }
    },
    oversize: session => invalid('too-large', '', tooLarge, stamp(session)),
    stats: () => ({
      received: seq,
      events: counts.event,
      responses: counts.response,
      unknown: counts.unknown,
      invalid: counts.invalid,
      ...(lastFrameAt === undefined ? {} : { lastFrameAt }),
    }),
  }
}

/** The decoder gave us an object of our own, so it may be written to; should the wire have sent a `meta`, it is kept inside ours. */
function withMeta<T extends object>(frame: T, meta: Meta): T & { meta: Meta } {
  const target = frame as T & { meta: Meta }
  if (Object.hasOwn(frame, 'meta')) meta.wire = target.meta
  target.meta = meta
  return target
}

/** UTF-8 needs one to three bytes for each UTF-16 unit, so most texts need no counting. */
function isLarger(text: string, bytes: number): boolean {
  if (text.length > bytes) return true
  return text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes
}
