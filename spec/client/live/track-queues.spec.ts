import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import {
  type Queue,
  type QueueChange,
  type QueueTracker,
  type TrackerOptions,
  trackQueues,
} from '../../../src/index.js'
import { begin, CUSTOMER, created, end, join, left, member, offer, pickup } from './frames.js'
import { createWire, type Wire } from './wire.js'

const START = 1_795_500_000_000

describe('a tracker of queues', () => {
  let wire: Wire
  let queues: QueueTracker
  let changes: QueueChange[]
  // a tracker's clock is that of the machine
  beforeEach(() => {
    jest.useFakeTimers({ now: START })
    track()
  })
  afterEach(() => {
    queues.close()
    jest.useRealTimers()
  })

  const track = (options?: TrackerOptions) => {
    wire = createWire()
    queues = trackQueues(wire.pbx, options)
    changes = []
    queues.change$.subscribe(change => changes.push(change))
  }
  const queue = (name = '601'): Queue => {
    const found = queues.current.get(name)
    if (found === undefined) throw new Error(`There is no queue ${name}`)
    return found
  }
  const news = () =>
    changes
      .splice(0)
      .map(({ kind, queue: { queue: name }, event }) => [kind, name, event?.event].filter(Boolean).join(' '))
  const waiting = (name = '601') =>
    queue(name).waiting.map(({ call, position, leaving }) => `${call}@${position}${leaving ? ' leaving' : ''}`)

  describe('its members', () => {
    it('are known from the first event that names them, each since then', () => {
      wire.receive(member('add', 601, 12, 'Peter'))
      expect(queue()).toEqual({
        queue: '601',
        members: [{ member: '12', name: 'Peter', paused: false, since: START }],
        waiting: [],
        complete: false,
        stale: false,
      })
      expect(news()).toEqual(['member 601 queue.add'])
    })

    it('are paused since the pause, and available since its end', () => {
      wire.receive(member('add', 601, 12, 'Peter'))
      jest.advanceTimersByTime(1_000)
      wire.receive(member('pause', 601, 12))
      expect(queue().members).toEqual([{ member: '12', name: 'Peter', paused: true, since: START + 1_000 }])
      jest.advanceTimersByTime(1_000)
      wire.receive(member('unpause', 601, 12))
      expect(queue().members).toEqual([{ member: '12', name: 'Peter', paused: false, since: START + 2_000 }])
    })

    it('who are paused twice are paused since the first, and no change is emitted', () => {
      wire.receive(member('pause', 601, 12))
      jest.advanceTimersByTime(1_000)
      const before = queue()
      news()
      wire.receive(member('pause', 601, 12))
      expect(queue()).toBe(before)
      expect(queue().members[0]?.since).toBe(START)
      expect(news()).toEqual([])
    })

    it('who are added again stay paused, and take the name', () => {
      wire.receive(member('pause', 601, 12), member('add', 601, 12, 'Peter'))
      expect(queue().members).toEqual([{ member: '12', name: 'Peter', paused: true, since: START }])
      wire.receive(member('add', 601, 12, ''))
      expect(queue().members[0]?.name).toBe('Peter')
    })

    it('who are removed and added again are not paused', () => {
      wire.receive(member('pause', 601, 12), member('remove', 601, 12), member('add', 601, 12))
      expect(queue().members).toEqual([{ member: '12', name: '', paused: false, since: START }])
    })

    it('who were unknown before their pause or its end are members all the same', () => {
      wire.receive(member('pause', 601, 12), member('unpause', 601, 13))
      expect(queue().members.map(({ member: who, paused }) => [who, paused])).toEqual([
        ['12', true],
        ['13', false],
      ])
    })

    it('who are removed are gone; the removal of an unknown one changes nothing', () => {
      wire.receive(member('add', 601, 12), member('remove', 601, 12))
      expect(queue().members).toEqual([])
      news()
      wire.receive(member('remove', 601, 13))
      expect(news()).toEqual([])
    })

    it('paused everywhere are paused in each queue by its own event', () => {
      wire.receive(member('add', 601, 12), member('add', 602, 12), member('pause', 601, 12))
      expect([queue('601'), queue('602')].map(({ members }) => members[0]?.paused)).toEqual([true, false])
      wire.receive(member('pause', '602', '12'))
      expect(queue('602').members[0]?.paused).toBe(true)
    })
  })

  describe('who waits', () => {
    it('is in order, since the first queue, with the names of the call', () => {
      wire.receive(begin('C', '601', { caller_name: 'Jana' }), join(601, 'C'))
      jest.advanceTimersByTime(30_000)
      wire.receive(left(601, 'C'), join(602, 'C', 1))
      expect(queue('602').waiting).toEqual([
        { call: 'C', caller: CUSTOMER, callerName: 'Jana', position: 1, since: START, leaving: false },
      ])
      expect(waiting('601')).toEqual([])
      expect(news().slice(0, 2)).toEqual(['waiting 601 queue.join', 'waiting 601 queue.left'])
      wire.receive(left(602, 'C'), join(601, 'C'))
      // one for each queue that the event touched
      expect(news().slice(1).sort()).toEqual(['waiting 601 queue.join', 'waiting 602 queue.join'])
    })

    it('of an API-created call has the id of the call', () => {
      wire.receive(created('1'), created('2'), begin('2', '601'), join(601, '2'))
      expect(waiting()).toEqual(['1@1'])
    })

    it('stays as leaving for hopGrace, and is then gone, a change without an event', () => {
      wire.receive(join(601, 'C'), join(601, 'D', 2), left(601, 'C'))
      expect(waiting()).toEqual(['C@1 leaving', 'D@2'])
      news()
      jest.advanceTimersByTime(9_999)
      expect(news()).toEqual([])
      jest.advanceTimersByTime(1)
      expect(waiting()).toEqual(['D@1'])
      expect(news()).toEqual(['waiting 601'])
    })

    it("is taken out by an agent's pickup, and those behind move up at once", () => {
      wire.receive(join(601, 'C'), join(601, 'D', 2), offer('A1', 'C', '12'))
      news()
      wire.receive(pickup('A1'))
      expect(waiting()).toEqual(['D@1'])
      expect(news()).toEqual(['waiting 601 call.pickup'])
      wire.receive(left(601, 'C'))
      expect(news()).toEqual([])
    })

    it('is taken out by the end of the call', () => {
      wire.receive(join(601, 'C'), end('C', 'cancel'))
      expect(waiting()).toEqual([])
      expect(news()).toEqual(['waiting 601 queue.join', 'waiting 601 call.end'])
    })
  })

  it('shares structure: untouched queues, rows, members and lists are the same objects', () => {
    wire.receive(
      member('add', 601, 12),
      member('add', 601, 13),
      member('add', 602, 12),
      join(601, 'C'),
      join(601, 'D', 2),
    )
    const [first, second] = [queue('601'), queue('602')]
    wire.receive(member('pause', 601, 13))
    expect(queue('602')).toBe(second)
    expect(queue('601').waiting).toBe(first.waiting)
    expect(queue('601').members[0]).toBe(first.members[0])
    expect(queue('601').members[1]).not.toBe(first.members[1])
    const paused = queue('601')
    wire.receive(end('D', 'cancel'))
    expect(queue('601').members).toBe(paused.members)
    expect(queue('601').waiting).toEqual([paused.waiting[0]])
    expect(queue('601').waiting[0]).toBe(paused.waiting[0])
    expect(queue('602')).toBe(second)
  })

  it('keeps one map, and lists each queue in the order of its first event', () => {
    const { current } = queues
    const lists: (readonly Queue[])[] = []
    queues.list$.subscribe(list => lists.push(list))
    wire.receive(member('add', 602, 12), member('add', 601, 12), member('pause', 602, 12))
    expect(lists).toEqual([[]])
    jest.advanceTimersByTime(16)
    expect(lists.slice(1).map(list => list.map(({ queue: name }) => name))).toEqual([['602', '601']])
    expect(queues.current).toBe(current)
    expect(lists.at(-1)).toEqual([...current.values()])
  })

  it('knows a queue also by the leaving of somebody unknown', () => {
    wire.receive(left(601, 'X'))
    expect(queue()).toEqual({ queue: '601', members: [], waiting: [], complete: false, stale: false })
  })

  describe('how sure it is', () => {
    it('says since when it knows, and not while there is no session', () => {
      expect(queues.since).toBe(START)
      wire.lost()
      expect(queues.since).toBeUndefined()
      jest.advanceTimersByTime(5_000)
      wire.began()
      expect(queues.since).toBe(START + 5_000)
    })

    it('does not doubt what came in the next session before its login was confirmed', () => {
      wire.lost()
      wire.receive(join(601, 'C'))
      wire.began()
      expect(queue()).toMatchObject({ stale: false })
      wire.receive(member('add', 601, 12))
      wire.lost()
      wire.receive(join(601, 'C'), member('unpause', 601, 12))
      wire.began()
      expect(queue()).toMatchObject({ stale: false })
    })

    it('is complete from the seed to the next gap', () => {
      wire.receive(member('add', 601, 12))
      expect(queue().complete).toBe(false)
      queues.seed([{ queue: '601', members: [{ member: '12', paused: false }], waiting: [] }])
      expect(queue()).toMatchObject({ complete: true, stale: false })
      wire.receive(member('pause', 601, 12))
      expect(queue().complete).toBe(true)
      wire.lost()
      expect(queue()).toMatchObject({ complete: false, stale: true })
    })

    it('is stale after a gap until each member and each caller was heard of', () => {
      wire.receive(member('add', 601, 12), member('add', 601, 13), join(601, 'C'), member('add', 602, 14))
      wire.lost()
      expect([queue('601').stale, queue('602').stale]).toEqual([true, true])
      wire.receive(member('pause', 601, 12), member('unpause', 601, 13))
      expect(queue('601').stale).toBe(true)
      wire.receive(join(601, 'C'))
      expect(queue('601').stale).toBe(false)
      expect(queue('602').stale).toBe(true)
      wire.receive(member('remove', 602, 14))
      expect(queue('602').stale).toBe(false)
    })

    it('emits that a queue has become fresh though nothing else of it is new', () => {
      wire.receive(member('add', 601, 12))
      wire.lost()
      news()
      wire.receive(member('unpause', 601, 12))
      expect(queue().stale).toBe(false)
      expect(news()).toEqual(['waiting 601 queue.unpause'])
    })
  })

  describe('seed()', () => {
    const seed = (members: [string, boolean, string?][], callers: string[] = [], name = '601') => ({
      queue: name,
      members: members.map(([who, paused, called]) => ({ member: who, paused, name: called })),
      waiting: callers.map(uniqueId => ({
        uniqueId,
        caller: CUSTOMER,
        callerName: 'Jana',
        waitingSince: START - 5_000,
      })),
    })

    it('makes queues known with members and callers, in order', () => {
      queues.seed([seed([['12', true, 'Peter']], ['C', 'D'])])
      expect(queue()).toEqual({
        queue: '601',
        members: [{ member: '12', name: 'Peter', paused: true, since: START }],
        waiting: ['C', 'D'].map((call, index) => ({
          call,
          caller: CUSTOMER,
          callerName: 'Jana',
          position: index + 1,
          since: START - 5_000,
          leaving: false,
        })),
        complete: true,
        stale: false,
      })
      expect(changes.every(({ event }) => event === undefined)).toBe(true)
      expect(new Set(news())).toEqual(new Set(['member 601', 'waiting 601']))
    })

    it('is emitted when all of it is known, as complete', () => {
      queues.seed([{ queue: '601', members: [{ member: '12', paused: false }], waiting: [{ uniqueId: 'C' }] }])
      expect(
        changes.map(({ kind, queue: { complete, members, waiting } }) => [
          kind,
          complete,
          members.length,
          waiting.length,
        ]),
      ).toEqual([
        ['member', true, 1, 1],
        ['waiting', true, 1, 1],
      ])
    })

    it('never overwrites what events have shown of members, and fills their names', () => {
      wire.receive(member('pause', 601, 12), member('add', 601, 14), member('remove', 601, 14), member('add', 601, 15))
      queues.seed([
        seed([
          ['12', false, 'Peter'],
          ['13', false],
          ['14', false],
        ]),
      ])
      expect(queue().members.map(({ member: who, name, paused }) => [who, name, paused])).toEqual([
        ['12', 'Peter', true],
        ['15', '', false],
        ['13', '', false],
      ])
    })

    it('takes the word of a later snapshot over that of an earlier', () => {
      queues.seed([
        seed([
          ['12', false],
          ['13', false],
        ]),
      ])
      jest.advanceTimersByTime(1_000)
      queues.seed([seed([['12', true]])])
      expect(queue().members).toEqual([{ member: '12', name: '', paused: true, since: START + 1_000 }])
      wire.receive(member('unpause', 601, 12))
      queues.seed([seed([['12', true]])])
      expect(queue().members[0]?.paused).toBe(false)
    })

    it('takes the word of the snapshot for members who are stale', () => {
      wire.receive(member('pause', 601, 12), member('add', 601, 13))
      wire.lost()
      jest.advanceTimersByTime(1_000)
      wire.began()
      queues.seed([seed([['12', false]])])
      expect(queue().members).toEqual([{ member: '12', name: '', paused: false, since: START + 1_000 }])
      expect(queue()).toMatchObject({ complete: true, stale: false })
    })

    it('keeps those who have joined since, behind those of the snapshot', () => {
      wire.receive(join(601, 'E', 3))
      queues.seed([seed([], ['C', 'D'])])
      expect(waiting()).toEqual(['C@1', 'D@2', 'E@3'])
    })

    it('does not put back a caller whom events have shown to be elsewhere, answered or over', () => {
      wire.receive(
        join(602, 'C'),
        join(601, 'D'),
        offer('A1', 'D', '12'),
        pickup('A1'),
        join(601, 'E'),
        end('E', 'cancel'),
        end('F', 'cancel'),
      )
      queues.seed([seed([], ['C', 'D', 'E', 'F', 'G'])])
      expect(waiting()).toEqual(['G@1'])
      expect(waiting('602')).toEqual(['C@1'])
    })

    it('takes out who is stale and not in it, keeps the clock of who is, and leaves other queues alone', () => {
      wire.receive(join(601, 'C'), join(601, 'D', 2), join(602, 'E'))
      wire.lost()
      jest.advanceTimersByTime(1_000)
      wire.began()
      queues.seed([seed([], ['D'])])
      expect(waiting()).toEqual(['D@1'])
      expect(queue().waiting[0]?.since).toBe(START)
      expect(waiting('602')).toEqual(['E@1'])
      expect(queue('602')).toMatchObject({ stale: true, complete: false })
    })

    it('seeded again changes nothing', () => {
      queues.seed([seed([['12', true]], ['C'])])
      const before = queue()
      news()
      queues.seed([seed([['12', true]], ['C'])])
      expect(queue()).toBe(before)
      expect(news()).toEqual([])
    })

    it('the callers that it made known go on by their events', () => {
      queues.seed([seed([], ['C', 'D'])])
      wire.receive(offer('A1', 'C', '12'), pickup('A1'))
      expect(waiting()).toEqual(['D@1'])
      wire.receive(left(601, 'D'), join(602, 'D'))
      expect(queue('602').waiting[0]?.since).toBe(START - 5_000)
    })
  })

  it('listens no more after close(), leaves no timer, and completes its streams', () => {
    const ended: string[] = []
    queues.list$.subscribe({ complete: () => ended.push('list$') })
    queues.change$.subscribe({ complete: () => ended.push('change$') })
    wire.receive(join(601, 'C'), left(601, 'C'))
    queues.close()
    expect(ended).toEqual(['list$', 'change$'])
    expect([wire.trackers.size, jest.getTimerCount()]).toEqual([0, 0])
    expect(queues.since).toBeUndefined()
  })

  it('takes an isExtension that throws for the default one, and says so as an uncaught error', () => {
    track({
      isExtension: () => {
        throw new Error('mine')
      },
    })
    wire.receive(begin('C', '601'), join(601, 'C'))
    expect(waiting()).toEqual(['C@1'])
    expect(() => jest.runOnlyPendingTimers()).toThrow('mine')
  })
})
