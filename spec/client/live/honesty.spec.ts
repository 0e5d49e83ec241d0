import { describe, expect, it } from '@jest/globals'
import { type CallSeed, createPbxClient, InvalidOptionsError, trackCalls, trackQueues } from '../../../src/index.js'
import {
  begin,
  COMPANY,
  CUSTOMER,
  created,
  end,
  join,
  left,
  legs,
  offer,
  pickup,
  redirection,
  waiting,
} from './frames.js'
import { stage } from './stage.js'

const HOUR = 3_600_000

/** One call of each phase, and then a gap. */
const afterGap = (options = {}) => {
  const on = stage(options)
  on.receive(
    begin('R', '12'),
    begin('Q', '601'),
    join(601, 'Q'),
    offer('A1', 'Q', '13'),
    begin('T', '12'),
    pickup('T'),
    begin('O', '12'),
    end('O', 'busy'),
  )
  on.calls.lost()
  on.news()
  return on
}

describe('after a gap', () => {
  it('whatever is not over is stale and cannot be controlled; what is over stays what it was', () => {
    const on = afterGap()
    for (const id of ['R', 'Q', 'T']) expect(on.call(id)).toMatchObject({ stale: true, controllable: false })
    expect(on.call('O')).toMatchObject({ stale: false, phase: 'ended' })
    expect(['R', 'Q', 'T'].map(id => on.call(id).phase)).toEqual(['ringing', 'queued', 'answered'])
    expect(waiting(on, '601')).toBe('Q@1')
  })

  it('each turns fresh with its own next event, and the others do not', () => {
    const on = afterGap()
    on.receive(redirection('R', '14'))
    expect(['R', 'Q', 'T'].map(id => on.call(id).stale)).toEqual([false, true, true])
    expect(on.call('R')).toMatchObject({ phase: 'ringing', controllable: false })
  })

  it.each([
    ['a pickup of its leg', [pickup('A1')]],
    ['a join', [join(601, 'Q', 2)]],
    ['a redirect', [redirection('Q', '14')]],
    ['the same begin again', [begin('Q', '601')]],
  ])('%s proves a waiting caller', (_, frames) => {
    const on = afterGap()
    on.receive(...frames)
    expect(on.call('Q')).toMatchObject({ stale: false, controllable: false })
    expect(on.call('R').stale).toBe(true)
  })

  it("the end of a leg proves nothing of its caller's channel", () => {
    const on = afterGap()
    on.receive(end('A1', 'cancel'))
    expect(on.call('Q').stale).toBe(true)
    expect(legs(on, 'Q')).toBe('agent 13 cancel')
  })

  it('the end of a stale call ends it, and it is stale no more', () => {
    const on = afterGap()
    on.receive(end('T'))
    expect(on.call('T')).toMatchObject({ phase: 'ended', status: 'answer', missed: false, stale: false })
  })

  it.each([
    ['answer', false],
    ['noanswer', true],
  ])('a stale call that nobody was heard to answer and that ends as %s was missed: %s', (status, missed) => {
    const on = afterGap()
    on.receive(end('R', status))
    expect(on.call('R')).toMatchObject({ phase: 'ended', status, missed })
  })

  it('a call that begins in the new session can be controlled', () => {
    const on = afterGap()
    on.receive(begin('N', '12'), created('M', 'r'), join(601, 'J', 2), offer('A9', 'P', '12'))
    expect(['N', 'M', 'J', 'P'].map(id => on.call(id).controllable)).toEqual([true, true, false, false])
  })

  it('an offer of somebody unknown makes a call that is fresh and waits', () => {
    const on = afterGap()
    on.receive(offer('A2', 'D', '12'))
    expect(on.call('D')).toMatchObject({ phase: 'queued', stale: false, controllable: false })
  })

  it('another id of an API-created call, which comes after it began and was lost sight of, does not prove it', () => {
    const on = stage()
    on.receive(created('1'), begin('2', '601'))
    on.calls.lost()
    on.receive(created('2'))
    expect(on.call('1')).toMatchObject({ uniqueIds: ['1', '2'], stale: true })
    on.clock.pass(4 * HOUR)
    expect(on.call('1').phase).toBe('lost')
  })

  it('one that began since does', () => {
    const on = stage()
    on.receive(created('1'))
    on.calls.lost()
    on.receive(begin('2', '601'), created('2'))
    expect(on.call('1')).toMatchObject({ uniqueIds: ['1', '2'], stale: false })
    on.clock.pass(4 * HOUR)
    expect(on.call('1').phase).toBe('ringing')
  })

  it('a second gap leaves what is stale the same object', () => {
    const on = afterGap()
    const before = on.call('R')
    on.calls.lost()
    expect(on.call('R')).toBe(before)
  })

  it('a redirect of a stale call does not show who still talked', () => {
    const on = afterGap()
    on.receive(redirection('T', '14'))
    expect(on.call('T')).toMatchObject({ phase: 'ringing', stale: false })
    expect(on.call('T').answeredBy).toBeUndefined()
  })

  it('a second gap makes fresh calls stale again, and starts no new time for those that were', () => {
    const on = afterGap({ staleAfter: 4 * HOUR })
    on.clock.pass(2 * HOUR)
    on.receive(redirection('R', '14'))
    on.calls.lost()
    expect(on.call('R').stale).toBe(true)
    on.clock.pass(2 * HOUR)
    expect(['R', 'Q', 'T'].map(id => on.call(id).phase)).toEqual(['ringing', 'lost', 'lost'])
  })
})

