import { type Anomaly, anomaly } from '../anomaly.js'
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

/** A frame as it was read, stamped with when it came and in which session. */
export type Received =
  | { kind: 'event'; event: PbxEvent; raw: string }
  | { kind: 'response'; response: PbxResponse; raw: string }
  | { kind: 'unknown'; event: UnknownEvent; raw: string }
  | { kind: 'invalid'; anomaly: Anomaly }

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
      const raw = typeof data === 'string' ? data : ''
      const invalid = (kind: Anomaly['kind'], detail: string): Received => {
        counts.invalid += 1
        return { kind: 'invalid', anomaly: anomaly(kind, raw, detail, meta) }
      }

      if (data === undefined || isLarger(raw, maxFrame)) return invalid('too-large', tooLarge(maxFrame))
      if (raw !== data) return invalid('invalid-frame', 'a binary frame, not text')
      const frame = decodeFrame(raw)
      if (frame.kind === 'invalid') return invalid(frame.reason, frame.detail)
      counts[frame.kind === 'event' ? 'events' : frame.kind === 'response' ? 'responses' : frame.kind] += 1
      // the decoder gave us an object of our own, so it may be written to
      const body = (frame.kind === 'response' ? frame.response : frame.event) as { meta?: unknown }
      // should the wire have sent a `meta`, it is kept inside ours
      if ('meta' in body) meta.wire = body.meta
      body.meta = meta
      return { ...frame, raw } as Received
    },
    stats: () => ({ ...counts }),
  }
}

/** UTF-8 needs one to three bytes for each UTF-16 unit, so most texts need no counting. */
function isLarger(text: string, bytes: number): boolean {
  return text.length > bytes || (text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes)
}
