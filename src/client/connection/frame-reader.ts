import type { Meta, PbxEvent, UnknownEvent } from '../../protocol/events.js'
import { readFrame, type StampedFrame } from '../../protocol/frame.js'
import type { PbxResponse } from '../../protocol/responses.js'
import { copyText } from '../../shared/foreign-text.js'
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

/**
 * A frame as it was read, stamped with when it came and in which session. `text` is the whole frame, empty for a binary
 * frame and one that was refused unread. To be kept it is copied by {@link rawOf}.
 */
export type Received = { readonly text: string; readonly meta: Meta } & (
  | { readonly kind: 'event'; readonly event: PbxEvent }
  | { readonly kind: 'response'; readonly response: PbxResponse }
  | { readonly kind: 'unknown'; readonly event: UnknownEvent }
  | {
      readonly kind: 'invalid'
      readonly reason: Extract<StampedFrame, { kind: 'invalid' }>['reason']
      readonly detail: string
    }
)

const LONGEST_RAW = 4_096

/** The `raw` of an anomaly: the first 4 096 characters of a frame's text, copied so that they keep no frame alive. */
export function rawOf(text: string): string {
  return copyText(text.slice(0, LONGEST_RAW))
}

/** UTF-8 needs one to three bytes for each UTF-16 unit, so most texts need no counting. */
function isLargerThan(maxFrame: number, text: string): boolean {
  return text.length * 3 > maxFrame && new TextEncoder().encode(text).length > maxFrame
}

function refuse(maxFrame: number): Extract<StampedFrame, { kind: 'invalid' }> {
  return { kind: 'invalid', reason: 'too-large', detail: tooLarge(maxFrame) }
}

/** Reads, stamps and counts the frames of a client's life. */
export interface FrameReader {
  /** Never throws. @param data undefined for a frame that the socket refused for its size */
  read(data: unknown, session: number): Received
  stats(): FrameStats
}

/** @param maxFrame bytes; a larger frame is not parsed */
export function createFrameReader(maxFrame: number, now: () => number): FrameReader {
  let events = 0
  let responses = 0
  let unknown = 0
  let invalid = 0
  let lastFrameAt: number | undefined

  const decode = (data: unknown, meta: Meta): StampedFrame => {
    if (typeof data === 'string') return isLargerThan(maxFrame, data) ? refuse(maxFrame) : readFrame(data, meta)
    if (data === undefined) return refuse(maxFrame)
    return { kind: 'invalid', reason: 'invalid-frame', detail: 'a binary frame, not text' }
  }

  return {
    read(data, session) {
      const receivedAt = now()
      lastFrameAt = receivedAt
      const meta: Meta = { receivedAt, seq: events + responses + unknown + invalid + 1, session }
      const text = typeof data === 'string' ? data : ''
      const frame = decode(data, meta)
      switch (frame.kind) {
        case 'event':
          events += 1
          return { kind: 'event', event: frame.event, text, meta }
        case 'response':
          responses += 1
          return { kind: 'response', response: frame.response, text, meta }
        case 'unknown':
          unknown += 1
          return { kind: 'unknown', event: frame.event, text, meta }
        case 'invalid':
          invalid += 1
          return { kind: 'invalid', reason: frame.reason, detail: frame.detail, text, meta }
      }
    },
    stats: () => ({
      received: events + responses + unknown + invalid,
      events,
      responses,
      unknown,
      invalid,
      ...(lastFrameAt !== undefined && { lastFrameAt }),
    }),
  }
}