describe('time limits', () => {
  it('drop a stale call as lost after staleAfter, and not before', () => {
    const on = afterGap({ staleAfter: 1_000, keepEnded: 100 })
    on.clock.pass(999)
    expect(on.call('Q').phase).toBe('queued')
    on.clock.pass(1)
    expect(on.call('Q')).toMatchObject({ phase: 'lost', missed: false, controllable: false, stale: true })
    expect(on.call('Q').endedAt).toBeUndefined()
    expect(on.call('Q').queue).toBeUndefined()
    expect(waiting(on, '601')).toBe('')
    expect(on.news()).toEqual(['end R', 'end Q', 'end T'])
    expect(on.changes.at(-1)?.event).toBeUndefined()
    on.clock.pass(20_000)
    expect(on.calls.size).toBe(0)
  })

  it('do not drop what has turned fresh', () => {
    const on = afterGap({ staleAfter: 1_000 })
    on.receive(redirection('R', '14'))
    on.clock.pass(60_000)
    expect(on.call('R').phase).toBe('ringing')
  })

  it('drop a call of which nothing was heard for expireAfter; any event of it begins the time anew', () => {
    const on = stage({ expireAfter: 1_000 })
    on.receive(begin('C', '601'))
    on.clock.pass(900)
    on.receive(join(601, 'C'))
    on.clock.pass(900)
    on.receive(offer('A1', 'C', '12'))
    on.clock.pass(999)
    expect(on.call('C').phase).toBe('queued')
    on.clock.pass(1)
    expect(on.call('C')).toMatchObject({ phase: 'lost', stale: false })
  })

  it('keep their default lengths: 4 and 12 hours, and 10 seconds for what has ended', () => {
    const on = afterGap()
    on.receive(begin('N', '12'))
    on.clock.pass(4 * HOUR - 1)
    expect(on.call('R').phase).toBe('ringing')
    on.clock.pass(1)
    expect(on.call('R').phase).toBe('lost')
    on.clock.pass(9_999)
    expect(on.calls.find('R')).toBeDefined()
    on.clock.pass(1)
    expect(on.calls.find('R')).toBeUndefined()
    on.clock.pass(8 * HOUR - 10_001)
    expect(on.call('N').phase).toBe('ringing')
    on.clock.pass(1)
    expect(on.call('N').phase).toBe('lost')
  })

  it('a call that was given up and ends after all has ended', () => {
    const on = stage({ expireAfter: 1_000 })
    on.receive(begin('C', '12'))
    on.clock.pass(1_000)
    on.news()
    on.receive(end('C', 'busy'))
    expect(on.call('C')).toMatchObject({ phase: 'ended', status: 'busy', missed: true })
    expect(on.news()).toEqual(['update C'])
  })

  it('forget an ended call with all its ids after keepEnded', () => {
    const on = stage({ keepEnded: 5_000 })
    on.receive(
      created('1'),
      created('2'),
      begin('2', '601', { caller: '12' }),
      join(601, '2'),
      offer('A1', '2', '13'),
      pickup('A1'),
      end('2'),
    )
    on.clock.pass(4_999)
    for (const id of ['1', '2', 'A1']) expect(on.calls.find(id)?.call.id).toBe('1')
    expect(on.calls.findByRandomId('r1')?.call.id).toBe('1')
    on.clock.pass(1)
    for (const id of ['1', '2', 'A1']) expect(on.calls.find(id)).toBeUndefined()
    expect(on.calls.findByRandomId('r1')).toBeUndefined()
    on.clock.pass(10_000)
    expect([on.calls.current.size, on.calls.size, on.clock.pending()]).toEqual([0, 0, 0])
  })
})

