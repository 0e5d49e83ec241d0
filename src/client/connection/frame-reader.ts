import type { Meta, PbxEvent, UnknownEvent } from '../../protocol/events.js'
import { decodeFrame, type Frame } from '../../protocol/frame.js'
import type { PbxResponse } from '../../protocol/responses.js'
import type { Anomaly } from '../anomaly.js'
import { tooLarge } from './connection-loss.js'

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

/** A frame that is being stamped, and its body, if it has one. */
interface Stamped {
  kind: Received['kind']
  event?: { meta?: unknown }
  response?: { meta?: unknown }
  raw?: string
  meta?: Meta
}

const LONGEST_RAW = 4_096

/** Reads, stamps and counts frames over a client's life. */
export interface Reader {
  /** Never throws. @param data undefined for a frame that the socket refused for its size */
  read(data: unknown, session: number): Received
  stats(): FrameStats
}

/** @param maxFrame bytes; a larger frame is not parsed */
export function createReader(maxFrame: number, now: () => number): Reader {
  const stats: { -readonly [K in keyof FrameStats]: FrameStats[K] } = {
    received: 0,
    events: 0,
    responses: 0,
    unknown: 0,
    invalid: 0,
  }

  const decode = (data: unknown, text: string): Frame => {
    // UTF-8 needs one to three bytes for each UTF-16 unit, so most texts need no counting
    if (data === undefined || (text.length * 3 > maxFrame && new TextEncoder().encode(text).length > maxFrame))
      return { kind: 'invalid', reason: 'too-large', detail: tooLarge(maxFrame) }
    return text === data
      ? decodeFrame(text)
      : { kind: 'invalid', reason: 'invalid-frame', detail: 'a binary frame, not text' }
  }

  return {
    read(data, session) {
      const receivedAt = now()
      stats.lastFrameAt = receivedAt
      stats.received += 1
      const meta: Meta = { receivedAt, seq: stats.received, session }
      const text = typeof data === 'string' ? data : ''
      // the decoder gave us objects of our own, so they may be written to
      const frame = decode(data, text) as Stamped
      const { kind } = frame
      const body = frame.event ?? frame.response
      stats[kind === 'event' ? 'events' : kind === 'response' ? 'responses' : kind] += 1
      frame.raw = text.slice(0, LONGEST_RAW)
      frame.meta = meta
      if (body) {
        // should the wire have sent a `meta`, it is kept inside ours
        if ('meta' in body) meta.wire = body.meta
        body.meta = meta
      }
      return frame as Received
    },
    stats: () => ({ ...stats }),
  }
}
