import type { EventFrame } from '../../../src/simulator/exchange/event-encoder.js'
import { createExchange } from '../../../src/simulator/exchange/exchange.js'
import type { Exchange } from '../../../src/simulator/exchange/exchange-api.js'
import type { ExchangePlan } from '../../../src/simulator/exchange/exchange-config.js'

/** A Tuesday morning, ms since the epoch. */
export const START = 1_795_500_000_000

export interface Stage {
  readonly exchange: Exchange
  /** Events so far. `t`: ms since the start. */
  readonly events: { readonly t: number; readonly frame: EventFrame }[]
  /** Lets time pass. */
  wait(ms: number): void
  /** Events so far without their times, ids as letters in order of appearance. */
  script(): object[]
  /** Events since the last call, a line an event, ids as letters: 'begin B 11 for A'. */
  news(): string[]
}

/** An exchange in virtual time. */
export function stage(plan: ExchangePlan, seed: number | string = 1): Stage {
  const events: { t: number; frame: EventFrame }[] = []
  const exchange = createExchange(plan, {
    seed,
    start: START,
    tell: (frame, at) => events.push({ t: at - START, frame }),
  })
  const name = letters()
  let read = 0
  return {
    exchange,
    events,
    wait: ms => exchange.advance(exchange.now + ms),
    script: () => anonymous(events.map(({ frame }) => frame)),
    news: () => {
      const unread = events.slice(read)
      read = events.length
      return unread.map(({ frame }) => line(frame, name))
    },
  }
}

/** Replaces ids by 'A', 'B', … in order of appearance, so that two runs can be compared. */
export function anonymous(frames: readonly object[]): object[] {
  const name = letters()
  return frames.map(frame => {
    const copy: Record<string, unknown> = { ...frame }
    for (const field of ['unique_id', 'from_queue_unique_id']) if (field in copy) copy[field] = name(copy[field])
    return copy
  })
}

function letters(): (id: unknown) => string {
  const names = new Map<unknown, string>()
  return id => {
    const name = names.get(id) ?? (names.size < 26 ? String.fromCharCode(65 + names.size) : `#${names.size}`)
    names.set(id, name)
    return name
  }
}

function line(frame: EventFrame, name: (id: unknown) => string): string {
  const id = frame['unique_id'] === undefined ? '' : ` ${name(frame['unique_id'])}`
  switch (frame.event) {
    case 'call.begin': {
      const parent = frame['from_queue_unique_id']
      return `begin${id} ${frame['callee']}${parent === undefined ? '' : ` for ${name(parent)}`}`
    }
    case 'call.pickup':
      return `pickup${id}`
    case 'call.end':
      return `end${id} ${frame['status']}`
    case 'call.create_response':
      return `created${id}`
    case 'queue.join':
      return `join ${frame['queue']}${id} at ${frame['position']}`
    case 'queue.left':
      return `left ${frame['queue']}${id} after ${frame['holdtime']}`
    default:
      return `${frame.event} ${frame['queue']} ${frame['member']}`
  }
}
