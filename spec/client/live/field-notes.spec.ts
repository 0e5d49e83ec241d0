import { describe, expect, it } from '@jest/globals'
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
import { type Stage, stage } from './stage.js'

const ended = (on: Stage, id: string) => {
  const { phase, status, missed, answeredBy } = on.call(id)
  return { phase, status, missed, answeredBy }
}
/** A customer waits in 601. */
const queued = (options = {}) => {
  const on = stage(options)
  on.receive(begin('C', '601'), join(601, 'C'))
  return on
}
/** All permutations of a list. */
const orders = <T>(list: readonly T[]): T[][] =>
  list.length < 2
    ? [[...list]]
    : list.flatMap((one, index) =>
        orders([...list.slice(0, index), ...list.slice(index + 1)]).map(rest => [one, ...rest]),
      )

describe('frames', () => {
  it('with numbers where others have strings mean the same', () => {
    const on = stage()
    on.receive(begin('C', 601, { caller: 900111222 }), join('601', 'C', '3'))
    expect(on.call('C')).toMatchObject({
      callee: '601',
      caller: CUSTOMER,
      phase: 'queued',
      queue: { queue: '601', position: 3 },
    })
  })

  it('with names that are null or missing name nobody', () => {
    const on = stage()
    on.receive(begin('C', '12', { caller_name: null, callee_name: undefined }))
    expect(on.call('C')).toMatchObject({ callerName: '', calleeName: '' })
  })

  it('of an offer show whose it is by from_queue_unique_id', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12', { callee_name: 'Peter' }))
    expect(on.call('A1')).toBe(on.call('C'))
    expect(on.call('C').legs).toEqual([
      { uniqueId: 'A1', callee: '12', calleeName: 'Peter', kind: 'agent', beganAt: on.clock.now() },
    ])
  })

  it('with an empty or null from_queue_unique_id are no offers', () => {
    const on = stage()
    on.receive(begin('C', '12', { from_queue_unique_id: null }), begin('D', '13', { from_queue_unique_id: '' }))
    expect([legs(on, 'C'), legs(on, 'D')]).toEqual(['direct 12', 'direct 13'])
  })
})

