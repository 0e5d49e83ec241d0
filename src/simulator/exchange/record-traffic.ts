import { InvalidOptionsError } from '../../client/errors.js'
import type { RecordedFrame } from '../recordings/recording.js'
import type { Traffic } from './call-centre.js'
import { createExchange, type Exchange } from './exchange.js'

/** Which part of a day, in its own time. */
export interface DayOptions {
  /** ms since the epoch. @default 1795500000000 */
  readonly start?: number
  /** ms that pass. @default an hour */
  readonly duration?: number
  /** Called after everything that people do, with all of it done: to look at the truth. */
  readonly watch?: (exchange: Exchange) => void
}

const START = 1_795_500_000_000
const HOUR = 3_600_000

/**
 * Lives through traffic in virtual time, an hour in an instant, and gives what a logged-in client would have been told: a recording, which
 * `Simulator.play` plays. The same traffic gives the same recording, byte for byte.
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
