import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { BehaviorSubject, combineLatest, map, ReplaySubject, Subject } from 'rxjs'
import { type PbxClient, toStore, trackCalls, trackQueues } from '../../../src/index.js'
import { type Simulator, startSimulator } from '../../../src/simulator/index.js'
import { watchedClient } from '../../support/client.js'
import { createMessageLog } from '../../support/message-log.js'

const BEGIN = {
  event: 'call.begin',
  caller: '0900111222',
  caller_name: '',
  callee: '12',
  callee_name: 'Peter',
  called_number: '12',
  unique_id: '1795500000.1',
}

describe('a store', () => {
  let sim: Simulator
  let pbx: PbxClient
  beforeEach(async () => {
    sim = await startSimulator()
    pbx = watchedClient({ url: sim.url, credentials: { username: 'viptel', password: 'secret' } }).pbx
  })
  afterEach(async () => {
    await pbx.close()
    await sim.close()
  })

  it('that is only read does not connect, and gives the same object as long as nothing changes', () => {
    const calls = trackCalls(pbx)
    const store = toStore(calls.list$)
    const callers = toStore(calls.list$.pipe(map(list => list.map(({ caller }) => caller))))
    expect(store.getSnapshot()).toEqual([])
    expect(store.getSnapshot()).toBe(store.getSnapshot())
    expect(callers.getSnapshot()).toBe(callers.getSnapshot())
    calls.seed([{ uniqueId: '1.1', caller: '0900111222', phase: 'ringing' }])
    expect(store.getSnapshot()).toHaveLength(1)
    expect(callers.getSnapshot()).toEqual(['0900111222'])
    expect(pbx.status).toEqual({ state: 'idle' })
  })

  it('that is only read does not connect, whatever it is piped or combined from', async () => {
    const [calls, queues] = [trackCalls(pbx), trackQueues(pbx)]
    const both = toStore(combineLatest([calls.list$, queues.list$]).pipe(map(([c, q]) => ({ calls: c, queues: q }))))
    const byId = toStore(calls.list$.pipe(map(list => new Map(list.map(call => [call.id, { call }])))))
    const ids = toStore(calls.list$.pipe(map(list => new Set(list.map(({ id }) => id)))))
    const stores = [both, byId, ids]
    const before = stores.map(({ getSnapshot }) => getSnapshot())
    expect(stores.every(({ getSnapshot }, index) => getSnapshot() === before[index])).toBe(true)
    calls.seed([{ uniqueId: '1.1', phase: 'ringing' }])
    const after = stores.map(({ getSnapshot }) => getSnapshot())
    expect(after).toEqual([
      { calls: [calls.find('1.1')], queues: [] },
      new Map([['1.1', { call: calls.find('1.1') }]]),
      new Set(['1.1']),
    ])
    expect(stores.every(({ getSnapshot }, index) => getSnapshot() === after[index])).toBe(true)
    queues.seed([{ queue: '601', members: [], waiting: [] }])
    expect(both.getSnapshot().queues).toHaveLength(1)
    await Promise.resolve()
    expect(pbx.status).toEqual({ state: 'idle' })
  })

  it('of lists and something beside them shows what that has become meanwhile', () => {
    const mood$ = new BehaviorSubject('calm')
    const store = toStore(
      combineLatest([trackCalls(pbx).list$, mood$]).pipe(map(([list, mood]) => `${list.length} ${mood}`)),
    )
    expect(store.getSnapshot()).toBe('0 calm')
    mood$.next('busy')
    expect(store.getSnapshot()).toBe('0 busy')
    mood$.next('sad')
    const seen: string[] = []
    const leave = store.subscribe(text => seen.push(text))
    expect(seen).toEqual(['0 sad'])
    expect(store.getSnapshot()).toBe('0 sad')
    leave()
  })

  it('connects with its first listener, emits the present at once and every change, and lets go with the last', async () => {
    const calls = trackCalls(pbx)
    const callers = toStore(calls.list$.pipe(map(list => list.map(({ caller }) => caller))))
    const before = callers.getSnapshot()
    const seen: string[][] = []
    const done = createMessageLog()
    const leave = callers.subscribe(list => {
      seen.push(list)
      done.add(list.join())
    })
    const leaveToo = callers.subscribe(() => {})
    expect(seen).toEqual([[]])
    expect(callers.getSnapshot()).toBe(before)
    await sim.waitForLogin(1)
    sim.send(BEGIN)
    await done.waitFor('0900111222')
    expect(callers.getSnapshot()).toBe(seen.at(-1))
    leave()
    leave()
    expect(pbx.status.state).toBe('online')
    leaveToo()
    await sim.waitForClose()
  })

  it('keeps its last value when the login is refused, and its next first listener tries again', async () => {
    const refused = watchedClient({ url: sim.url, credentials: { username: 'viptel', password: 'wrong' } })
    const store = toStore(trackQueues(refused.pbx).list$)
    const leave = store.subscribe(() => {})
    await refused.status('failed')
    expect(store.getSnapshot()).toEqual([])
    leave()
    store.subscribe(() => {})
    await refused.status('failed', () => refused.statuses.filter(({ state }) => state === 'failed').length === 2)
    await refused.pbx.close()
  })

  it('shows everything as stale when the connection is given up', async () => {
    const watched = watchedClient({
      url: sim.url,
      credentials: { username: 'viptel', password: 'secret' },
      reconnect: false,
    })
    const store = toStore(trackCalls(watched.pbx, { listInterval: 60_000 }).list$)
    const done = createMessageLog()
    store.subscribe(list => done.add(list.map(({ stale }) => stale).join()))
    watched.pbx.on('call.begin').subscribe({ next: () => done.add('begun'), error: () => {} })
    await watched.status('online')
    sim.send(BEGIN)
    await done.waitFor('begun')
    sim.drop()
    await watched.status('failed')
    await done.waitFor('true')
    expect(store.getSnapshot().map(({ stale }) => stale)).toEqual([true])
    await watched.pbx.close()
  })

  it('can be made of any stream that begins with its present', () => {
    const numbers = new BehaviorSubject(1)
    const store = toStore(numbers)
    const seen: number[] = []
    expect(store.getSnapshot()).toBe(1)
    const leave = store.subscribe(value => seen.push(value))
    numbers.next(2)
    expect(store.getSnapshot()).toBe(2)
    leave()
    numbers.next(3)
    expect(seen).toEqual([1, 2])
    expect(store.getSnapshot()).toBe(3)
    expect(() => toStore(new Subject()).getSnapshot()).toThrow(
      new TypeError('A store needs a stream that begins with its present, such as list$.'),
    )
  })

  it('is not harmed by a listener that throws, which is reported as an uncaught error is', () => {
    jest.useFakeTimers()
    const numbers = new BehaviorSubject(1)
    const store = toStore(numbers)
    const seen: number[] = []
    store.subscribe(() => {
      throw new Error('a view that cannot be drawn')
    })
    const leave = store.subscribe(value => seen.push(value))
    numbers.next(2)
    leave()
    numbers.next(3)
    expect(seen).toEqual([1, 2])
    expect(store.getSnapshot()).toBe(3)
    expect(() => jest.runAllTimers()).toThrow('a view that cannot be drawn')
    jest.clearAllTimers()
    jest.useRealTimers()
  })

  it('emits nothing to a listener that another has just taken away', () => {
    const numbers = new BehaviorSubject(1)
    const store = toStore(numbers)
    const seen: number[] = []
    const leaves: (() => void)[] = []
    store.subscribe(value => value === 2 && leaves.forEach(leave => void leave()))
    leaves.push(store.subscribe(value => seen.push(value)))
    numbers.next(2)
    expect(seen).toEqual([1])
  })

  it('that could not follow its stream yet follows it at the next listener', () => {
    const late = new ReplaySubject<number>(1)
    const store = toStore(late)
    const seen: number[] = []
    expect(() => store.subscribe(() => {})).toThrow(TypeError)
    late.next(1)
    store.subscribe(value => seen.push(value))
    late.next(2)
    expect(seen).toEqual([1, 2])
  })
})