describe('one caller, many legs', () => {
  it('the journey of the notes: two queues, two offers, one caller', () => {
    const on = stage()
    on.receive(begin('C', '601'))
    const started = on.clock.now()
    on.clock.pass(500)
    on.receive(join(601, 'C'))
    const joined = on.clock.now()
    on.receive(offer('A1', 'C', '12'))
    on.clock.pass(20_000)
    on.receive(end('A1', 'noanswer'))
    on.clock.pass(10_000)
    on.receive(left(601, 'C'))
    expect(waiting(on, '601')).toBe('C@1 leaving')
    expect(on.call('C')).toMatchObject({ phase: 'queued', queue: { queue: '601', waitingSince: joined } })
    on.clock.pass(2_000)
    on.receive(join(602, 'C'))
    expect([waiting(on, '601'), waiting(on, '602')]).toEqual(['', 'C@1'])
    expect(on.call('C').queue).toEqual({ queue: '602', position: 1, joinedAt: on.clock.now(), waitingSince: joined })
    on.receive(offer('A2', 'C', '13'))
    on.clock.pass(3_000)
    on.receive(pickup('A2'))
    const answeredAt = on.clock.now()
    expect(waiting(on, '602')).toBe('')
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '13', answeredAt })
    expect(on.call('C').queue).toBeUndefined()
    on.clock.pass(60_000)
    on.receive(end('A2'))
    expect(on.call('C').phase).toBe('answered')
    on.receive(end('C'))
    expect(on.call('C')).toMatchObject({
      id: 'C',
      uniqueId: 'C',
      uniqueIds: ['C'],
      caller: CUSTOMER,
      callee: '601',
      calledNumber: COMPANY,
      direction: 'inbound',
      phase: 'ended',
      status: 'answer',
      answeredBy: '13',
      answeredAt,
      startedAt: started,
      endedAt: on.clock.now(),
      missed: false,
      controllable: false,
    })
    expect(legs(on, 'C')).toBe('agent 12 noanswer, agent 13 answer')
    expect(on.news()).toEqual([
      'begin C',
      'queue C',
      'offer C > 12',
      'update C > 12',
      'queue C',
      'queue C',
      'offer C > 13',
      'answer C > 13',
      'update C > 13',
      'end C',
    ])
    expect(on.calls.current.size).toBe(1)
  })

  it('the end of an offer may come after the next one began, and is its own', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), offer('A2', 'C', '13'), end('A1', 'noanswer'))
    expect(legs(on, 'C')).toBe('agent 12 noanswer, agent 13')
    expect(on.call('C').phase).toBe('queued')
    on.receive(pickup('A2'), end('A1', 'cancel'))
    expect(legs(on, 'C')).toBe('agent 12 noanswer, agent 13')
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '13' })
  })

  it('who leaves a queue is not gone: keeps the place for hopGrace, and only then disappears from it', () => {
    const on = queued({ hopGrace: 10_000 })
    on.receive(left(601, 'C'))
    on.clock.pass(9_999)
    expect(waiting(on, '601')).toBe('C@1 leaving')
    on.news()
    on.clock.pass(1)
    expect(waiting(on, '601')).toBe('')
    expect(on.news()).toEqual(['update C'])
    expect(on.changes.at(-1)?.event).toBeUndefined()
    expect(on.call('C')).toMatchObject({ phase: 'ringing', missed: false })
    expect(on.call('C').queue).toBeUndefined()
  })

  it('a hop later than hopGrace starts another wait', () => {
    const on = queued({ hopGrace: 1_000 })
    on.receive(left(601, 'C'))
    on.clock.pass(1_001)
    on.receive(join(602, 'C'))
    expect(on.call('C').queue?.waitingSince).toBe(on.clock.now())
  })

  it('a hop without a queue.left keeps the clock of the wait', () => {
    const on = queued()
    const since = on.clock.now()
    on.clock.pass(30_000)
    on.receive(join(602, 'C'))
    expect([waiting(on, '601'), waiting(on, '602')]).toEqual(['', 'C@1'])
    expect(on.call('C').queue?.waitingSince).toBe(since)
    on.receive(left(601, 'C'))
    expect(waiting(on, '602')).toBe('C@1')
  })

  it('who joins the same queue again within the grace has waited since the first join', () => {
    const on = queued()
    const since = on.clock.now()
    on.clock.pass(1_000)
    on.receive(left(601, 'C'))
    on.clock.pass(2_000)
    on.receive(join(601, 'C'))
    expect(on.call('C').queue).toEqual({ queue: '601', position: 1, joinedAt: on.clock.now(), waitingSince: since })
    on.clock.pass(20_000)
    expect(waiting(on, '601')).toBe('C@1')
  })

  it('a caller who hangs up while waiting has ended and is missed', () => {
    const on = queued()
    on.receive(left(601, 'C'), end('C', 'cancel'))
    expect(ended(on, 'C')).toEqual({ phase: 'ended', status: 'cancel', missed: true, answeredBy: undefined })
    expect(waiting(on, '601')).toBe('')
    expect(on.call('C').queue).toBeUndefined()
  })

  it('the end of the caller ends the journey, whatever still rings', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), offer('A2', 'C', '13'), end('C', 'cancel'))
    expect(on.call('C').phase).toBe('ended')
    expect(legs(on, 'C')).toBe('agent 12, agent 13')
    on.receive(end('A1', 'cancel'))
    expect(legs(on, 'C')).toBe('agent 12 cancel, agent 13')
    expect(on.news().slice(-2)).toEqual(['end C', 'update C > 12'])
  })

  it('the end of an agent leg ends no journey, answered or not', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), end('A1', 'busy'))
    expect(on.call('C').phase).toBe('queued')
    on.receive(offer('A2', 'C', '13'), pickup('A2'), end('A2'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '13' })
    expect(on.call('C').endedAt).toBeUndefined()
  })

  it("a redirect out of a queue keeps the customer's identity, and is no new call", () => {
    const on = queued()
    on.receive(left(601, 'C'), redirection('C', '14'))
    expect(on.calls.current.size).toBe(1)
    expect(on.call('C')).toMatchObject({
      caller: CUSTOMER,
      callee: '601',
      calledNumber: COMPANY,
      direction: 'inbound',
      phase: 'ringing',
    })
    expect(waiting(on, '601')).toBe('')
    expect(legs(on, 'C')).toBe('redirect 14')
    expect(on.news()).toEqual(['begin C', 'queue C', 'queue C', 'redirect C > 14'])
  })

  it('a redirect begin ends the wait also where no queue.left came', () => {
    const on = queued()
    on.receive(redirection('C', '14'))
    expect(waiting(on, '601')).toBe('')
    on.receive(left(601, 'C'))
    expect(on.call('C').phase).toBe('ringing')
    on.clock.pass(60_000)
    expect(on.call('C').phase).toBe('ringing')
  })

  it('a waiting call taken by redirect runs and ends on its own id', () => {
    const on = queued()
    on.receive(redirection('C', '14'), pickup('C'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '14' })
    on.receive(end('C'))
    expect(ended(on, 'C')).toEqual({ phase: 'ended', status: 'answer', missed: false, answeredBy: '14' })
    expect(legs(on, 'C')).toBe('redirect 14 answer')
  })

  it('a redirect that nobody takes is missed', () => {
    const on = queued()
    on.receive(redirection('C', '14'), end('C', 'noanswer'))
    expect(ended(on, 'C')).toMatchObject({ missed: true, status: 'noanswer' })
  })

  it('an agent who talks to a caller may be offered the same caller: two live legs, one journey', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), pickup('A1'), offer('A2', 'C', '12'))
    expect(legs(on, 'C')).toBe('agent 12, agent 12')
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '12' })
    on.receive(end('A2', 'busy'))
    expect(on.call('C').phase).toBe('answered')
    expect(legs(on, 'C')).toBe('agent 12, agent 12 busy')
  })

  it('the same offer announced twice is one leg, and no second offer', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'))
    on.news()
    on.receive(offer('A1', 'C', '12'))
    expect(on.news()).toEqual([])
    expect(legs(on, 'C')).toBe('agent 12')
    on.receive(pickup('A1'), offer('A1', 'C', '12'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '12' })
    on.receive(end('A1'), offer('A1', 'C', '12'))
    expect(legs(on, 'C')).toBe('agent 12 answer')
  })

  it("'answered' on the caller's channel before its queue means that the queue took it, and is no answer", () => {
    const on = stage()
    on.receive(begin('C', '601'), pickup('C'), join(601, 'C'))
    expect(on.call('C')).toMatchObject({ phase: 'queued', missed: false })
    expect(on.call('C').answeredBy).toBeUndefined()
    expect(on.call('C').answeredAt).toBeUndefined()
    on.receive(end('C', 'answer'))
    expect(on.call('C').missed).toBe(true)
  })

  it('a queue that is known by its name answers no call', () => {
    const on = queued()
    on.receive(begin('D', '601'), pickup('D'))
    expect(on.call('D')).toMatchObject({ phase: 'ringing' })
    expect(on.call('D').answeredBy).toBeUndefined()
  })

  it("a pickup of the caller's channel while an agent rings is no answer", () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), pickup('C'))
    expect(on.call('C').phase).toBe('queued')
    on.receive(pickup('A1'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '12' })
  })

  it('while the only agent rings for the first caller, the second waits without any leg', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), begin('D', '601', { caller: '0911' }), join(601, 'D', 2, { caller: '0911' }))
    expect(waiting(on, '601')).toBe('C@1, D@2')
    expect(on.call('D').legs).toEqual([])
  })
})

describe('actions, where calls show them', () => {
  it('to hang up only the agent leg makes the queue ring the next one', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), end('A1', 'busy'), offer('A2', 'C', '13'))
    expect(on.call('C').phase).toBe('queued')
    expect(waiting(on, '601')).toBe('C@1')
    expect(legs(on, 'C')).toBe('agent 12 busy, agent 13')
  })

  it('a redirect of an outbound call replaces the customer who was called, but not in the identity', () => {
    const on = stage()
    on.receive(begin('C', CUSTOMER, { caller: '12', called_number: CUSTOMER }), pickup('C'), redirection('C', '14'))
    expect(on.call('C')).toMatchObject({
      caller: '12',
      callee: CUSTOMER,
      direction: 'outbound',
      phase: 'ringing',
      answeredBy: CUSTOMER,
    })
    on.receive(pickup('C'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '14', direction: 'outbound' })
  })

  it.each([
    ['12', 'internal'],
    ['12345678', 'internal'],
    ['123456789', 'outbound'],
    ['0900111222', 'outbound'],
    ['0042012345678', 'outbound'],
    ['421900111222', 'outbound'],
    ['+12', 'outbound'],
    ['012', 'outbound'],
  ])('a call of an extension to %s is %s', (callee, direction) => {
    const on = stage()
    on.receive(begin('C', callee, { caller: '42' }))
    expect(on.call('C').direction).toBe(direction)
  })

  it.each(['0900111222', '421900111222', '00421900111222', '+421900111222', '123456789'])(
    'a call from %s is inbound',
    caller => {
      const on = stage()
      on.receive(begin('C', '12', { caller }))
      expect(on.call('C').direction).toBe('inbound')
    },
  )
})

