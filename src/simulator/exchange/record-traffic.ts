import { InvalidOptionsError } from '../../shared/invalid-options-error.js'
import type { RecordedFrame } from '../recordings/recording.js'
import { createExchange } from './exchange.js'
import type { Exchange } from './exchange-api.js'
import type { Traffic } from './traffic.js'

/** A part of a day, in the exchange's own time. */
export interface DayOptions {
  /** ms since the epoch. @default 1795500000000 */
  readonly start?: number
  /** ms that pass. @default an hour */
  readonly duration?: number
  /** Called after every act of people, with all its effects done: to look at the truth. */
  readonly watch?: (exchange: Exchange) => void
}

const START = 1_795_500_000_000
const HOUR = 3_600_000

/**
 * Runs traffic in virtual time, an hour in an instant. Gives the events that a logged-in client would have got: a
 * recording, which `Simulator.play` plays. The same traffic gives the same recording, byte for byte. Throws
 * `InvalidOptionsError`.
 */
export function recordDay(
  traffic: Traffic,
  { start = START, duration = HOUR, watch }: DayOptions = {},
): RecordedFrame[] {
  if (!(duration >= 0 && duration < Number.POSITIVE_INFINITY))
    throw new InvalidOptionsError(`'duration' must be a number of milliseconds from 0, not ${String(duration)}.`)
  const frames: RecordedFrame[] = []
  const exchange = createExchange(traffic.plan, {
    seed: traffic.seed,
    start,
    tell: (frame, at) => frames.push({ t: at - start, frame }),
  })
  for (const { at, act } of traffic.acts()) {
    if (at > duration) break
    exchange.advance(start + at)
    act(exchange)
    watch?.(exchange)
  }
  exchange.advance(start + duration)
  return frames
}
