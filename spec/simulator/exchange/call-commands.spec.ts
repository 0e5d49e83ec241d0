import { describe, expect, it } from '@jest/globals'
import type { ExchangePlan } from '../../../src/simulator/exchange/exchange-config.js'
import { stage } from './stage.js'

const PLAN: ExchangePlan = {
  extensions: [
    { number: '11', name: 'Jana' },
    { number: '12', name: 'Peter' },
    { number: '13', name: 'Eva', behaviour: { kind: 'answer', after: 1_000 } },
  ],
  lines: [
    { number: '0220282001', to: '601' },
    { number: '0220282002', to: '601' },
  ],
  queues: [{ queue: '601', members: ['11', '12'] }],
  quirks: { callerEndsFirst: 0 },
}
const CALLER = '0910000001'
const legOf = ({ exchange }: ReturnType<typeof stage>, id: string) => exchange.calls.get(id)?.legs[0]?.id ?? ''

/** A caller of the queue, offered to Jana. */
const offered = (plan = PLAN) => {
  const on = stage(plan)
  const id = on.exchange.dial({ from: CALLER, to: '0220282002' })
  const leg = legOf(on, id)
  on.news()
  return { ...on, id, leg }
}

describe('a hangup', () => {
  it('of the caller’s id ends a queue call for good: left, the leg, the caller', () => {
    const { exchange, wait, news, id } = offered()
    wait(5_000)
    expect(exchange.hangUp(id)).toBeUndefined()
    expect(news()).toEqual(['left 601 A after 5', 'end B cancel', 'end A cancel'])
    expect(exchange.nextAt).toBeUndefined()
  })

  it('of a ringing agent’s leg is that agent’s refusal: the queue rings the next one', () => {
    const { exchange, wait, news, leg } = offered()
    expect(exchange.hangUp(leg)).toBeUndefined()
    wait(1_000)
    expect(news()).toEqual(['end B cancel', 'begin C 12 for A'])
  })

  it('of the leg of an agent who talks ends the caller’s call too', () => {
    const { exchange, news, leg } = offered()
    exchange.answer(leg)
    expect(exchange.hangUp(leg)).toBeUndefined()
    expect(news()).toEqual(['pickup B', 'end B answer', 'end A answer'])
    expect(exchange.calls.size).toBe(0)
  })

  it('of a call that rings ends it as cancelled, of one that talks as answered', () => {
    const { exchange, wait, news } = stage(PLAN)
    exchange.hangUp(exchange.dial({ from: CALLER, to: '11' }))
    const id = exchange.dial({ from: CALLER, to: '13' })
    wait(1_000)
    exchange.hangUp(id)
    expect(news()).toEqual(['begin A 11', 'end A cancel', 'begin B 13', 'pickup B', 'end B answer'])
  })

  it('finds nothing that is over, and nothing that never was', () => {
    const { exchange, news, id, leg } = offered()
    exchange.hangUp(leg)
    expect(exchange.hangUp(leg)).toBe('call-not-found')
    exchange.hangUp(id)
    news()
    for (const known of [id, leg, '1.1']) {
      expect(exchange.hangUp(known)).toBe('call-not-found')
      expect(exchange.redirect(known, '12')).toBe('call-not-found')
    }
    expect(news()).toEqual([])
  })

  it('finds no call that began before the asker’s login, by the caller’s id or by a leg’s', () => {
    const { exchange, wait, news, id } = offered()
    const began = exchange.now
    exchange.reject(id)
    wait(1_000)
    const leg = exchange.calls.get(id)?.legs[0]?.id ?? ''
    news()
    // the leg began after the login, but its call did not
    for (const known of [id, leg]) {
      expect(exchange.hangUp(known, began + 1)).toBe('call-not-found')
      expect(exchange.redirect(known, '13', began + 1)).toBe('call-not-found')
    }
    expect(exchange.answer(leg)).toBe(true)
    expect(exchange.hangUp(leg, began + 1)).toBe('call-not-found')
    expect(news()).toEqual(['pickup C'])
    expect(exchange.hangUp(leg, began)).toBeUndefined()
    expect(news()).toEqual(['end C answer', 'end A answer'])
  })

  it('finds a call of the same moment as the login', () => {
    const { exchange, news, id } = offered()
    expect(exchange.redirect(id, '13', exchange.now)).toBeUndefined()
    expect(exchange.hangUp(id, exchange.now)).toBeUndefined()
    expect(news().at(-1)).toBe('end A cancel')
  })

  it('between two queues ends the call, which joins no other', () => {
    const { exchange, wait, news } = stage({
      ...PLAN,
      queues: [{ queue: '601', members: [], timeout: 5_000, overflow: '601' }],
    })
    const id = exchange.dial({ from: CALLER, to: '601' })
    wait(6_000)
    exchange.hangUp(id)
    wait(10_000)
    expect(news().slice(2)).toEqual(['left 601 A after 5', 'end A cancel'])
  })
})

