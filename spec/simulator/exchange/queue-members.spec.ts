import { describe, expect, it } from '@jest/globals'
import type { ExchangePlan } from '../../../src/simulator/exchange/exchange-config.js'
import { stage } from './stage.js'

const PLAN: ExchangePlan = {
  extensions: [
    { number: '11', name: 'Jana' },
    { number: '12', name: 'Peter' },
    { number: '13', name: 'Eva' },
  ],
  queues: [
    { queue: '601', members: ['11', '12'] },
    { queue: '602', members: ['12'] },
  ],
}
const CALLER = '0910000001'
const members = ({ exchange }: ReturnType<typeof stage>, queue: string) =>
  exchange.queues.get(queue)?.members.map(({ party: { number }, paused }) => `${number}${paused ? ' paused' : ''}`)

describe('a member', () => {
  it('pauses in one queue, or in all of theirs: one event a queue', () => {
    const on = stage(PLAN)
    on.exchange.pause('12', '601')
    expect([members(on, '601'), members(on, '602')]).toEqual([['11', '12 paused'], ['12']])
    on.exchange.pause('12')
    expect([members(on, '601'), members(on, '602')]).toEqual([['11', '12 paused'], ['12 paused']])
    on.exchange.unpause('12', '602')
    on.exchange.unpause('12')
    expect([members(on, '601'), members(on, '602')]).toEqual([['11', '12'], ['12']])
    expect(on.news()).toEqual([
      'queue.pause 601 12',
      // announced again for a paused member
      'queue.pause 601 12',
      'queue.pause 602 12',
      'queue.unpause 602 12',
      'queue.unpause 601 12',
      'queue.unpause 602 12',
    ])
  })

  it('that no queue has does nothing', () => {
    const { exchange, news } = stage(PLAN)
    exchange.pause('13')
    exchange.unpause('11', '602')
    exchange.removeMember('13')
    exchange.removeMember('11', '602')
    exchange.addMember('13', '999')
    expect(news()).toEqual([])
  })

  it('comes last, and is announced by name', () => {
    const on = stage(PLAN)
    on.exchange.addMember('13', '601')
    expect(on.events.map(({ frame }) => frame)).toEqual([
      { event: 'queue.add', queue: 601, member: '13', member_name: 'Eva' },
    ])
    expect(members(on, '601')).toEqual(['11', '12', '13'])
  })

  it('leaves one queue, or all of theirs', () => {
    const on = stage(PLAN)
    on.exchange.removeMember('12', '601')
    expect([members(on, '601'), members(on, '602')]).toEqual([['11'], ['12']])
    on.exchange.addMember('12', '601')
    on.news()
    on.exchange.removeMember('12')
    expect([members(on, '601'), members(on, '602')]).toEqual([['11'], []])
    expect(on.events.slice(-2).map(({ frame }) => frame)).toEqual([
      { event: 'queue.remove', queue: 601, member: '12', member_name: 'Peter' },
      { event: 'queue.remove', queue: 602, member: '12', member_name: 'Peter' },
    ])
  })

  it('that is added as paused gives only the add, and is asked once the pause is over', () => {
    const on = stage(PLAN)
    on.exchange.removeMember('12', '602')
    on.news()
    on.exchange.addMember('13', '602', true)
    expect(on.news()).toEqual(['queue.add 602 13'])
    expect(members(on, '602')).toEqual(['13 paused'])
    on.exchange.dial({ from: CALLER, to: '602' })
    on.wait(5_000)
    on.exchange.unpause('13')
    on.wait(1_000)
    expect(on.news()).toEqual(['begin A 602', 'join 602 A at 1', 'queue.unpause 602 13', 'begin B 13 for A'])
  })

  it('that is added again is one member still, paused or not as was said', () => {
    const on = stage(PLAN)
    on.exchange.addMember('11', '601', true)
    expect(members(on, '601')).toEqual(['11 paused', '12'])
    on.exchange.addMember('11', '601')
    expect(members(on, '601')).toEqual(['11 paused', '12'])
    on.exchange.addMember('11', '601', false)
    expect(members(on, '601')).toEqual(['11', '12'])
    expect(on.news()).toEqual(['queue.add 601 11', 'queue.add 601 11', 'queue.add 601 11'])
  })

  it('that is added again as paused is not asked', () => {
    const on = stage(PLAN)
    on.exchange.addMember('12', '602', true)
    on.exchange.dial({ from: CALLER, to: '602' })
    on.wait(60_000)
    expect(on.news()).toEqual(['queue.add 602 12', 'begin A 602', 'join 602 A at 1'])
  })

  it('that has left is not asked any more, in the queue that was left', () => {
    const { exchange, wait, news } = stage(PLAN)
    exchange.removeMember('12', '602')
    exchange.dial({ from: CALLER, to: '602' })
    exchange.hangUp(exchange.dial({ from: '12', to: '13' }))
    wait(60_000)
    expect(news().filter(line => line.includes(' for '))).toEqual([])
    exchange.answer(exchange.dial({ from: CALLER, to: '601' }))
    exchange.dial({ from: CALLER, to: '601' })
    expect(news().at(-1)).toMatch(/^begin . 12 for/)
  })

  it('that has left and come back is asked when their telephone is free', () => {
    const { exchange, wait, news } = stage(PLAN)
    exchange.removeMember('12', '602')
    exchange.addMember('12', '602')
    const call = exchange.dial({ from: '12', to: '13' })
    exchange.dial({ from: CALLER, to: '602' })
    wait(5_000)
    exchange.hangUp(call)
    wait(1_000)
    expect(news().at(-1)).toBe('begin C 12 for B')
  })

  it('that pauses while being asked is still asked, once', () => {
    const { exchange, wait, news } = stage(PLAN)
    const id = exchange.dial({ from: CALLER, to: '602' })
    exchange.pause('12')
    exchange.reject(id)
    wait(60_000)
    expect(news().filter(line => line.includes(' for '))).toEqual(['begin B 12 for A'])
  })

  it('can be a number that the plan does not know, which nobody can ask', () => {
    const { exchange, wait, news, events } = stage(PLAN)
    exchange.removeMember('12', '602')
    exchange.addMember('99', '602')
    expect(events.at(-1)?.frame['member_name']).toBe('99')
    exchange.dial({ from: CALLER, to: '602' })
    wait(60_000)
    expect(news().at(-1)).toBe('join 602 A at 1')
  })
})