describe('seed()', () => {
  const seed = (uniqueId: string, more: Partial<CallSeed> = {}): CallSeed => ({ uniqueId, phase: 'ringing', ...more })

  it('makes calls known that cannot be controlled and are not stale', () => {
    const on = stage()
    on.seed(
      seed('R', {
        caller: CUSTOMER,
        callerName: 'Jana',
        callee: '12',
        calleeName: 'Peter',
        calledNumber: COMPANY,
        startedAt: 5,
      }),
      seed('Q', { caller: CUSTOMER, callee: '601', phase: 'queued' }),
      seed('T', { caller: '12', callee: CUSTOMER, phase: 'answered', startedAt: 5, answeredAt: 6 }),
    )
    expect(on.call('R')).toEqual({
      id: 'R',
      uniqueId: 'R',
      uniqueIds: ['R'],
      caller: CUSTOMER,
      callerName: 'Jana',
      callee: '12',
      calleeName: 'Peter',
      calledNumber: COMPANY,
      direction: 'inbound',
      phase: 'ringing',
      legs: [{ uniqueId: 'R', callee: '12', calleeName: 'Peter', kind: 'direct', beganAt: 5 }],
      startedAt: 5,
      missed: false,
      controllable: false,
      stale: false,
    })
    expect(on.call('Q')).toMatchObject({ phase: 'queued', legs: [], startedAt: on.clock.now() })
    expect(on.call('T')).toMatchObject({
      phase: 'answered',
      answeredAt: 6,
      answeredBy: CUSTOMER,
      direction: 'outbound',
    })
    expect(on.news()).toEqual(['begin R', 'begin Q', 'begin T'])
    expect(on.changes.every(({ event }) => event === undefined)).toBe(true)
  })

  it("with an agent's leg makes it the caller's, in any order of the snapshot, also without its caller", () => {
    const caller = seed('C', { caller: CUSTOMER, callee: '601', phase: 'answered' })
    const leg = seed('A1', {
      fromQueueUniqueId: 'C',
      caller: CUSTOMER,
      callee: '12',
      phase: 'answered',
      startedAt: 5,
      answeredAt: 6,
    })
    for (const snapshot of [[caller, leg], [leg, caller], [leg]]) {
      const on = stage()
      on.seed(...snapshot)
      expect([...on.calls.current.keys()]).toEqual(['C'])
      expect(on.call('A1')).toMatchObject({ id: 'C', caller: CUSTOMER, phase: 'answered', answeredBy: '12' })
      expect(legs(on, 'C')).toBe('agent 12')
      on.receive(end('A1'), end('C'))
      expect(on.call('C')).toMatchObject({ phase: 'ended', missed: false })
    }
  })

  it('with a leg that rings leaves its caller waiting', () => {
    const on = stage()
    on.seed(seed('A1', { fromQueueUniqueId: 'C', caller: CUSTOMER, callee: '12' }))
    expect(on.call('C')).toMatchObject({ phase: 'queued', caller: CUSTOMER, callee: '' })
    on.receive(pickup('A1'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '12' })
  })

  it('never overwrites what events have shown, and fills its blanks', () => {
    const on = stage()
    on.receive(begin('C', '12', { caller_name: '' }), pickup('C'))
    const { answeredAt, startedAt } = on.call('C')
    on.clock.pass(1_000)
    on.seed(
      seed('C', {
        caller: '0999',
        callerName: 'Jana',
        callee: '13',
        calledNumber: '1',
        phase: 'ringing',
        startedAt: 1,
      }),
    )
    expect(on.call('C')).toMatchObject({
      caller: CUSTOMER,
      callerName: 'Jana',
      callee: '12',
      calledNumber: COMPANY,
      phase: 'answered',
      startedAt,
      answeredAt,
      controllable: true,
    })
    expect(on.news().at(-1)).toBe('update C')
  })

  it('does not end what is fresh and missing, begin what has ended, nor touch what waits', () => {
    const on = stage()
    on.receive(begin('C', '601'), join(601, 'C'), begin('E', '12'), end('E', 'busy'), end('U'))
    const [c, e] = [on.call('C'), on.call('E')]
    on.news()
    on.seed(seed('E', { phase: 'answered' }), seed('U'))
    expect([on.call('C'), on.call('E')]).toEqual([c, e])
    expect(on.calls.find('U')).toBeUndefined()
    expect(on.news()).toEqual([])
    on.seed(seed('C', { phase: 'answered' }))
    expect(on.call('C').phase).toBe('queued')
  })

  it('settles what is stale: it becomes what the snapshot says, and fresh', () => {
    const on = afterGap()
    on.seed(
      seed('R', { callee: '12', phase: 'answered', answeredAt: 7 }),
      seed('Q', { phase: 'queued' }),
      seed('T', { callee: '12', phase: 'answered' }),
    )
    expect(on.call('R')).toMatchObject({ phase: 'answered', answeredBy: '12', stale: false, controllable: false })
    expect(on.call('Q')).toMatchObject({ phase: 'queued', stale: false })
    expect(on.call('T')).toMatchObject({ phase: 'answered', answeredBy: '12', stale: false })
    expect(waiting(on, '601')).toBe('Q@1')
    expect(legs(on, 'Q')).toBe('agent 13 over')
    on.clock.pass(5 * HOUR)
    expect(on.call('R').phase).toBe('answered')
  })

  it('takes a stale caller out of the queue whom the snapshot shows answered by an agent', () => {
    const on = afterGap()
    on.seed(
      seed('Q', { phase: 'answered' }),
      seed('A1', { fromQueueUniqueId: 'Q', callee: '13', phase: 'answered', answeredAt: 8 }),
    )
    expect(on.call('Q')).toMatchObject({ phase: 'answered', answeredBy: '13', stale: false })
    expect(waiting(on, '601')).toBe('')
    expect(legs(on, 'Q')).toBe('agent 13')
  })

  it("ends whoever was rung on the caller's own channel where the snapshot shows an agent's leg instead", () => {
    const on = afterGap()
    on.seed(
      seed('R', { callee: '12', phase: 'answered' }),
      seed('A9', { fromQueueUniqueId: 'R', callee: '13', phase: 'answered' }),
    )
    expect(legs(on, 'R')).toBe('direct 12 over, agent 13')
    expect(on.call('R')).toMatchObject({ phase: 'answered', answeredBy: '13' })
  })

  it('ends what is stale and not in the snapshot, without a status, since nobody knows how it ended', () => {
    const on = afterGap()
    on.seed(seed('R'))
    expect(on.call('Q')).toMatchObject({ phase: 'ended', stale: false, missed: false })
    expect(on.call('Q').status).toBeUndefined()
    expect(waiting(on, '601')).toBe('')
    expect(on.news().filter(line => line.startsWith('end'))).toEqual(['end Q', 'end T'])
    on.clock.pass(10_000)
    expect([...on.calls.current.keys()]).toEqual(['R'])
  })

  it('of nothing ends all that is stale', () => {
    const on = afterGap()
    on.seed()
    on.clock.pass(20_000)
    expect(on.calls.size).toBe(0)
  })

  it('takes an empty parent, and itself as a parent, for none', () => {
    const on = stage()
    on.seed(seed('C', { fromQueueUniqueId: '', callee: '12' }), seed('D', { fromQueueUniqueId: 'D', callee: '13' }))
    expect([...on.calls.current.keys()]).toEqual(['C', 'D'])
    expect([legs(on, 'C'), legs(on, 'D')]).toEqual(['direct 12', 'direct 13'])
  })

  it('seeded again changes nothing', () => {
    const on = stage()
    const snapshot = [
      seed('C', { callee: '601', caller: CUSTOMER, phase: 'answered' }),
      seed('A1', { fromQueueUniqueId: 'C', callee: '12', phase: 'answered' }),
    ]
    on.seed(...snapshot)
    on.news()
    on.seed(...snapshot)
    expect(on.news()).toEqual([])
  })

  it('of a call to a known queue does not say who was rung or has answered', () => {
    const on = stage()
    on.receive(join(601, 'X'))
    on.seed(seed('C', { callee: '601', phase: 'answered' }), seed('D', { callee: '601' }))
    expect(on.call('C')).toMatchObject({ phase: 'answered', legs: [], answeredAt: on.clock.now() })
    expect(on.call('C').answeredBy).toBeUndefined()
    expect(on.call('D').legs).toEqual([])
  })

  it('a seeded call goes on by its events', () => {
    const on = stage()
    on.seed(seed('C', { caller: CUSTOMER, callee: '601', phase: 'queued' }))
    on.receive(left(601, 'C'), join(602, 'C', 3))
    expect(on.call('C')).toMatchObject({ phase: 'queued', queue: { queue: '602', position: 3 }, controllable: false })
    on.receive(end('C', 'cancel'))
    expect(on.call('C').missed).toBe(true)
  })

  describe('what cannot be read is refused, and then nothing is merged', () => {
    const pbx = createPbxClient({ credentials: { username: 'viptel', password: 'secret' } })
    const good = { uniqueId: 'C', phase: 'ringing' }

    it.each([
      ['no array', {}, "'seed(calls)' must be an array, not [object Object]."],
      ['no object', [good, null], "'seed(calls)[1]' must be an object, not null."],
      [
        'a number as id',
        [good, { ...good, uniqueId: 1795500000.1 }],
        "'seed(calls)[1].uniqueId' must be a unique_id, a non-empty string, not 1795500000.1.",
      ],
      ['an empty id', [good, { ...good, uniqueId: '' }], "'seed(calls)[1].uniqueId' must be a unique_id"],
      [
        'a number as the parent',
        [good, { ...good, fromQueueUniqueId: 1 }],
        "'seed(calls)[1].fromQueueUniqueId' must be a string, not 1.",
      ],
      ['a number as a caller', [good, { ...good, caller: 12 }], "'seed(calls)[1].caller' must be a string, not 12."],
      [
        'null as a name',
        [good, { ...good, calleeName: null }],
        "'seed(calls)[1].calleeName' must be a string, not null.",
      ],
      [
        'a phase of no running call',
        [good, { ...good, phase: 'ended' }],
        "'seed(calls)[1].phase' must be ringing, queued or answered, not ended.",
      ],
      [
        'a time that is none',
        [good, { ...good, startedAt: Number.NaN }],
        "'seed(calls)[1].startedAt' must be a time in ms since the epoch, not NaN.",
      ],
      ['a date', [good, { ...good, answeredAt: new Date(0) }], "'seed(calls)[1].answeredAt' must be a time"],
    ])('%s as a call', (_, seeds, message) => {
      const calls = trackCalls(pbx)
      const seeding = () => calls.seed(seeds as never)
      expect(seeding).toThrow(InvalidOptionsError)
      expect(seeding).toThrow(message)
      expect(calls.current.size).toBe(0)
    })

    const queue = { queue: '601', members: [], waiting: [] }
    it.each([
      ['no array', {}, "'seed(queues)' must be an array, not [object Object]."],
      ['a number as queue', [queue, { ...queue, queue: 601 }], "'seed(queues)[1].queue' must be a string, not 601."],
      [
        'no members',
        [queue, { ...queue, members: undefined }],
        "'seed(queues)[1].members' must be an array, not undefined.",
      ],
      [
        'no name of a member',
        [queue, { ...queue, members: [{ paused: true }] }],
        "'seed(queues)[1].members[0].member' must be a string",
      ],
      [
        'a member without paused',
        [queue, { ...queue, members: [{ member: '12' }] }],
        "members[0].paused' must be true or false, not undefined.",
      ],
      [
        'a number as the name of a member',
        [queue, { ...queue, members: [{ member: '12', name: 1, paused: true }] }],
        "members[0].name' must be a string, not 1.",
      ],
      ['no waiting', [queue, { ...queue, waiting: null }], "'seed(queues)[1].waiting' must be an array, not null."],
      ['a number as id', [queue, { ...queue, waiting: [{ uniqueId: 1 }] }], "waiting[0].uniqueId' must be a unique_id"],
      [
        'a number as caller',
        [queue, { ...queue, waiting: [{ uniqueId: 'C', caller: 1 }] }],
        "waiting[0].caller' must be a string",
      ],
      [
        'a number as name',
        [queue, { ...queue, waiting: [{ uniqueId: 'C', callerName: 1 }] }],
        "waiting[0].callerName' must be a string",
      ],
      [
        'a time that is none',
        [queue, { ...queue, waiting: [{ uniqueId: 'C', waitingSince: 'x' }] }],
        "waiting[0].waitingSince' must be a time",
      ],
    ])('%s as a queue', (_, seeds, message) => {
      const queues = trackQueues(pbx)
      const seeding = () => queues.seed(seeds as never)
      expect(seeding).toThrow(InvalidOptionsError)
      expect(seeding).toThrow(message)
      expect(queues.current.size).toBe(0)
    })
  })
})