describe('a redirect', () => {
  it('of a waiting caller is a second begin on the caller’s own id, with the company’s number as caller', () => {
    const { exchange, wait, news, events, id } = offered()
    wait(3_000)
    expect(exchange.redirect(id, '13')).toBeUndefined()
    expect(events.at(-1)?.frame).toMatchObject({
      caller: '0220282002',
      caller_name: '0220282002',
      callee: '13',
      called_number: '13',
    })
    wait(1_000)
    expect(exchange.calls.get(id)?.answeredBy?.number).toBe('13')
    expect(news()).toEqual(['left 601 A after 3', 'end B cancel', 'begin A 13', 'pickup A'])
  })

  it('by the leg’s id redirects its caller', () => {
    const { exchange, news, leg } = offered()
    exchange.redirect(leg, '13')
    expect(news()).toEqual(['left 601 A after 0', 'end B cancel', 'begin A 13'])
  })

  it('of a call that came in by no line shows the first of them, and the caller where there is none', () => {
    const shown = (plan: ExchangePlan) => {
      const { exchange, events } = stage(plan)
      exchange.redirect(exchange.dial({ from: CALLER, to: '11' }), '12')
      return events.at(-1)?.frame['caller']
    }
    expect(shown(PLAN)).toBe('0220282001')
    expect(shown({ ...PLAN, lines: [] })).toBe(CALLER)
    expect(shown({ ...PLAN, redirectsShow: 'caller' })).toBe(CALLER)
  })

  it('ends the leg of the agent who talked as answered, and the talk begins anew', () => {
    const { exchange, wait, news } = stage(PLAN)
    const id = exchange.dial({ from: CALLER, to: '601', talk: 10_000 })
    exchange.answer(id)
    wait(9_000)
    exchange.redirect(id, '13')
    expect(exchange.engaged('11')).toBe(false)
    wait(10_999)
    expect(news().slice(3)).toEqual(['pickup B', 'end B answer', 'begin A 13', 'pickup A'])
    wait(1)
    expect(news()).toEqual(['end A answer'])
  })

  it('lets the next one ring for a whole ring time', () => {
    const { exchange, wait, news } = stage({ ...PLAN, ringTime: 10_000 })
    const id = exchange.dial({ from: CALLER, to: '11' })
    wait(6_000)
    exchange.redirect(id, '12')
    expect(exchange.engaged('11')).toBe(false)
    wait(9_999)
    expect(news()).toEqual(['begin A 11', 'begin A 12'])
    wait(1)
    expect(news()).toEqual(['end A noanswer'])
  })

  it('to a number that leads nowhere ends an answered call as chanunavail or congestion', () => {
    const { exchange, wait, news } = stage(PLAN)
    const id = exchange.dial({ from: CALLER, to: '13' })
    wait(1_000)
    exchange.redirect(id, '0888888888')
    wait(4)
    expect(news().at(-1)).toMatch(/^end A (chanunavail|congestion)$/)
  })

  it('gives up an offer as the plan says', () => {
    const { exchange, news, id } = offered({ ...PLAN, givenUp: 'noanswer' })
    exchange.redirect(id, '13')
    expect(news()).toContain('end B noanswer')
  })

  it('between two queues takes the caller out of the hop', () => {
    const { exchange, wait, news } = stage({
      ...PLAN,
      queues: [{ queue: '601', members: [], timeout: 5_000, overflow: '601' }],
    })
    const id = exchange.dial({ from: CALLER, to: '601' })
    wait(6_000)
    exchange.redirect(id, '11')
    wait(10_000)
    expect(news().slice(2)).toEqual(['left 601 A after 5', 'begin A 11'])
  })

  it('into a queue starts a new wait', () => {
    const { exchange, wait, news, id } = offered()
    wait(4_000)
    exchange.answer(id)
    wait(4_000)
    news()
    exchange.redirect(id, '601')
    wait(3_000)
    exchange.hangUp(id)
    expect(news()).toEqual([
      'end B answer',
      'begin A 601',
      'join 601 A at 1',
      'begin C 12 for A',
      'left 601 A after 3',
      'end C cancel',
      'end A cancel',
    ])
  })
})