describe('what an Asterisk does', () => {
  it('an API-created call has two ids and is one call', () => {
    const on = stage()
    on.receive(created('1'), begin('1', CUSTOMER, { caller: '12', called_number: CUSTOMER }))
    on.clock.pass(1_000)
    on.receive(pickup('1'), created('2'), begin('2', CUSTOMER, { caller: '12', called_number: CUSTOMER }))
    expect(on.calls.current.size).toBe(1)
    expect(on.call('2')).toMatchObject({
      id: '1',
      uniqueId: '2',
      uniqueIds: ['1', '2'],
      callRandomId: 'r1',
      phase: 'ringing',
      direction: 'outbound',
    })
    expect(on.call('2').answeredBy).toBeUndefined()
    on.receive(end('1'))
    expect(on.call('1').phase).toBe('ringing')
    on.receive(pickup('2'))
    expect(on.call('1')).toMatchObject({ phase: 'answered', answeredBy: CUSTOMER, answeredAt: on.clock.now() })
    on.receive(end('2'))
    expect(ended(on, '1')).toEqual({ phase: 'ended', status: 'answer', missed: false, answeredBy: CUSTOMER })
  })

  it('one with internal helper channels is one call for all of its six ids', () => {
    const on = stage()
    for (const id of ['1', '2', '3', '4', '5', '6']) on.receive(created(id))
    expect(on.calls.current.size).toBe(1)
    expect(on.call('3')).toMatchObject({ id: '1', uniqueId: '6', uniqueIds: ['1', '2', '3', '4', '5', '6'] })
    for (const id of ['1', '2', '3', '4', '5']) on.receive(end(id))
    expect(on.call('1').phase).toBe('ringing')
    on.receive(end('6', 'chanunavail'))
    expect(ended(on, '1')).toMatchObject({ phase: 'ended', status: 'chanunavail', missed: true })
    expect(on.calls.findByRandomId('r1')?.call).toBe(on.call('6'))
  })

  it('one to a destination that is not registered keeps its only id', () => {
    const on = stage()
    on.receive(created('1'), begin('1', '0888', { caller: '12' }), end('1', 'chanunavail'))
    expect(on.call('1')).toMatchObject({ uniqueIds: ['1'], phase: 'ended', status: 'chanunavail', missed: true })
  })

  it('one that ends without ever having begun has ended', () => {
    const on = stage()
    on.receive(created('1'), created('2'), end('2', 'cancel'))
    expect(on.call('1')).toMatchObject({ phase: 'ended', status: 'cancel', missed: true, uniqueIds: ['1', '2'] })
    expect(on.news()).toEqual(['begin 1', 'update 1', 'end 1'])
  })

  it('a create_response sent twice for one id adds nothing', () => {
    const on = stage()
    on.receive(created('1'))
    on.news()
    on.receive(created('1'), created('1'))
    expect(on.news()).toEqual([])
    expect(on.call('1').uniqueIds).toEqual(['1'])
  })

  it('a create_response that comes late gives the call its random id', () => {
    const on = stage()
    on.receive(begin('1', CUSTOMER, { caller: '12' }), pickup('1'), created('1'))
    expect(on.call('1')).toMatchObject({
      callRandomId: 'r1',
      phase: 'answered',
      answeredBy: CUSTOMER,
      direction: 'outbound',
    })
    expect(on.calls.findByRandomId('r1')?.call).toBe(on.call('1'))
  })

  it('a second id that begins before its create_response is merged into the call, and no figure counts it twice', () => {
    const on = stage()
    on.receive(created('1'), begin('1', CUSTOMER, { caller: '12' }), pickup('1'))
    on.receive(begin('2', CUSTOMER, { caller: '12' }))
    expect(on.calls.current.size).toBe(2)
    on.news()
    on.receive(created('2'))
    expect(on.news()).toEqual(['merge 2 into 1'])
    expect([...on.calls.current.keys()]).toEqual(['1'])
    expect(on.call('2')).toBe(on.call('1'))
    expect(on.call('1')).toMatchObject({ id: '1', uniqueId: '2', uniqueIds: ['1', '2'], phase: 'ringing' })
    on.receive(pickup('2'), end('2'))
    expect(ended(on, '1')).toEqual({ phase: 'ended', status: 'answer', missed: false, answeredBy: CUSTOMER })
  })

  it('the pickup of the own telephone is no answer, whichever of begin and create_response of the second id comes first', () => {
    const call = { caller: '12', called_number: CUSTOMER }
    for (const second of orders([created('2'), begin('2', CUSTOMER, call)])) {
      const on = stage()
      on.receive(created('1'), begin('1', CUSTOMER, call), pickup('1'), ...second, end('2', 'noanswer'))
      expect(ended(on, '1')).toEqual({ phase: 'ended', status: 'noanswer', missed: true, answeredBy: undefined })
    }
  })

  it('a second id that was picked up before its create_response has been answered', () => {
    const on = stage()
    on.receive(created('1'), begin('1', CUSTOMER, { caller: '12' }), pickup('1'))
    on.clock.pass(1_000)
    on.receive(begin('2', CUSTOMER, { caller: '12' }), pickup('2'), created('2'))
    expect(on.call('1')).toMatchObject({
      phase: 'answered',
      answeredBy: CUSTOMER,
      answeredAt: on.clock.now(),
      controllable: true,
    })
  })

  it('a second id that has ended before its create_response ends the call that it is merged into', () => {
    const on = stage()
    on.receive(created('1'), begin('2', '0888', { caller: '12' }), end('2', 'chanunavail'))
    on.news()
    on.receive(created('2'))
    expect(on.news()).toEqual(['merge 2 into 1', 'end 1'])
    expect(on.call('1')).toMatchObject({ phase: 'ended', status: 'chanunavail', missed: true, controllable: false })
    on.clock.pass(10_000)
    expect(on.calls.size).toBe(0)
  })

  it('a call of which no create_response ever comes is a call all the same', () => {
    const on = stage()
    on.receive(begin('1', CUSTOMER, { caller: '12' }), pickup('1'), end('1'))
    expect(on.call('1')).toMatchObject({ phase: 'ended', missed: false })
    expect(on.call('1').callRandomId).toBeUndefined()
  })

  it("other clients' random ids are calls too, each its own", () => {
    const on = stage()
    on.receive(created('1', 'mine'), created('2', 'theirs'), created('3', ''), created('4', ''))
    expect([...on.calls.current.keys()]).toEqual(['1', '2', '3', '4'])
    expect(on.calls.findByRandomId('theirs')?.call.id).toBe('2')
    expect(on.calls.findByRandomId('')).toBeUndefined()
    expect(on.call('3').callRandomId).toBeUndefined()
  })

  it('the late begin of an id that another has replaced rings nobody', () => {
    const on = stage()
    on.receive(created('1'), created('2'), begin('2', CUSTOMER, { caller: '12' }))
    on.news()
    on.receive(begin('1', '12', { caller: '12' }))
    expect(on.news()).toEqual([])
    expect(legs(on, '1')).toBe(`direct ${CUSTOMER}`)
  })

  it('a second id that waits in a queue before its create_response waits on as the call that it is merged into', () => {
    const on = stage()
    on.receive(created('1'), begin('2', '601', { caller: '12' }), join(601, '2'), join(601, 'D', 2), created('2'))
    expect(waiting(on, '601')).toBe('1@1, D@2')
    expect(on.call('2')).toMatchObject({ id: '1', phase: 'queued', queue: { queue: '601', position: 1 } })
  })

  it('one that is on the way to another queue when it is merged has its grace', () => {
    const on = stage({ hopGrace: 1_000 })
    on.receive(created('1'), begin('2', '601', { caller: '12' }), join(601, '2'), left(601, '2'), created('2'))
    expect(waiting(on, '601')).toBe('1@1 leaving')
    on.clock.pass(1_000)
    expect(waiting(on, '601')).toBe('')
    expect(on.call('1').phase).toBe('ringing')
  })

  it('one that was merged while it waited and is then taken moves the others once', () => {
    const on = stage()
    on.receive(
      created('1'),
      begin('2', '601', { caller: '12' }),
      join(601, '2'),
      join(601, 'D', 3),
      created('2'),
      offer('A1', '2', '13'),
      pickup('A1'),
    )
    expect(waiting(on, '601')).toBe('D@2')
    on.receive(left(601, '2'))
    expect(waiting(on, '601')).toBe('D@2')
  })

  it('two calls with random ids of their own are never merged', () => {
    const on = stage()
    on.receive(created('1', 'a'), created('2', 'b'), created('2', 'a'))
    expect([...on.calls.current.keys()]).toEqual(['1', '2'])
    expect([on.call('1').callRandomId, on.call('2').callRandomId]).toEqual(['a', 'b'])
  })

  it('a random id used again after its call is over is another call', () => {
    const on = stage()
    on.receive(created('1'), end('1', 'cancel'), created('2'))
    expect(on.calls.current.size).toBe(2)
    expect(on.call('1')).toMatchObject({ uniqueIds: ['1'], phase: 'ended' })
    expect(on.calls.findByRandomId('r1')?.call.id).toBe('2')
    on.clock.pass(10_000)
    expect(on.calls.findByRandomId('r1')?.call.id).toBe('2')
  })

  it("the caller's channel may end before the agent's leg, and after it", () => {
    for (const ends of [
      [end('C'), end('A1')],
      [end('A1'), end('C')],
    ]) {
      const on = queued()
      on.receive(offer('A1', 'C', '12'), pickup('A1'), ...ends)
      expect(ended(on, 'C')).toEqual({ phase: 'ended', status: 'answer', missed: false, answeredBy: '12' })
      expect(legs(on, 'C')).toBe('agent 12 answer')
    }
  })

  it('the end of a leg long after its caller is forgotten is no unseen call', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), end('C', 'cancel'))
    on.clock.pass(9_000)
    on.receive(end('A1', 'cancel'))
    expect(on.news().at(-1)).toBe('update C > 12')
    expect(on.changes.some(({ kind }) => kind === 'unseen-end')).toBe(false)
  })

  it('a leg end right after its caller is no unseen call where nothing ended is kept', () => {
    const on = queued({ keepEnded: 0 })
    on.receive(offer('A1', 'C', '12'), end('C', 'cancel'))
    on.clock.pass(1_000)
    expect(on.calls.current.size).toBe(0)
    on.receive(
      end('A1', 'cancel'),
      end('C', 'cancel'),
      pickup('A1'),
      begin('C', '601'),
      left(601, 'C'),
      offer('A2', 'C', '13'),
      end('A2'),
    )
    expect(on.changes.some(({ kind }) => kind === 'unseen-end')).toBe(false)
    expect(on.calls.current.size).toBe(0)
    on.clock.pass(10_000)
    expect(on.calls.size).toBe(0)
  })

  it('interleaved counters: whose an offer is follows from its parent id alone', () => {
    const on = stage()
    on.receive(begin('1.1', '601'), join(601, '1.1'), begin('1.2', '601'), join(601, '1.2', 2))
    on.receive(offer('1.3', '1.2', '13'), offer('1.4', '1.1', '12'), pickup('1.3'))
    expect(on.call('1.2')).toMatchObject({ phase: 'answered', answeredBy: '13' })
    expect(on.call('1.1')).toMatchObject({ phase: 'queued' })
    expect(waiting(on, '601')).toBe('1.1@1')
  })

  it.each([
    ['an abandoned call', [end('C', 'cancel')], { phase: 'ended', missed: true }],
    ['a redirect', [redirection('C', '14')], { phase: 'ringing', missed: false }],
    ['a hangup', [end('C', 'answer')], { phase: 'ended', missed: true }],
    ['a timeout into another queue', [join(602, 'C')], { phase: 'queued', missed: false }],
  ])('queue.left comes before what explains it: %s', (_, after, what) => {
    const on = queued()
    on.receive(left(601, 'C'), ...after)
    expect(on.call('C')).toMatchObject(what)
    expect(waiting(on, '601')).toBe('')
  })

  it('a pickup of an agent followed by queue.left is an answered call', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), pickup('A1'))
    on.news()
    on.receive(left(601, 'C'))
    expect(on.news()).toEqual([])
    on.clock.pass(60_000)
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '12' })
  })

  it('queue.left before the pickup of an agent is an answered call too', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), left(601, 'C'), pickup('A1'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '12' })
    expect(waiting(on, '601')).toBe('')
    on.clock.pass(60_000)
    expect(on.call('C').phase).toBe('answered')
  })

  it('no event says that the others moved up: positions fall when someone ahead is taken out, not at queue.left', () => {
    const on = queued()
    on.receive(join(601, 'D', 2), join(601, 'E', 3))
    on.receive(left(601, 'C'))
    expect(waiting(on, '601')).toBe('C@1 leaving, D@2, E@3')
    on.receive(end('C', 'cancel'))
    expect(waiting(on, '601')).toBe('D@1, E@2')
    expect([on.call('D').queue?.position, on.call('E').queue?.position]).toEqual([1, 2])
    on.receive(offer('A1', 'D', '12'), pickup('A1'))
    expect(waiting(on, '601')).toBe('E@1')
  })

  it('when the last of a queue goes nobody moves', () => {
    const on = queued()
    on.receive(join(601, 'D', 2), end('D', 'cancel'))
    expect(waiting(on, '601')).toBe('C@1')
  })

  it('a caller who joins while the one before is being served joins at 1, and stays there', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), join(601, 'D', 1))
    expect(waiting(on, '601')).toBe('C@1, D@1')
    on.receive(pickup('A1'))
    expect(waiting(on, '601')).toBe('D@1')
  })

  it('a caller who joins after another has left was never behind', () => {
    const on = queued()
    on.receive(left(601, 'C'), join(601, 'D', 1), join(601, 'E', 2))
    on.receive(end('C', 'cancel'))
    expect(waiting(on, '601')).toBe('D@1, E@2')
  })

  it('a join without a position is behind all who wait', () => {
    const on = queued()
    on.receive({ ...join(601, 'D'), position: null })
    expect(waiting(on, '601')).toBe('C@1, D@2')
  })

  it('one id can begin and be picked up twice and end once', () => {
    const on = stage()
    on.receive(begin('C', '12'), pickup('C'))
    const first = on.clock.now()
    on.clock.pass(5_000)
    on.receive(redirection('C', '14'))
    expect(on.call('C')).toMatchObject({ phase: 'ringing', answeredBy: '12', answeredAt: first })
    on.receive(pickup('C'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '14', answeredAt: first })
    on.receive(end('C'))
    expect(legs(on, 'C')).toBe('direct 12 over, redirect 14 answer')
    expect(on.news()).toEqual(['begin C', 'answer C > 12', 'redirect C > 14', 'answer C > 14', 'end C'])
  })

  it('a call that was answered and then sent to an unknown number ends as chanunavail, and is not missed', () => {
    const on = stage()
    on.receive(begin('C', '12'), pickup('C'), redirection('C', '99'), end('C', 'chanunavail'))
    expect(ended(on, 'C')).toMatchObject({ phase: 'ended', status: 'chanunavail', missed: false })
  })

  it('an agent leg can end 33 ms after its pickup while the conversation goes on', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), pickup('A1'))
    on.clock.pass(33)
    on.receive(end('A1'))
    on.clock.pass(3_600_000)
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '12' })
  })

  it('both known ids can end while two people talk on: the journey is over', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), pickup('A1'), end('A1'), end('C'))
    on.clock.pass(10_000)
    expect(on.calls.size).toBe(0)
  })

  it.each([
    'answer',
    'busy',
    'noanswer',
    'cancel',
    'congestion',
    'chanunavail',
    'dontcall',
    'invalidargs',
    'a word of tomorrow',
  ])('a call can end as %s', status => {
    const on = stage()
    on.receive(begin('C', '12'), end('C', status))
    expect(on.call('C')).toMatchObject({ phase: 'ended', status, missed: true })
  })

  it('ring-all queues begin all legs at once; when one is picked up the others end just after', () => {
    const on = queued()
    on.receive(
      offer('A1', 'C', '12'),
      offer('A2', 'C', '13'),
      offer('A3', 'C', '14'),
      pickup('A2'),
      end('A1', 'cancel'),
      end('A3', 'noanswer'),
    )
    expect(legs(on, 'C')).toBe('agent 12 cancel, agent 13, agent 14 noanswer')
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '13' })
  })

  it('an answered agent leg that is hung up ends the call by the end of its caller', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), pickup('A1'), end('A1', 'answer'), end('C', 'answer'))
    expect(ended(on, 'C')).toMatchObject({ phase: 'ended', missed: false })
  })

  it('a call can begin and end in the same millisecond', () => {
    const on = stage()
    on.receive(begin('C', '12'), end('C', 'busy'))
    const { startedAt, endedAt } = on.call('C')
    expect(endedAt).toBe(startedAt)
    expect(on.news()).toEqual(['begin C', 'end C'])
  })
})

