import type { Anomaly } from '../anomaly.js'
import type { Meta, PbxEvent, UnknownEvent } from '../protocol/events.js'
import { decodeFrame } from '../protocol/frame.js'
import type { PbxResponse } from '../protocol/responses.js'
import { tooLarge } from './loss.js'

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

/** A frame as it was read, stamped with when it came and in which session. `raw`: its text, cut at 4 096 characters; empty for a binary frame and one refused unread. */
export type Received = { readonly raw: string; readonly meta: Meta } & (
  | { readonly kind: 'event'; readonly event: PbxEvent }
  | { readonly kind: 'response'; readonly response: PbxResponse }
  | { readonly kind: 'unknown'; readonly event: UnknownEvent }
  | { readonly kind: 'invalid'; readonly reason: Anomaly['kind']; readonly detail: string }
)

const LONGEST_RAW = 4_096

/** Reads, stamps and counts frames over a client's life. */
export interface Reader {
  /** Never throws. @param data undefined for a frame that the socket refused for its size */
  read(data: unknown, session: number): Received
  stats(): FrameStats
}

/** @param maxFrame bytes; a larger frame is not parsed */
export function createReader(maxFrame: number, now: () => number): Reader {
  const counts: { -readonly [K in keyof FrameStats]: FrameStats[K] } = { received: 0, events: 0, responses: 0, unknown: 0, invalid: 0 }

  return {
    read(data, session) {
      const receivedAt = now()
      counts.lastFrameAt = receivedAt
      counts.received += 1
      const meta: Meta = { receivedAt, seq: counts.received, session }
      const text = typeof data === 'string' ? data : ''
      const stamped = { raw: text.slice(0, LONGEST_RAW), meta }
      const invalid = (reason: Anomaly['kind'], detail: string): Received => {
        counts.invalid += 1
        return { kind: 'invalid', reason, detail, ...stamped }
      }

      if (data === undefined || isLarger(text, maxFrame)) return invalid('too-large', tooLarge(maxFrame))
      if (text !== data) return invalid('invalid-frame', 'a binary frame, not text')
      const frame = decodeFrame(text)
      if (frame.kind === 'invalid') return invalid(frame.reason, frame.detail)
      counts[frame.kind === 'event' ? 'events' : frame.kind === 'response' ? 'responses' : frame.kind] += 1
      // the decoder gave us an object of our own, so it may be written to
      const body = (frame.kind === 'response' ? frame.response : frame.event) as { meta?: unknown }
      // should the wire have sent a `meta`, it is kept inside ours
      if ('meta' in body) meta.wire = body.meta
      body.meta = meta
      return { ...frame, ...stamped } as Received
    },
    stats: () => ({ ...counts }),
  }
}

/** UTF-8 needs one to three bytes for each UTF-16 unit, so most texts need no counting. */
function isLarger(text: string, bytes: number): boolean {
  return text.length > bytes || (text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes)
}
