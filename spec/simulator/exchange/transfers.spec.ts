import { describe, expect, it } from '@jest/globals'
import type { ExchangePlan } from '../../../src/simulator/exchange/exchange-config.js'
import { stage } from './stage.js'

const PLAN: ExchangePlan = {
  extensions: [
    { number: '11', name: 'Jana', behaviour: { kind: 'answer', after: 1_000 } },
    { number: '12', name: 'Peter', behaviour: { kind: 'answer', after: 1_000 } },
    { number: '13', name: 'Eva', behaviour: { kind: 'answer', after: 1_000 } },
    { number: '14', name: 'Robert' },
  ],
  queues: [{ queue: '601', members: ['11'] }],
  quirks: { callerEndsFirst: 0 },
}
const CALLER = '0910000001'

/** A caller who talks to Jana. */
const served = (talk?: number, seed = 1) => {
  const on = stage(PLAN, seed)
  const id = on.exchange.dial({ from: CALLER, to: '601', ...(talk !== undefined && { talk }) })
  const leg = on.exchange.calls.get(id)?.legs[0]?.id ?? ''
  on.wait(1_000)
  on.news()
  return { ...on, id, leg }
}

describe('an attended transfer', () => {
  it('ends both known ids, and two people talk on without any event', () => {
    const { exchange, wait, news, id } = served(30_000)
    const consultation = exchange.consult(id, '12') ?? ''
    wait(1_000)
    expect(news()).toEqual(['begin C 12', 'pickup C'])
    expect(exchange.completeTransfer(id, consultation)).toBe(true)
    expect(news().sort()).toEqual(['end A answer', 'end B answer', 'end C answer'])
    expect(exchange.calls.size).toBe(0)
    const engaged = () => [CALLER, '12', '11'].map(exchange.engaged)
    expect(engaged()).toEqual([true, true, false])
    wait(29_999)
    expect(engaged()).toEqual([true, true, false])
    wait(1)
    expect(engaged()).toEqual([false, false, false])
    expect(news()).toEqual([])
  })

  it('lets them talk for a minute if nobody has said how long', () => {
    const { exchange, wait, id } = served()
    const consultation = exchange.consult(id, '12') ?? ''
    wait(1_000)
    exchange.completeTransfer(id, consultation)
    wait(59_999)
    expect(exchange.engaged('12')).toBe(true)
    wait(1)
    expect(exchange.engaged('12')).toBe(false)
  })

  it('ends one call or the other first, as it happens', () => {
    const firsts = Array.from({ length: 20 }, (_, seed) => {
      const { exchange, wait, news, id } = served(30_000, seed)
      const consultation = exchange.consult(id, '12') ?? ''
      wait(1_000)
      news()
      exchange.completeTransfer(id, consultation)
      return news()[0]
    })
    expect(new Set(firsts)).toEqual(new Set(['end B answer', 'end C answer']))
  })

  it('goes by the leg of the agent as well', () => {
    const { exchange, wait, leg } = served()
    const consultation = exchange.consult(leg, '12') ?? ''
    expect(exchange.calls.get(consultation)?.caller.name).toBe('Jana')
    wait(1_000)
    expect(exchange.completeTransfer(leg, consultation)).toBe(true)
  })

  it('is not completed before both calls talk', () => {
    const { exchange, wait, news, id } = served()
    const consultation = exchange.consult(id, '14') ?? ''
    news()
    expect(exchange.completeTransfer(id, consultation)).toBe(false)
    exchange.answer(consultation)
    const ringing = exchange.dial({ from: CALLER, to: '601' })
    expect(exchange.completeTransfer(ringing, consultation)).toBe(false)
    expect(exchange.completeTransfer(id, '1.1')).toBe(false)
    expect(exchange.completeTransfer('1.1', consultation)).toBe(false)
    wait(1_000)
    expect(exchange.calls.size).toBe(3)
    expect(exchange.completeTransfer(id, consultation)).toBe(true)
  })

  it('is completed by the agent who consulted only', () => {
    const { exchange, wait, id } = served()
    const strangers = exchange.dial({ from: '12', to: '13' })
    wait(1_000)
    expect(exchange.completeTransfer(id, strangers)).toBe(false)
    expect(exchange.completeTransfer(id, id)).toBe(false)
    expect(exchange.calls.size).toBe(2)
  })

  it('needs somebody who talks to the caller', () => {
    const { exchange } = stage(PLAN)
    const id = exchange.dial({ from: CALLER, to: '601' })
    expect(exchange.consult(id, '12')).toBeUndefined()
    expect(exchange.consult('1.1', '12')).toBeUndefined()
    expect(exchange.engaged('12')).toBe(false)
  })

  it('keeps the agent engaged until both calls are over', () => {
    const { exchange, wait, id } = served()
    const consultation = exchange.consult(id, '12') ?? ''
    wait(1_000)
    exchange.hangUp(id)
    expect(exchange.engaged('11')).toBe(true)
    exchange.hangUp(consultation)
    expect(exchange.engaged('11')).toBe(false)
  })
})