describe('what nobody knows: every order works', () => {
  it('of a pickup before its begin', () => {
    const on = stage()
    on.receive(pickup('C'))
    expect(on.calls.current.size).toBe(0)
    expect(on.news()).toEqual([])
    on.clock.pass(9_999)
    on.receive(begin('C', '12'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '12' })
  })

  it('of a pickup before the begin of an agent leg', () => {
    const on = queued()
    on.receive(pickup('A1'), offer('A1', 'C', '12'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '12' })
    expect(waiting(on, '601')).toBe('')
  })

  it('of an end before its begin, which is shown as unseen and then as a call that is over', () => {
    const on = stage()
    on.receive(end('C', 'busy'))
    expect(on.news()).toEqual(['unseen-end C'])
    expect(on.changes[0]).toEqual({
      kind: 'unseen-end',
      event: expect.objectContaining({ unique_id: 'C', status: 'busy' }),
    })
    expect(on.calls.current.size).toBe(0)
    on.receive(end('C', 'busy'))
    expect(on.news()).toEqual([])
    on.receive(begin('C', '12'))
    expect(ended(on, 'C')).toMatchObject({ phase: 'ended', status: 'busy', missed: true })
    on.clock.pass(10_000)
    expect(on.calls.size).toBe(0)
  })

  it('of a pickup and an end before their begin: it was answered', () => {
    const on = stage()
    on.receive(pickup('C'), end('C'), begin('C', '12'))
    expect(ended(on, 'C')).toEqual({ phase: 'ended', status: 'answer', missed: false, answeredBy: '12' })
  })

  it('of a pickup that comes after the end: it was not missed', () => {
    const on = stage()
    on.receive(begin('C', '12'), end('C'))
    expect(on.call('C').missed).toBe(true)
    on.receive(pickup('C'))
    expect(ended(on, 'C')).toEqual({ phase: 'ended', status: 'answer', missed: false, answeredBy: '12' })
  })

  it('of a begin that comes after the end of its call: nothing begins again', () => {
    const on = stage()
    on.receive(begin('C', '12'), end('C', 'busy'))
    on.news()
    on.receive(begin('C', '12'), redirection('C', '14'))
    expect(on.call('C').phase).toBe('ended')
    expect(on.news()).toEqual([])
  })

  it('of an end that comes twice', () => {
    const on = stage()
    on.receive(begin('C', '12'), end('C', 'busy'))
    on.news()
    on.receive(end('C', 'answer'))
    expect(on.call('C').status).toBe('busy')
    expect(on.news()).toEqual([])
  })

  it('of a begin that comes twice: it is no redirect', () => {
    const on = stage()
    on.receive(begin('C', '12'), begin('C', '12'))
    expect(on.news()).toEqual(['begin C'])
    on.receive(pickup('C'), begin('C', '12'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '12' })
    expect(legs(on, 'C')).toBe('direct 12')
  })

  it('of a begin that comes twice, the second time while its caller waits: the wait goes on', () => {
    const on = queued()
    on.receive(begin('C', '601'))
    expect(waiting(on, '601')).toBe('C@1')
    expect(legs(on, 'C')).toBe('')
  })

  it('of a redirect that is sent twice: one leg', () => {
    const on = queued()
    on.receive(redirection('C', '14'), redirection('C', '14'))
    expect(legs(on, 'C')).toBe('redirect 14')
  })

  it('of a redirect to whom the caller talks to already: it rings once more', () => {
    const on = stage()
    on.receive(begin('C', '12'), pickup('C'), redirection('C', '12'))
    expect(on.call('C')).toMatchObject({ phase: 'ringing', answeredBy: '12' })
    expect(legs(on, 'C')).toBe('direct 12 over, redirect 12')
  })

  it('of a join before its begin: one caller, who waits on', () => {
    const on = stage()
    on.receive(join(601, 'C'))
    expect(on.call('C')).toMatchObject({ caller: CUSTOMER, phase: 'queued', controllable: false })
    on.receive(begin('C', '601'))
    expect(on.call('C')).toMatchObject({
      phase: 'queued',
      callee: '601',
      calledNumber: COMPANY,
      controllable: true,
      direction: 'inbound',
    })
    expect(waiting(on, '601')).toBe('C@1')
    expect(on.news()).toEqual(['begin C', 'queue C', 'update C'])
  })

  it('of a join that is sent twice: the later position is true', () => {
    const on = queued()
    on.receive(join(601, 'D', 3), join(601, 'D', 2))
    expect(waiting(on, '601')).toBe('C@1, D@2')
    expect(on.call('D').queue?.position).toBe(2)
    on.news()
    on.receive(join(601, 'D', 2))
    expect(on.news()).toEqual([])
  })

  it('of a queue.left that is sent twice', () => {
    const on = queued()
    on.receive(left(601, 'C'))
    on.clock.pass(6_000)
    on.news()
    on.receive(left(601, 'C'))
    expect(on.news()).toEqual([])
    on.clock.pass(4_000)
    expect(waiting(on, '601')).toBe('')
  })

  it('of a pickup that is sent twice: the first was the answer', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), pickup('A1'))
    const { answeredAt } = on.call('C')
    on.news()
    on.clock.pass(1_000)
    on.receive(pickup('A1'))
    expect(on.news()).toEqual([])
    expect(on.call('C').answeredAt).toBe(answeredAt)
  })

  it("of an offer before its parent's begin: one caller, whose wait is known", () => {
    const on = stage()
    on.receive(offer('A1', 'C', '12'))
    expect(on.call('C')).toMatchObject({ id: 'C', phase: 'queued', caller: CUSTOMER, callee: '', controllable: false })
    on.receive(join(601, 'C'), begin('C', '601'))
    expect(on.calls.current.size).toBe(1)
    expect(on.call('C')).toMatchObject({ phase: 'queued', callee: '601', controllable: true })
    expect(legs(on, 'C')).toBe('agent 12')
    expect(on.news()).toEqual(['begin C', 'offer C > 12', 'queue C', 'update C'])
  })

  it('of an offer that came without its parent before: one caller', () => {
    const on = queued()
    on.receive(begin('A1', '12'), pickup('A1'))
    on.news()
    on.receive(offer('A1', 'C', '12'))
    expect(on.news()).toEqual(['merge A1 into C > 12'])
    expect([...on.calls.current.keys()]).toEqual(['C'])
    expect(on.call('A1')).toMatchObject({ id: 'C', phase: 'answered', answeredBy: '12' })
  })

  it('of the begin, the join and the offer of one caller, in any order', () => {
    for (const frames of orders([begin('C', '601'), join(601, 'C'), offer('A1', 'C', '12')])) {
      const on = stage()
      on.receive(...frames)
      expect(on.calls.current.size).toBe(1)
      expect(on.call('C')).toMatchObject({
        caller: CUSTOMER,
        callee: '601',
        calledNumber: COMPANY,
        direction: 'inbound',
        phase: 'queued',
        controllable: true,
      })
      expect(legs(on, 'C')).toBe('agent 12')
      expect(waiting(on, '601')).toBe('C@1')
      on.receive(pickup('A1'), end('A1'), end('C'))
      on.clock.pass(10_000)
      expect(on.calls.size).toBe(0)
    }
  })

  it('of the create_responses and begins of an API-created call, in any order', () => {
    const call = { caller: '12', called_number: CUSTOMER }
    for (const frames of orders([created('1'), begin('1', CUSTOMER, call), created('2'), begin('2', CUSTOMER, call)])) {
      // which of two ids is the newer is known only by which is announced first
      const first = frames.findIndex(
        frame => 'call_random_id' in frame && (frame as { unique_id?: string }).unique_id === '1',
      )
      const second = frames.findIndex(
        frame => 'call_random_id' in frame && (frame as { unique_id?: string }).unique_id === '2',
      )
      if (second < first) continue
      const on = stage()
      on.receive(...frames)
      expect(on.calls.current.size).toBe(1)
      expect(on.call('1')).toBe(on.call('2'))
      expect(on.call('1')).toMatchObject({
        uniqueIds: ['1', '2'],
        uniqueId: '2',
        callRandomId: 'r1',
        direction: 'outbound',
        phase: 'ringing',
      })
      on.receive(pickup('2'), end('1'), end('2'))
      expect(ended(on, '1')).toEqual({ phase: 'ended', status: 'answer', missed: false, answeredBy: CUSTOMER })
      on.clock.pass(10_000)
      expect(on.calls.size).toBe(0)
    }
  })

  it('an id that only a pickup named is forgotten after ten seconds, one that only an end named too', () => {
    const on = stage()
    on.receive(pickup('C'), end('D'))
    on.clock.pass(10_000)
    expect(on.calls.size).toBe(0)
    on.receive(begin('C', '12'))
    expect(on.call('C').phase).toBe('ringing')
    on.receive(end('D'))
    expect(on.news()).toEqual(['unseen-end D', 'begin C', 'unseen-end D'])
  })

  it('a queue.left of somebody unknown makes no call, but those who wait move up', () => {
    const on = stage()
    on.receive(join(601, 'D', 2), left(601, 'C'))
    expect([...on.calls.current.keys()]).toEqual(['D'])
    expect(waiting(on, '601')).toBe('D@1')
    on.receive(left(601, 'B'))
    expect(waiting(on, '601')).toBe('D@1')
  })

  it('a queue.left sent twice of a caller whose join was not seen moves the others once', () => {
    const on = stage()
    on.receive(begin('C', '601'), join(601, 'D', 3), left(601, 'C'), left(601, 'C'))
    expect(waiting(on, '601')).toBe('D@2')
  })

  it("an offer that comes after its caller's end rings nobody, and its end is no unseen one", () => {
    const on = queued()
    on.receive(end('C', 'cancel'))
    on.news()
    on.receive(offer('A9', 'C', '12'), pickup('A9'), end('A9', 'cancel'))
    expect(on.news()).toEqual([])
    expect(on.calls.find('A9')?.call).toBe(on.call('C'))
    on.clock.pass(10_000)
    expect(on.calls.size).toBe(0)
  })

  it("an agent's leg stays with the caller whom it was first offered for", () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), begin('D', '601'), join(601, 'D', 2), offer('A1', 'D', '12'), pickup('A1'))
    expect([on.call('C').phase, on.call('D').phase]).toEqual(['answered', 'queued'])
    expect(on.call('D').legs).toEqual([])
  })

  it('a call whose end never comes is dropped, others are not', () => {
    const on = stage({ expireAfter: 1_000 })
    on.receive(begin('C', '12'))
    on.clock.pass(600)
    on.receive(begin('D', '12'))
    on.clock.pass(400)
    expect([on.call('C').phase, on.call('D').phase]).toEqual(['lost', 'ringing'])
  })

  it('a leg that was answered before its caller was known takes its caller out of the queue', () => {
    const on = stage()
    on.receive(begin('A1', '12'), pickup('A1'), begin('C', '601'), join(601, 'C'), offer('A1', 'C', '12'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '12' })
    expect(on.call('C').queue).toBeUndefined()
    expect(waiting(on, '601')).toBe('')
  })

  it('who waits under one id of an API-created call and was answered under another waits no more', () => {
    const on = stage()
    on.receive(created('1'), join(601, '1'), begin('2', '12'), pickup('2'), created('2'))
    expect(on.call('1')).toMatchObject({ uniqueIds: ['1', '2'], phase: 'answered' })
    expect(on.call('1').queue).toBeUndefined()
    expect(waiting(on, '601')).toBe('')
  })

  it('an API-created call that was answered under one id and has ended under another was not missed', () => {
    const on = stage()
    on.receive(created('1'), pickup('1'), join(601, '2'), end('2'), created('2'))
    expect(on.call('1')).toMatchObject({ phase: 'ended', missed: false })
    expect(on.call('1').answeredAt).toBeDefined()
  })

  it("a begin on an agent's leg is not that of a caller whose own was not seen: their next is a redirect, and ends the wait", () => {
    const on = stage()
    on.receive(join(601, 'C'), offer('A1', 'C', '12'), begin('A1', '13'), join(601, 'C'))
    on.news()
    on.receive(redirection('C', '14'))
    expect(on.news()).toEqual(['redirect C > 14'])
    expect(on.call('C')).toMatchObject({ phase: 'ringing', caller: CUSTOMER })
    expect(waiting(on, '601')).toBe('')
  })

  it('an id of an API-created call whose join came before its begin waits on', () => {
    const on = stage()
    on.receive(created('1'), begin('1', '12'), created('2'), join(601, '2'), begin('2', '601'))
    expect(on.call('1')).toMatchObject({ phase: 'queued', queue: { queue: '601' } })
    expect(waiting(on, '601')).toBe('1@1')
  })

  it('an API-created call that dials under another id has left the queue it waited in', () => {
    const on = stage()
    on.receive(created('1'), begin('1', '601'), join(601, '1'), created('2'), begin('2', '14'))
    expect(on.call('1').phase).toBe('ringing')
    expect(on.call('1').queue).toBeUndefined()
    expect(waiting(on, '601')).toBe('')
  })

  it('who is offered to themselves is not', () => {
    const on = stage()
    on.receive(offer('C', 'C', '12'), pickup('C'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '12', callee: '12' })
    expect(legs(on, 'C')).toBe('direct 12')
  })

  it('a begin is never the begin of somebody whom a shared tail names', () => {
    const on = stage()
    on.receive(begin('1795500000.679', '12'), pickup('1795500001.679'), end('1795500002.679'))
    expect(on.call('1795500000.679').phase).toBe('ringing')
    expect(on.news()).toEqual(['begin 1795500000.679', 'unseen-end 1795500002.679'])
  })

  it('an API-created call with ten-digit ids is never found by a tail', () => {
    const on = stage()
    on.receive(created('1453466550.679'), end('1453466551.679', 'busy'))
    expect(on.call('1453466550.679').phase).toBe('ringing')
  })
})

