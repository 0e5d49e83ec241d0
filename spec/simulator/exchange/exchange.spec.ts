import { describe, expect, it } from '@jest/globals'
import { createExchange } from '../../../src/simulator/exchange/exchange.js'
import type { ExchangePlan } from '../../../src/simulator/exchange/exchange-config.js'
import { START, stage } from './stage.js'

const NEVER = Number.POSITIVE_INFINITY
const PLAN: ExchangePlan = {
  extensions: [
    { number: '11', name: 'Jana', behaviour: { kind: 'answer', after: 1_000 } },
    { number: '12', name: 'Peter', behaviour: { kind: 'answer', after: NEVER } },
  ],
  queues: [{ queue: '601', members: ['12'], ringTime: NEVER }],
  ringTime: NEVER,
}

describe('a time of `Infinity`', () => {
  it.each([
    ['a talk', '11', { talk: NEVER }],
    ['the ringing of a telephone', '12', {}],
    ['the ringing of an agent', '601', {}],
    ['patience', '601', { patience: NEVER }],
  ])('is nothing that happens by itself: %s', (_, to, more) => {
    const { exchange, wait } = stage(PLAN)
    exchange.dial({ from: '0910000001', to, ...more })
    wait(2_000)
    expect(exchange.calls.size).toBe(1)
    expect(exchange.nextAt).toBeUndefined()
  })
})

describe('the time of an exchange', () => {
  it('comes to a moment: no other can be waited for, nor begun with', () => {
    const { exchange } = stage(PLAN)
    for (const wrong of [Number.NaN, NEVER]) {
      expect(() => exchange.advance(wrong)).toThrow('ms since the epoch')
      expect(() => createExchange(PLAN, { seed: 1, start: wrong, tell: () => {} })).toThrow('ms since the epoch')
    }
    expect(exchange.now).toBe(START)
  })

  it('does not go back', () => {
    const { exchange } = stage(PLAN)
    exchange.advance(0)
    expect(exchange.now).toBe(START)
  })
})
