import { describe, expect, it } from '@jest/globals'
import type { Behaviour, ExchangePlan, Extension } from '../../../src/simulator/exchange/exchange-config.js'
import { stage } from './stage.js'

const CALLER = '0910000001'
const LINE = '0220282028'

/** Jana's telephone, which does this and is forwarded so, and Peter's, which rings. */
const company = (behaviour: Behaviour, when?: NonNullable<Extension['forward']>['when'], to = '12'): ExchangePlan => ({
  extensions: [
    { number: '11', name: 'Jana', behaviour, ...(when !== undefined && { forward: { to, when } }) },
    { number: '12', name: 'Peter' },
  ],
  lines: [{ number: LINE, to: '11' }],
  ringTime: 10_000,
})
const dialled = (plan: ExchangePlan, { to = '11', wait = 11_000 } = {}) => {
  const on = stage(plan)
  on.exchange.dial({ from: CALLER, to })
  on.wait(wait)
  return on
}

describe('a forwarded call', () => {
  it.each<[string, Behaviour, 'always' | 'busy' | 'no-answer', number]>([
    ['always', { kind: 'answer', after: 10 }, 'always', 0],
    ['as its callee is busy', { kind: 'busy' }, 'busy', 0],
    ['as its callee rejects it', { kind: 'reject', after: 700 }, 'busy', 700],
    ['as its callee refuses it', { kind: 'refuse', after: 700 }, 'busy', 700],
    ['as nobody answers', { kind: 'never' }, 'no-answer', 10_000],
    ['as its callee is not registered', { kind: 'unregistered' }, 'no-answer', 0],
  ])('%s begins a second time, on the caller’s own id', (_, behaviour, when, after) => {
    const { events, news, exchange } = dialled(company(behaviour, when), { wait: after })
    expect(news()).toEqual(['begin A 11', 'begin A 12'])
    expect(events.map(({ t }) => t)).toEqual([0, after])
    expect(events[1]?.frame).toMatchObject({ caller: CALLER, callee_name: 'Peter', called_number: '11' })
    expect(['11', '12'].map(exchange.engaged)).toEqual([false, true])
  })

  it.each<[string, Behaviour, 'busy' | 'no-answer', string]>([
    ['busy, of one forwarded when nobody answers', { kind: 'busy' }, 'no-answer', 'busy'],
    ['rejected, of one forwarded when nobody answers', { kind: 'reject', after: 700 }, 'no-answer', 'busy'],
    ['refused, of one forwarded when nobody answers', { kind: 'refuse', after: 700 }, 'no-answer', 'dontcall'],
    ['not answered, of one forwarded when busy', { kind: 'never' }, 'busy', 'noanswer'],
    ['not registered, of one forwarded when busy', { kind: 'unregistered' }, 'busy', 'chanunavail'],
  ])('is none where the call is %s', (_, behaviour, when, status) => {
    expect(dialled(company(behaviour, when)).news()).toEqual(['begin A 11', `end A ${status}`])
  })

  it('goes on when the callee is on the telephone', () => {
    const { exchange, news } = stage(company({ kind: 'never' }, 'busy', '0911000000'))
    exchange.dial({ from: '11', to: '12' })
    exchange.dial({ from: CALLER, to: '11' })
    expect(news()).toEqual(['begin A 12', 'begin B 11', 'begin B 0911000000'])
  })

  it('goes on when somebody refuses it by hand', () => {
    const { exchange, news } = stage(company({ kind: 'never' }, 'busy'))
    const id = exchange.dial({ from: CALLER, to: '11' })
    expect(exchange.reject(id)).toBe(true)
    expect(news()).toEqual(['begin A 11', 'begin A 12'])
    expect(exchange.answer(id, '11')).toBe(false)
    expect(exchange.answer(id, '12')).toBe(true)
    expect(exchange.calls.get(id)?.answeredBy?.name).toBe('Peter')
  })

  it('keeps the number that was dialled, through a line of the company too', () => {
    const { events } = dialled(company({ kind: 'busy' }, 'busy'), { to: LINE, wait: 0 })
    expect(events.map(({ frame }) => [frame['callee'], frame['called_number']])).toEqual([
      ['11', LINE],
      ['12', LINE],
    ])
  })

  it('can be forwarded to a line, and so to a queue', () => {
    const { extensions = [] } = company({ kind: 'unregistered' }, 'no-answer', LINE)
    const plan = { extensions, lines: [{ number: LINE, to: '601' }], queues: [{ queue: '601', members: ['12'] }] }
    const { news } = dialled(plan)
    expect(news()).toEqual(['begin A 11', 'begin A 601', 'join 601 A at 1', 'begin B 12 for A'])
  })

  it('that goes round in circles is given up after five forwardings', () => {
    const { news, events, exchange } = dialled({
      extensions: [
        { number: '11', name: 'Jana', forward: { to: '12', when: 'always' } },
        { number: '12', name: 'Peter', forward: { to: '11', when: 'always' } },
      ],
    })
    expect(news()).toEqual([
      'begin A 11',
      'begin A 12',
      'begin A 11',
      'begin A 12',
      'begin A 11',
      'begin A 12',
      'end A congestion',
    ])
    expect(events.at(-1)?.t).toBe(4)
    expect(exchange.calls.size).toBe(0)
  })

  it('reaches the fifth telephone that it is forwarded to', () => {
    const extensions = Array.from({ length: 6 }, (_, index) => ({
      number: String(11 + index),
      name: 'x',
      ...(index < 5 && { forward: { to: String(12 + index), when: 'always' as const } }),
    }))
    const { exchange } = dialled({ extensions }, { wait: 0 })
    expect(exchange.engaged('16')).toBe(true)
  })

  it('lasts for the caller’s patience, not for each telephone’s', () => {
    const { exchange, wait, news, events } = stage(company({ kind: 'never' }, 'no-answer'))
    exchange.dial({ from: CALLER, to: '11', patience: 12_000 })
    wait(20_000)
    expect(news()).toEqual(['begin A 11', 'begin A 12', 'end A cancel'])
    expect(events.at(-1)?.t).toBe(12_000)
  })
})

describe('a number that leads nowhere', () => {
  it('ends more often as chanunavail than as congestion, after a moment', () => {
    const { exchange, wait, events } = stage({})
    for (let count = 0; count < 200; count += 1) exchange.dial({ from: CALLER, to: '0888888888' })
    wait(3)
    expect(events).toHaveLength(200)
    wait(1)
    const ends = events.slice(200).map(({ frame }) => frame['status'])
    const congested = ends.filter(status => status === 'congestion').length
    expect(ends.filter(status => status === 'chanunavail')).toHaveLength(200 - congested)
    expect(congested).toBeGreaterThan(20)
    expect(congested).toBeLessThan(60)
  })

  it.each(['*21', '12a', '', '+'])('ends as invalidargs if it is none: %j', to => {
    const { exchange, wait, news } = stage({})
    exchange.dial({ from: CALLER, to })
    wait(4)
    expect(news()).toEqual([`begin A ${to}`, 'end A invalidargs'])
  })

  it('can be one with a plus', () => {
    const { exchange, news } = stage({
      outside: [{ number: '+421911000000', behaviour: { kind: 'answer', after: 0 } }],
    })
    exchange.dial({ from: CALLER, to: '+421911000000' })
    exchange.advance(exchange.now)
    expect(news()).toEqual(['begin A +421911000000', 'pickup A'])
  })
})
