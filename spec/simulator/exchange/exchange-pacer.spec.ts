import { describe, expect, it } from '@jest/globals'
import type { Clock } from '../../../src/shared/clock.js'
import { createExchange } from '../../../src/simulator/exchange/exchange.js'
import { createExchangePacer } from '../../../src/simulator/exchange/exchange-pacer.js'
import { callCentre } from '../../../src/simulator/index.js'
import { createClock } from '../../support/clock.js'

const START = 1_795_500_000_000

/** A clock on which every reading takes a millisecond, as if each step of the exchange did. */
function slowClock(): Clock & { readonly readings: number } {
  let readings = 0
  return {
    get readings() {
      return readings
    },
    now: () => START + readings,
    elapsed: () => readings++,
    after: () => () => {},
    every: () => () => {},
  }
}

describe('the pace of an exchange', () => {
  it('gives the server its turn: a turn is never longer than the one before, however far the exchange is behind', () => {
    const { plan, acts } = callCentre({ agents: 20, callsPerHour: 1_000_000 })
    const exchange = createExchange(plan, { seed: 1, start: START, tell: () => {} })
    const clock = slowClock()
    const pacer = createExchangePacer({ exchange, acts: acts(), clock, speed: 1_000_000 })
    const turns = Array.from({ length: 50 }, () => {
      const before = { readings: clock.readings, now: exchange.now }
      pacer.catchUp()
      expect(exchange.now).toBeGreaterThan(before.now)
      return clock.readings - before.readings
    })
    expect(new Set(turns)).toEqual(new Set([turns[0]]))
    // time that could not be made up for has not passed
    expect(exchange.now - START).toBeLessThan(clock.readings * 1_000_000)
  })

  it('does everything at its time, in order, and nothing after stop()', () => {
    const clock = createClock(START)
    const times: number[] = []
    const exchange = createExchange(
      { extensions: [{ number: '11', name: 'Jana', behaviour: { kind: 'answer', after: 2_000 } }] },
      { seed: 1, start: START, tell: (_, at) => times.push(at - START) },
    )
    const pacer = createExchangePacer({ exchange, acts: undefined, clock, speed: 10 })
    exchange.dial({ from: '0910000001', to: '11', talk: 5_000 })
    pacer.schedule()
    clock.pass(199)
    expect(times).toEqual([0])
    clock.pass(1)
    expect(times).toEqual([0, 2_000])
    pacer.stop()
    clock.pass(10_000)
    expect(times).toEqual([0, 2_000])
    expect(clock.pending()).toBe(0)
  })
})
