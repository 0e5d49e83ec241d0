import { describe, expect, it } from '@jest/globals'
import type { ExchangePlan, QueuePlan } from '../../../src/simulator/exchange/exchange-config.js'
import { stage } from './stage.js'

const EXTENSIONS = [
  { number: '11', name: 'Jana' },
  { number: '12', name: 'Peter' },
  { number: '13', name: 'Eva' },
]
const [FIRST, SECOND, THIRD] = ['0910000001', '0910000002', '0910000003'] as const

/** A company with one queue; agents ring until a command. */
const company = (queue: Partial<QueuePlan> = {}, rest: ExchangePlan = {}): ExchangePlan => ({
  extensions: EXTENSIONS,
  queues: [{ queue: '601', members: ['11', '12'], ringTime: 5_000, ...queue }],
  ...rest,
})

/** Offers, of the lines of the news. */
const offered = (line: string) => line.includes(' for ')

describe('a queue', () => {
  it('asks its members in turn, each for the ring time, with a rest between two offers', () => {
    const { exchange, wait, events, news } = stage(company())
    exchange.dial({ from: FIRST, to: '601' })
    wait(13_000)
    expect(events.map(({ t }) => t)).toEqual([0, 0, 0, 5_000, 6_000, 11_000, 12_000])
    expect(news()).toEqual([
      'begin A 601',
      'join 601 A at 1',
      'begin B 11 for A',
      'end B cancel',
      'begin C 12 for A',
      'end C cancel',
      'begin D 11 for A',
    ])
  })

  it('rings for 15 s and rests for one, if nothing else is planned, and rests as long as is planned', () => {
    const times = (plan: ExchangePlan) => {
      const { exchange, wait, events } = stage(plan)
      exchange.dial({ from: FIRST, to: '601' })
      wait(20_000)
      return events.map(({ t }) => t)
    }
    expect(times({ extensions: EXTENSIONS, queues: [{ queue: '601', members: ['11', '12'] }] })).toEqual([
      0, 0, 0, 15_000, 16_000,
    ])
    expect(times(company({ retry: 8_000 }))).toEqual([0, 0, 0, 5_000, 13_000, 18_000])
  })

  it('goes on with the next member for the next caller, and starts anew after the last', () => {
    const { exchange, news } = stage(company({ members: ['11', '12', '13'] }))
    for (const from of [FIRST, SECOND, THIRD]) exchange.answer(exchange.dial({ from, to: '601' }))
    expect(news().filter(offered)).toEqual(['begin B 11 for A', 'begin D 12 for C', 'begin F 13 for E'])
    for (const id of [...exchange.calls.keys()]) exchange.hangUp(id)
    news()
    exchange.dial({ from: FIRST, to: '601' })
    expect(news()).toContain('begin H 11 for G')
  })

  it('gives up an offer as exchanges do whose agents are attached otherwise', () => {
    const { exchange, wait, news } = stage(company({}, { givenUp: 'noanswer' }))
    exchange.dial({ from: FIRST, to: '601' })
    wait(5_000)
    expect(news()).toContain('end B noanswer')
  })

  it.each([
    ['rejects', { kind: 'reject', after: 700 }, 700],
    ['refuses', { kind: 'refuse', after: 700 }, 700],
    ['is busy', { kind: 'busy' }, 1],
  ] as const)('asks the next member when one %s', (_, behaviour, after) => {
    const { exchange, wait, events, news } = stage(company())
    exchange.behave('11', behaviour)
    exchange.dial({ from: FIRST, to: '601' })
    wait(after + 1_000)
    expect(news().slice(2)).toEqual(['begin B 11 for A', 'end B busy', 'begin C 12 for A'])
    expect(events.map(({ t }) => t).slice(2)).toEqual([0, after, after + 1_000])
  })

  it('asks nobody who is not registered, paused or engaged, and lets the caller wait', () => {
    const { exchange, wait, news } = stage(company({ members: ['11', '12', '13'], paused: ['12'] }))
    exchange.behave('11', { kind: 'unregistered' })
    exchange.answer(exchange.dial({ from: FIRST, to: '13' }))
    news()
    const id = exchange.dial({ from: SECOND, to: '601', patience: 60_000 })
    wait(59_999)
    expect(exchange.calls.get(id)?.phase).toBe('queued')
    wait(1)
    expect(news()).toEqual(['begin B 601', 'join 601 B at 1', 'left 601 B after 60', 'end B cancel'])
  })

  it('offers the caller to a member who hangs up, after the rest', () => {
    const { exchange, wait, news, events } = stage(company({ members: ['11'] }))
    const busy = exchange.dial({ from: '11', to: '12' })
    wait(2_000)
    exchange.dial({ from: FIRST, to: '601' })
    wait(3_000)
    exchange.hangUp(busy)
    news()
    wait(999)
    expect(news()).toEqual([])
    wait(1)
    expect(news()).toEqual(['begin C 11 for B'])
    expect(events.at(-1)?.t).toBe(6_000)
  })

  it('offers the next caller to the agent who has served the one before', () => {
    const { exchange, wait, news } = stage(company({ members: ['11'] }))
    exchange.answer(exchange.dial({ from: FIRST, to: '601', talk: 10_000 }))
    exchange.dial({ from: SECOND, to: '601' })
    wait(10_999)
    news()
    wait(1)
    expect(news()).toEqual(['begin D 11 for C'])
  })

  it.each([
    ['a pause is over', { paused: ['11'] }, (on: ReturnType<typeof stage>) => on.exchange.unpause('11')],
    ['an agent is added', { members: [] }, (on: ReturnType<typeof stage>) => on.exchange.addMember('11', '601')],
  ])('offers the caller when %s', (_, queue, act) => {
    const on = stage(company({ members: ['11'], ...queue }))
    on.exchange.dial({ from: FIRST, to: '601' })
    on.wait(3_000)
    act(on)
    on.news()
    on.wait(1_000)
    expect(on.news()).toEqual(['begin B 11 for A'])
  })

  it('offers the caller to a member whose telephone comes back', () => {
    const { exchange, wait, news } = stage(company({ members: ['11'] }))
    exchange.behave('11', { kind: 'unregistered' })
    exchange.dial({ from: FIRST, to: '601' })
    wait(3_000)
    news()
    exchange.behave('11', { kind: 'answer', after: 100 })
    wait(1_100)
    expect(news()).toEqual(['begin B 11 for A', 'pickup B'])
  })

  it('lets the caller who came first go first, who is between two offers too', () => {
    const { exchange, wait, news } = stage(company({ members: ['11'] }))
    exchange.dial({ from: FIRST, to: '601' })
    exchange.dial({ from: SECOND, to: '601' })
    wait(6_000)
    expect(news().slice(2)).toEqual([
      'begin B 11 for A',
      'begin C 601',
      'join 601 C at 2',
      'end B cancel',
      'begin D 11 for A',
    ])
  })

  it('keeps an agent for the caller who rests, and gives the others to those behind', () => {
    const { exchange, wait, news } = stage(company())
    exchange.reject(exchange.dial({ from: FIRST, to: '601' }))
    wait(500)
    exchange.dial({ from: SECOND, to: '601' })
    exchange.dial({ from: THIRD, to: '601' })
    expect(news().filter(offered)).toEqual(['begin B 11 for A', 'begin D 12 for C'])
    wait(500)
    expect(news()).toEqual(['begin F 11 for A'])
  })

  it('keeps no agent for a caller who hangs up while resting', () => {
    const { exchange, wait, news } = stage(company({ members: ['11'] }))
    const first = exchange.dial({ from: FIRST, to: '601' })
    exchange.addMember('11', '601')
    wait(500)
    exchange.reject(first)
    exchange.dial({ from: SECOND, to: '601' })
    // the queue has looked for agents since, and found one that was kept
    wait(700)
    exchange.hangUp(first)
    expect(news().filter(offered)).toEqual(['begin B 11 for A'])
    wait(1_000)
    expect(news()).toEqual(['begin D 11 for C'])
  })

  it('that rings all rings nobody for those behind while the first caller rests', () => {
    const { exchange, wait, news } = stage(company({ strategy: 'ring-all' }))
    const first = exchange.dial({ from: FIRST, to: '601' })
    exchange.reject(first, '11')
    // others still ring, so it is not over yet
    expect(exchange.calls.get(first)?.legs).toHaveLength(1)
    exchange.reject(first, '12')
    news()
    exchange.dial({ from: SECOND, to: '601' })
    wait(1_000)
    expect(news()).toEqual(['begin D 601', 'join 601 D at 2', 'begin E 11 for A', 'begin F 12 for A'])
  })

  it('that rings all cancels those who were not quick enough, just after', () => {
    const { exchange, wait, news, events } = stage(company({ members: ['11', '12', '13'], strategy: 'ring-all' }))
    const id = exchange.dial({ from: FIRST, to: '601' })
    wait(2_000)
    exchange.answer(id, '12')
    expect(['11', '12', '13'].map(exchange.engaged)).toEqual([false, true, false])
    wait(1)
    expect(news().slice(5)).toEqual(['pickup C', 'end B cancel', 'end D cancel'])
    expect(events.slice(5).map(({ t }) => t)).toEqual([2_000, 2_001, 2_001])
  })
})