describe("the document's own ways", () => {
  it('its example, with abbreviated ids, is one call and ends with chanunavail', () => {
    const on = stage()
    on.receive(
      created('1455.678', '12r6re58r5r1'),
      begin('1455.678', '0902000000', { caller: '0250000000', called_number: '0902000000' }),
      created('14550.679', '12r6re58r5r1'),
      begin('14550.679', '0902000000', { caller: '0250000000', called_number: '0902000000' }),
      end('1453466550.679', 'chanunavail'),
    )
    expect(on.calls.current.size).toBe(1)
    expect(on.call('1455.678')).toMatchObject({
      phase: 'ended',
      status: 'chanunavail',
      missed: true,
      uniqueId: '14550.679',
    })
    expect(on.news().at(-1)).toBe('end 1455.678')
  })

  it('an abbreviated id is resolved for a pickup too, and only while one call can be meant', () => {
    const on = stage()
    on.receive(created('14550.679', 'a'), begin('14550.679', CUSTOMER, { caller: '12' }), pickup('1453466550.679'))
    expect(on.call('14550.679')).toMatchObject({ phase: 'answered', answeredBy: CUSTOMER })
    on.receive(created('14551.679', 'b'), end('1453466550.679'))
    expect([on.call('14550.679').phase, on.call('14551.679').phase]).toEqual(['answered', 'ringing'])
    expect(on.news().at(-1)).toBe('unseen-end 1453466550.679')
  })

  it('only the newest id of a call is resolved, and only of an open API-created one', () => {
    const on = stage()
    on.receive(created('1455.678'), created('14550.679'), end('1453466550.678', 'busy'))
    expect(on.call('1455.678').phase).toBe('ringing')
    on.receive(end('14550.679', 'busy'), created('14551.679', 'r2'), end('1453466551.679', 'noanswer'))
    expect([on.call('1455.678').status, on.call('14551.679').status]).toEqual(['busy', 'noanswer'])
    on.news()
    on.receive(end('1453466551.679', 'noanswer'))
    expect(on.news()).toEqual([])
    on.receive(begin('77.5', '12'), end('1453466550.5', 'busy'))
    expect(on.call('77.5').phase).toBe('ringing')
  })

  it("a pickup of the caller's channel after its join, where no offer was seen, is an answer by nobody knows whom", () => {
    const on = queued()
    on.receive(pickup('C'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredAt: on.clock.now() })
    expect(on.call('C').answeredBy).toBeUndefined()
    expect(waiting(on, '601')).toBe('')
    expect(on.news().at(-1)).toBe('answer C')
    on.receive(end('C'))
    expect(on.call('C').missed).toBe(false)
  })

  it('so it is where an extension had rung before the queue: that was no offer', () => {
    const on = stage()
    on.receive(begin('C', '12'), join(601, 'C'), pickup('C'))
    expect(on.call('C')).toMatchObject({ phase: 'answered' })
    expect(on.call('C').answeredBy).toBeUndefined()
    expect(waiting(on, '601')).toBe('')
  })

  it('so it is after a hop, and in the grace of a queue.left', () => {
    for (const hop of [[left(601, 'C'), join(602, 'C')], [left(601, 'C')]]) {
      const on = queued()
      on.receive(...hop, pickup('C'))
      expect(on.call('C').phase).toBe('answered')
      on.clock.pass(60_000)
      expect(on.call('C').phase).toBe('answered')
      expect([waiting(on, '601'), waiting(on, '602')]).toEqual(['', ''])
    }
  })

  it('an offer that comes after it shows that it was only the queue that picked up', () => {
    const on = queued()
    const { queue } = on.call('C')
    on.receive(join(601, 'D', 2), pickup('C'))
    expect(waiting(on, '601')).toBe('D@1')
    on.receive(offer('A1', 'C', '12'))
    expect(on.call('C')).toMatchObject({ phase: 'queued', queue })
    expect(on.call('C').answeredAt).toBeUndefined()
    expect(waiting(on, '601')).toBe('C@1, D@2')
    on.receive(end('C', 'cancel'))
    expect(on.call('C').missed).toBe(true)
  })

  it("a further begin of the caller's channel without a parent ends the wait at once", () => {
    const on = queued()
    on.receive(join(601, 'D', 2), begin('C', '14'))
    expect(waiting(on, '601')).toBe('D@1')
    expect(on.call('C')).toMatchObject({ phase: 'ringing', callee: '601' })
    expect(on.news().at(-1)).toBe('redirect C > 14')
    on.receive(pickup('C'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '14' })
  })

  it("a begin on an agent leg's id belongs to its caller", () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), pickup('A1'), begin('A1', '14', { caller: '12', called_number: '14' }))
    expect([...on.calls.current.keys()]).toEqual(['C'])
    expect(on.call('C')).toMatchObject({ id: 'C', caller: CUSTOMER, phase: 'ringing', answeredBy: '12' })
    expect(on.news().at(-1)).toBe('redirect C > 14')
    on.receive(pickup('A1'))
    expect(on.call('C')).toMatchObject({ phase: 'answered', answeredBy: '14' })
    on.receive(end('A1'), end('C'))
    expect(ended(on, 'C')).toMatchObject({ phase: 'ended', missed: false })
  })

  it("a begin on an agent leg's id towards the same agent is the offer sent again", () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'))
    on.news()
    on.receive(begin('A1', '12'))
    expect(on.news()).toEqual([])
    expect(on.call('C').phase).toBe('queued')
  })
})

