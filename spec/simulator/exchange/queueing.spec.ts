import { describe, expect, it } from '@jest/globals'
import type { ExchangePlan } from '../../../src/simulator/exchange/exchange-config.js'
import { stage } from './stage.js'

const PLAN: ExchangePlan = {
  extensions: [
    { number: '11', name: 'Jana' },
    { number: '12', name: 'Peter' },
  ],
  lines: [{ number: '0220282028', to: '601' }],
  queues: [
    { queue: '601', members: ['11'], timeout: 20_000, overflow: '602' },
    { queue: '602', members: ['12'], timeout: 9_000 },
  ],
}
const [FIRST, SECOND, THIRD] = ['0910000001', '0910000002', '0910000003'] as const

describe('a caller who waits', () => {
  it('hops to the next queue when the time is up, with the same id, and ends as noanswer after the last', () => {
    const { exchange, wait, news, events } = stage(PLAN)
    exchange.dial({ from: FIRST, to: '0220282028' })
    wait(31_000)
    expect(news()).toEqual([
      'begin A 601',
      'join 601 A at 1',
      'begin B 11 for A',
      'end B cancel',
      'begin C 11 for A',
      'left 601 A after 20',
      'end C cancel',
      'join 602 A at 1',
      'begin D 12 for A',
      'left 602 A after 9',
      'end D cancel',
      'end A noanswer',
    ])
    expect(events.map(({ t }) => t).slice(5)).toEqual([20_000, 20_000, 22_000, 22_000, 31_000, 31_000, 31_000])
    expect(exchange.nextAt).toBeUndefined()
  })

  it('hops as long as is planned', () => {
    const { exchange, wait, news, events } = stage({ ...PLAN, hop: 700 })
    exchange.dial({ from: FIRST, to: '601' })
    wait(20_700)
    expect(news()).toContain('join 602 A at 1')
    expect(events.find(({ frame }) => frame.event === 'queue.join' && frame['queue'] === 602)?.t).toBe(20_700)
  })

  it('has given up an offer as the plan says when the time is up', () => {
    const { exchange, wait, news } = stage({ ...PLAN, givenUp: 'noanswer' })
    exchange.dial({ from: FIRST, to: '601' })
    wait(20_000)
    expect(news().slice(-2)).toEqual(['left 601 A after 20', 'end C noanswer'])
  })

  it('waits for ever where no time is planned', () => {
    const { exchange, wait } = stage({ queues: [{ queue: '601', members: [] }] })
    const id = exchange.dial({ from: FIRST, to: '601' })
    expect(exchange.nextAt).toBeUndefined()
    wait(86_400_000)
    expect(exchange.calls.get(id)?.phase).toBe('queued')
  })

  it('joins behind those who wait, not behind those who are served', () => {
    const { exchange, news } = stage(PLAN)
    const first = exchange.dial({ from: FIRST, to: '601' })
    const second = exchange.dial({ from: SECOND, to: '601' })
    exchange.answer(first)
    exchange.dial({ from: THIRD, to: '601' })
    exchange.hangUp(second)
    exchange.dial({ from: FIRST, to: '601' })
    expect(news().filter(line => line.startsWith('join'))).toEqual([
      'join 601 A at 1',
      'join 601 C at 2',
      'join 601 D at 2',
      'join 601 E at 2',
    ])
    expect(exchange.queues.get('601')?.waiting.map(({ caller }) => caller.number)).toEqual([THIRD, FIRST])
  })

  it.each([
    [900, 200, 1],
    [100, 899, 0],
    [228, 6_780, 7],
    [0, 6_780, 6],
  ])('has a hold time that counts the seconds of the clock: from .%i for %i ms it is %i s', (part, ms, holdtime) => {
    const { exchange, wait, events } = stage(PLAN)
    wait(part)
    const id = exchange.dial({ from: FIRST, to: '601' })
    wait(ms)
    exchange.hangUp(id)
    expect(events.find(({ frame }) => frame.event === 'queue.left')?.frame['holdtime']).toBe(holdtime)
  })

  it('has waited since the first of several queues, and in this one since the join', () => {
    const { exchange, wait } = stage(PLAN)
    const id = exchange.dial({ from: FIRST, to: '601' })
    const began = exchange.now
    wait(25_000)
    expect(exchange.calls.get(id)?.queue).toEqual({ name: '602', joinedAt: began + 22_000, since: began })
    exchange.answer(id)
    expect(exchange.calls.get(id)?.queue).toBeUndefined()
  })

  it('has an id of whole seconds and a counter of the exchange, of which an agent’s leg takes every second number', () => {
    const { exchange, wait, events } = stage(PLAN)
    wait(1_999)
    exchange.dial({ from: FIRST, to: '601' })
    wait(1)
    exchange.dial({ from: SECOND, to: '12' })
    expect(events.map(({ frame }) => frame['unique_id'])).toEqual([
      '1795500001.100',
      '1795500001.100',
      '1795500001.102',
      '1795500002.103',
    ])
  })
})
