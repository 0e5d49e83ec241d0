import type { EventFrame } from '../../../src/simulator/exchange/dialect.js'
import { createExchange, type Exchange } from '../../../src/simulator/exchange/exchange.js'
import type { ExchangePlan } from '../../../src/simulator/exchange/plan.js'

/** A Tuesday morning, ms since the epoch. */
export const START = 1_795_500_000_000

export interface Stage {
  readonly exchange: Exchange
  /** What was told so far, with its time in ms since the start. */
  readonly told: { readonly t: number; readonly frame: EventFrame }[]
  /** Lets time pass. */
  wait(ms: number): void
  /** The frames so far, ids named in order of appearance by letters, times left out. */
  script(): object[]
}

/** An exchange in virtual time. */
export function stage(plan: ExchangePlan, seed: number | string = 1): Stage {
  const told: { t: number; frame: EventFrame }[] = []
  const exchange = createExchange(plan, { seed, start: START, tell: (frame, at) => told.push({ t: at - START, frame }) })
  return {
    exchange,
    told,
    wait: ms => exchange.advance(exchange.now + ms),
    script: () => anonymous(told.map(({ frame }) => frame)),
  }
}

/** Ids replaced by 'A', 'B', … in order of appearance, so that two runs can be compared. */
export function anonymous(frames: readonly object[]): object[] {
  const names = new Map<unknown, string>()
  const name = (id: unknown) => {
    if (!names.has(id)) names.set(id, names.size < 26 ? String.fromCharCode(65 + names.size) : `#${names.size}`)
    return names.get(id)
  }
  return frames.map(frame => {
    const copy: Record<string, unknown> = { ...frame }
    for (const field of ['unique_id', 'from_queue_unique_id']) if (field in copy) copy[field] = name(copy[field])
    return copy
  })
}