describe("the customer's identity", () => {
  it('never changes once it is known', () => {
    const on = stage()
    on.receive(begin('C', '601', { caller_name: 'Jana' }))
    on.clock.pass(1_000)
    on.receive(
      join(601, 'C', 1, { caller: '0999', caller_name: 'X' }),
      offer('A1', 'C', '12', { caller: '77', caller_name: 'Y', called_number: '66' }),
    )
    on.receive(redirection('C', '14', { caller_name: 'Firma', callee_name: 'Ema' }))
    expect(on.call('C')).toMatchObject({
      id: 'C',
      caller: CUSTOMER,
      callerName: 'Jana',
      callee: '601',
      calleeName: '',
      calledNumber: COMPANY,
    })
    expect(on.call('C').startedAt).toBe(on.clock.now() - 1_000)
  })

  it('is filled where it was blank', () => {
    const on = stage()
    on.receive(begin('C', '601', { caller: '', caller_name: null }), join(601, 'C', 1, { caller_name: 'Jana' }))
    expect(on.call('C')).toMatchObject({ caller: CUSTOMER, callerName: 'Jana', direction: 'inbound' })
  })

  it.each([
    [421900111222, '00421900111222'],
    [421900111222, '+421900111222'],
    [900111222, '0900111222'],
  ])('%s, which came as a number, gives way to the string %s', (number, text) => {
    const on = stage()
    on.receive(join(601, 'C', 1, { caller: number }), begin('C', '601', { caller: text }))
    expect(on.call('C').caller).toBe(text)
    on.receive(join(601, 'C', 1, { caller: number }))
    expect(on.call('C').caller).toBe(text)
  })

  it('an offer that came before anything else does not make its agent the called party', () => {
    const on = stage()
    on.receive(offer('A1', 'C', '12', { callee_name: 'Peter' }))
    expect(on.call('C')).toMatchObject({ callee: '', calleeName: '', calledNumber: COMPANY })
  })
})

