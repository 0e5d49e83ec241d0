import { describe, expect, it } from '@jest/globals'
import type { ExchangePlan } from '../../../src/simulator/exchange/exchange-config.js'
import { stage } from './stage.js'

const PLAN: ExchangePlan = {
  extensions: [
    { number: '11', name: 'Jana' },
    { number: '12', name: 'Peter' },
    { number: '13', name: 'Eva', behaviour: { kind: 'answer', after: 1_000 } },
    { number: '14', name: 'Robert', behaviour: { kind: 'busy' } },
    { number: '15', name: 'Zuzana', behaviour: { kind: 'unregistered' } },
  ],
  outside: [{ number: '0911000000' }],
  queues: [{ queue: '601', members: ['11'] }],
  ringTime: 10_000,
}
const CALLER = '0910000001'

describe('a telephone', () => {
  it('is engaged while it calls, rings or talks, and free when the call is over', () => {
    const { exchange, wait } = stage(PLAN)
    const engaged = () => ['11', '13'].map(exchange.engaged)
    expect(engaged()).toEqual([false, false])
    const id = exchange.dial({ from: '11', to: '13' })
    expect(engaged()).toEqual([true, true])
    wait(1_000)
    expect(exchange.calls.get(id)?.phase).toBe('talking')
    expect(engaged()).toEqual([true, true])
    exchange.hangUp(id)
    expect(engaged()).toEqual([false, false])
  })

  it('is free again when it has rung out, refused, or lost its caller', () => {
    const { exchange, wait } = stage(PLAN)
    exchange.dial({ from: CALLER, to: '11' })
    wait(10_000)
    expect(exchange.engaged('11')).toBe(false)
    exchange.reject(exchange.dial({ from: CALLER, to: '11' }))
    expect(exchange.engaged('11')).toBe(false)
    exchange.hangUp(exchange.dial({ from: CALLER, to: '11' }))
    expect(exchange.engaged('11')).toBe(false)
    expect(exchange.engaged(CALLER)).toBe(false)
  })

  it('that is in two calls is engaged until both are over', () => {
    const { exchange, wait } = stage(PLAN)
    const first = exchange.dial({ from: '11', to: '13' })
    wait(1_000)
    const second = exchange.dial({ from: '11', to: '12' })
    exchange.hangUp(first)
    expect(['11', '12', '13'].map(exchange.engaged)).toEqual([true, true, false])
    exchange.hangUp(second)
    expect(exchange.engaged('11')).toBe(false)
  })

  it('is busy for a caller while it is engaged, and is not rung', () => {
    const { exchange, wait, news } = stage(PLAN)
    exchange.dial({ from: '11', to: '12' })
    news()
    exchange.dial({ from: CALLER, to: '11' })
    exchange.dial({ from: CALLER, to: '12' })
    wait(3)
    expect(news()).toEqual(['begin B 11', 'begin C 12'])
    wait(1)
    expect(news()).toEqual(['end B busy', 'end C busy'])
  })

  it('is busy for whoever calls from it to itself', () => {
    const { exchange, wait, news } = stage(PLAN)
    exchange.dial({ from: '11', to: '11' })
    wait(4)
    expect(news()).toEqual(['begin A 11', 'end A busy'])
    expect(exchange.engaged('11')).toBe(false)
  })

  it.each([
    ['that is busy', '14', 'busy'],
    ['that is not registered', '15', 'chanunavail'],
  ])('%s never rings, and the call ends at once', (_, to, status) => {
    const { exchange, wait, news } = stage(PLAN)
    exchange.dial({ from: CALLER, to })
    expect(exchange.engaged(to)).toBe(false)
    wait(4)
    expect(news()).toEqual([`begin A ${to}`, `end A ${status}`])
  })

  it('rings as long as the plan says, half a minute if it says nothing', () => {
    const { exchange, wait, news } = stage({ ...PLAN, ringTime: 10_000 })
    exchange.dial({ from: CALLER, to: '11' })
    wait(9_999)
    expect(news()).toEqual(['begin A 11'])
    wait(1)
    expect(news()).toEqual(['end A noanswer'])
    const { ringTime: _, ...usual } = PLAN
    const other = stage(usual)
    other.exchange.dial({ from: CALLER, to: '11' })
    other.wait(29_999)
    expect(other.news()).toEqual(['begin A 11'])
    other.wait(1)
    expect(other.news()).toEqual(['end A noanswer'])
  })

  it('stops ringing when the caller has lost patience, which they do not lose while they talk', () => {
    const { exchange, wait, news } = stage(PLAN)
    exchange.dial({ from: CALLER, to: '11', patience: 5_000 })
    wait(4_999)
    expect(news()).toEqual(['begin A 11'])
    wait(1)
    expect(news()).toEqual(['end A cancel'])
    exchange.dial({ from: CALLER, to: '13', patience: 5_000, talk: 60_000 })
    wait(1_000)
    expect(news()).toEqual(['begin B 13', 'pickup B'])
    wait(59_999)
    expect(news()).toEqual([])
    wait(1)
    expect(news()).toEqual(['end B answer'])
  })

  it('takes no patience of a call that is over into another', () => {
    const { exchange, wait } = stage(PLAN)
    exchange.reject(exchange.dial({ from: CALLER, to: '11', patience: 5_000 }))
    expect(exchange.nextAt).toBeUndefined()
    wait(5_000)
    expect(exchange.calls.size).toBe(0)
  })

  it('cannot talk for less than no time, whoever makes the call', () => {
    const { exchange, events } = stage(PLAN)
    expect(() => exchange.dial({ from: '0910000001', to: '11', talk: -1 })).toThrow('The talk must be')
    expect(() => exchange.create({ from: '11', to: '12', callRandomId: 'r1' }, -1)).toThrow('The talk must be')
    expect(events).toEqual([])
    expect(exchange.calls.size).toBe(0)
  })

  it('does what it was last events to do when it is rung', () => {
    const { exchange, wait, news } = stage(PLAN)
    exchange.behave('13', { kind: 'refuse', after: 500 })
    exchange.dial({ from: CALLER, to: '13' })
    // who is rung already goes on as before
    exchange.behave('13', { kind: 'answer', after: 0 })
    wait(500)
    expect(news()).toEqual(['begin A 13', 'end A dontcall'])
    exchange.dial({ from: CALLER, to: '13' })
    wait(0)
    expect(news()).toEqual(['begin B 13', 'pickup B'])
    exchange.behave('0911000000', { kind: 'reject', after: 300 })
    exchange.dial({ from: CALLER, to: '0911000000' })
    wait(300)
    expect(news()).toEqual(['begin C 0911000000', 'end C busy'])
  })

  it('can be events nothing if there is none, nor what no telephone does', () => {
    const { exchange } = stage(PLAN)
    expect(() => exchange.behave('99', { kind: 'busy' })).toThrow(
      'There is no telephone with the number 99 in the plan.',
    )
    expect(() => exchange.behave('601', { kind: 'busy' })).toThrow('no telephone')
    expect(() => exchange.behave('11', { kind: 'sleep' } as unknown as { kind: 'busy' })).toThrow(
      'The behaviour of 11 must be of a kind: answer, never',
    )
    expect(() => exchange.behave('11', { kind: 'answer', after: Number.NaN })).toThrow("'after' of the behaviour of 11")
  })

  it('is answered by its number where several ring, and nobody is where none rings', () => {
    const { exchange, news } = stage({
      ...PLAN,
      queues: [{ queue: '601', members: ['11', '12'], strategy: 'ring-all' }],
    })
    const id = exchange.dial({ from: CALLER, to: '601' })
    expect(exchange.answer(id, '99')).toBe(false)
    expect(exchange.answer('1.1')).toBe(false)
    expect(exchange.reject('1.1')).toBe(false)
    expect(exchange.answer(id, '12')).toBe(true)
    expect(news()).toEqual(['begin A 601', 'join 601 A at 1', 'begin B 11 for A', 'begin C 12 for A', 'pickup C'])
  })

  it('cannot be answered or refused when it talks already', () => {
    const { exchange, wait, news } = stage(PLAN)
    const own = exchange.dial({ from: CALLER, to: '13' })
    wait(1_000)
    const queued = exchange.dial({ from: '0910000002', to: '601' })
    const leg = exchange.calls.get(queued)?.legs[0]?.id ?? ''
    expect(exchange.answer(leg)).toBe(true)
    news()
    for (const id of [own, queued, leg]) {
      expect(exchange.answer(id)).toBe(false)
      expect(exchange.reject(id)).toBe(false)
    }
    expect(news()).toEqual([])
    expect([own, queued].map(id => exchange.calls.get(id)?.phase)).toEqual(['talking', 'talking'])
  })

  it('has the name of the plan, and its number if there is none; a caller has the name that was said', () => {
    const { exchange, events } = stage(PLAN)
    exchange.dial({ from: '12', to: '0911000000' })
    exchange.dial({ from: CALLER, to: '11', name: 'Acme' })
    exchange.dial({ from: '0910000002', to: '601' })
    expect(events.map(({ frame }) => [frame['caller_name'], frame['callee_name']]).slice(0, 3)).toEqual([
      ['Peter', '0911000000'],
      ['Acme', 'Jana'],
      ['0910000002', '601'],
    ])
  })
})