describe('direction and missed', () => {
  it('follow isExtension', () => {
    const on = stage({ isExtension: number => number.startsWith('0220') })
    on.receive(
      begin('C', '12', { caller: COMPANY }),
      begin('D', COMPANY, { caller: '12' }),
      begin('E', '0220282029', { caller: COMPANY }),
    )
    expect(['C', 'D', 'E'].map(id => on.call(id).direction)).toEqual(['outbound', 'inbound', 'internal'])
  })

  it('an API-created call begins at an own extension, however its caller shows', () => {
    const on = stage()
    on.receive(
      created('1'),
      begin('1', CUSTOMER, { caller: COMPANY }),
      created('2', 'r2'),
      begin('2', '13', { caller: COMPANY }),
    )
    expect(on.call('1').direction).toBe('outbound')
    expect(on.call('2').direction).toBe('internal')
    on.receive(created('3', 'r3'))
    expect(on.call('3').direction).toBe('unknown')
  })

  it('a call of which no party is known has no direction', () => {
    const on = stage()
    on.receive(
      begin('C', '12', { caller: '' }),
      begin('D', '', { caller: '12', called_number: '' }),
      begin('E', '', { called_number: '' }),
    )
    expect(['C', 'D', 'E'].map(id => on.call(id).direction)).toEqual(['unknown', 'unknown', 'inbound'])
  })

  it('nothing is missed before it has ended', () => {
    const on = queued()
    on.receive(offer('A1', 'C', '12'), end('A1', 'noanswer'))
    expect(on.call('C').missed).toBe(false)
  })
})
