import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import type { Observable } from 'rxjs'
import {
  type Call,
  type CallChange,
  createPbxClient,
  LoginRejectedError,
  type PbxClient,
  trackCalls,
  trackQueues,
} from '../../../src/index.js'
import { type Simulator, startSimulator } from '../../../src/simulator/index.js'
import { watchedClient } from '../../support/client.js'
import { createMessageLog } from '../../support/message-log.js'
import { createWire } from './wire.js'

const BEGIN = {
  event: 'call.begin',
  caller: '0900111222',
  caller_name: '',
  callee: '12',
  callee_name: 'Peter',
  called_number: '12',
  unique_id: '1795500000.1',
}
const PICKUP = { event: 'call.pickup', unique_id: '1795500000.1' }
const END = { event: 'call.end', unique_id: '1795500000.1', status: 'answer' }
const credentials = { username: 'viptel', password: 'secret' }

describe('a tracker of calls', () => {
  let sim: Simulator
  let pbx: PbxClient
  beforeEach(async () => {
    sim = await startSimulator()
    pbx = watchedClient({ url: sim.url, credentials }).pbx
  })
  afterEach(async () => {
    await pbx.close()
    await sim.close()
  })

  /** Resolves once the list suits. */
  const listed = (calls: ReturnType<typeof trackCalls>, suits: (list: readonly Call[]) => boolean) =>
    new Promise<readonly Call[]>((resolve, reject) => {
      const listening = calls.list$.subscribe({
        next: list => {
          if (!suits(list)) return
          resolve(list)
          queueMicrotask(() => listening.unsubscribe())
        },
        error: reject,
      })
    })

  it('opens nothing when it is created', () => {
    trackCalls(pbx)
    trackQueues(pbx)
    expect(pbx.status).toEqual({ state: 'idle' })
  })

  it('with nothing but a subscriber of list$ connects and fills', async () => {
    const calls = trackCalls(pbx)
    const full = listed(calls, list => list.length === 1)
    await sim.waitForLogin(1)
    sim.send(BEGIN)
    expect(await full).toEqual([
      expect.objectContaining({ id: '1795500000.1', caller: '0900111222', phase: 'ringing', controllable: true }),
    ])
    expect(calls.since).toBe(pbx.status.state === 'online' && pbx.status.since)
  })

  it.each(['list$', 'change$'] as const)('errors with a refused login for a subscriber of %s', async face => {
    const refused = createPbxClient({ url: sim.url, credentials: { username: 'viptel', password: 'wrong' } })
    const error = new Promise(resolve =>
      (trackCalls(refused)[face] as Observable<unknown>).subscribe({ error: resolve }),
    )
    expect(await error).toBeInstanceOf(LoginRejectedError)
    await refused.close()
  })

  it('has absorbed an event, and emitted its change, before any subscriber of event$ or on() sees it', async () => {
    const calls = trackCalls(pbx)
    const queues = trackQueues(pbx)
    const order: string[] = []
    const done = createMessageLog()
    pbx.event$.subscribe(event =>
      order.push(
        `event$ ${event.event}, ${calls.find('1795500000.1')?.phase}, ${queues.current.get('601')?.waiting.length}`,
      ),
    )
    pbx.on('call.begin').subscribe(() => order.push(`on(), ${calls.find('1795500000.1')?.phase}`))
    calls.change$.subscribe(({ kind, call }) =>
      order.push(`${kind} ${call?.phase}, ${queues.current.get('601')?.waiting.length}`),
    )
    pbx.on('queue.join').subscribe(() => done.add('joined'))
    await pbx.online()
    sim.send(BEGIN)
    sim.send({
      event: 'queue.join',
      queue: 601,
      caller: '0900111222',
      caller_name: '',
      unique_id: '1795500000.1',
      position: 1,
    })
    await done.waitFor('joined')
    expect(order).toEqual([
      'begin ringing, undefined',
      'event$ call.begin, ringing, undefined',
      'on(), ringing',
      'queue queued, 1',
      'event$ queue.join, queued, 1',
    ])
  })

  it('emits what a subscriber brings about after what it is just emitting', async () => {
    const calls = trackCalls(pbx)
    const seen: string[] = []
    const done = createMessageLog()
    calls.change$.subscribe(({ kind, call }) => {
      seen.push(`first ${kind} ${call?.id}`)
      if (call?.id === '1795500000.1') calls.seed([{ uniqueId: '1.2', phase: 'ringing' }])
    })
    calls.change$.subscribe(({ kind, call }) => {
      seen.push(`second ${kind} ${call?.id}`)
      done.add(String(call?.id))
    })
    await pbx.online()
    sim.send(BEGIN)
    await done.waitFor('1.2')
    expect(seen).toEqual([
      'first begin 1795500000.1',
      'second begin 1795500000.1',
      'first begin 1.2',
      'second begin 1.2',
    ])
  })

  it('makes a call stale when the connection is lost, and fresh at its next event', async () => {
    const calls = trackCalls(pbx)
    const done = createMessageLog()
    calls.change$.subscribe(({ kind, call }) => done.add(`${kind} ${call?.stale}`))
    await pbx.online()
    sim.send(BEGIN)
    await done.waitFor('begin false')
    const stale = listed(calls, ([call]) => call?.stale === true)
    sim.drop()
    expect(await stale).toEqual([expect.objectContaining({ stale: true, controllable: false, phase: 'ringing' })])
    await sim.waitForLogin(2)
    sim.send(PICKUP)
    await done.waitFor('answer false')
    expect(calls.find('1795500000.1')).toMatchObject({ stale: false, controllable: false, phase: 'answered' })
    // it may have been forwarded while nobody listened
    expect(calls.find('1795500000.1')?.answeredBy).toBeUndefined()
  })

  it('does not call fresh after a login what was seeded before it, without a session', async () => {
    const calls = trackCalls(pbx)
    const queues = trackQueues(pbx)
    await pbx.online()
    const holding = pbx.connect()
    const snapshot = () => {
      calls.seed([{ uniqueId: '1.2', phase: 'ringing' }])
      queues.seed([{ queue: '601', members: [], waiting: [] }])
    }
    const known = () => [calls.find('1.2')?.stale, queues.current.get('601')?.complete]
    const seeded: unknown[] = []
    const waiting = pbx.status$.subscribe(({ state }) => {
      if (state !== 'waiting') return
      snapshot()
      seeded.push(known())
    })
    sim.drop()
    await sim.waitForLogin(2)
    await pbx.online()
    expect([...seeded, known()]).toEqual([
      [false, true],
      [true, false],
    ])
    waiting.unsubscribe()
    // a subscriber of gap$ may seed at once
    pbx.gap$.subscribe(snapshot)
    sim.drop()
    await sim.waitForLogin(3)
    await pbx.online()
    expect(known()).toEqual([false, true])
    holding.unsubscribe()
  })

  it('shows whom an API-created call rings, for a screen pop', async () => {
    const calls = trackCalls(pbx)
    const seen: string[] = []
    const done = createMessageLog()
    calls.change$.subscribe(({ kind, leg }) => {
      seen.push(`${kind} ${leg?.callee}`)
      done.add(kind)
    })
    await pbx.online()
    const answer = { event: 'call.create_response', call_random_id: 'r1', unique_id: '1795500000.1' }
    sim.send(answer)
    sim.send(BEGIN)
    sim.send({ ...answer, unique_id: '1795500000.2' })
    sim.send({ ...BEGIN, unique_id: '1795500000.2', callee: '13' })
    sim.send({ ...END, unique_id: '1795500000.2' })
    await done.waitFor('end')
    expect(seen).toEqual(['begin undefined', 'update 12', 'update undefined', 'update 13', 'end undefined'])
  })

  it('that is created late knows nothing from before, and says since when it does', async () => {
    const first = trackCalls(pbx)
    const done = createMessageLog()
    first.change$.subscribe(({ kind }) => done.add(kind))
    await pbx.online()
    sim.send(BEGIN)
    await done.waitFor('begin')
    const second = trackCalls(pbx)
    expect(second.since).toBeGreaterThanOrEqual(first.since ?? Infinity)
    expect(second.current.size).toBe(0)
    const unseen = new Promise<CallChange>(resolve => second.change$.subscribe(resolve))
    sim.send(END)
    expect(await unseen).toEqual({ kind: 'unseen-end', event: expect.objectContaining(END) })
  })

  it('completes its streams when it is closed, and when the client is', async () => {
    const ended: string[] = []
    const [closed, left] = [trackCalls(pbx), trackQueues(pbx)]
    closed.list$.subscribe({ complete: () => ended.push('list$') })
    closed.change$.subscribe({ complete: () => ended.push('change$') })
    left.list$.subscribe({ complete: () => ended.push('queues') })
    closed.close()
    expect(ended).toEqual(['list$', 'change$'])
    await pbx.close()
    expect(ended).toEqual(['list$', 'change$', 'queues'])
    const late: unknown[] = []
    trackCalls(pbx).list$.subscribe({ next: list => late.push(list), complete: () => late.push('complete') })
    expect(late).toEqual([[], 'complete'])
  })

  it('refuses what is no client, and options that cannot work', () => {
    expect(() => trackCalls({ event$: pbx.event$ })).toThrow(
      new TypeError('A tracker needs a client: the object that createPbxClient() gives.'),
    )
    expect(() => trackCalls(pbx, { hopGrace: -1 })).toThrow("'hopGrace' must be a number from 0 to 2147483647, not -1.")
    expect(() => trackCalls(pbx, { hopgrace: 1 } as never)).toThrow("Unknown option 'hopgrace'")
    expect(() => trackQueues(pbx, { isExtension: /1/ as never })).toThrow(
      "'isExtension' must be a function, not object.",
    )
  })

  it('emits its list at most once per listInterval, whatever the event rate, with untouched calls the same objects', () => {
    jest.useFakeTimers()
    const wire = createWire()
    const calls = trackCalls(wire.pbx, { listInterval: 50 })
    const lists: (readonly Call[])[] = []
    calls.list$.subscribe(list => lists.push(list))
    for (let call = 1; call <= 200; call += 1) wire.receive({ ...BEGIN, unique_id: `1795500000.${call}` })
    jest.advanceTimersByTime(49)
    expect(lists.map(({ length }) => length)).toEqual([0])
    jest.advanceTimersByTime(1)
    expect(lists.map(({ length }) => length)).toEqual([0, 200])
    jest.advanceTimersByTime(1_000)
    wire.receive(PICKUP)
    jest.advanceTimersByTime(50)
    expect(lists.length).toBe(3)
    const [, before, after] = lists
    expect(after?.[0]).not.toBe(before?.[0])
    expect(after?.slice(1).every((call, index) => call === before?.[index + 1])).toBe(true)
    calls.close()
    jest.useRealTimers()
  })

  it('keeps no process alive and leaves no timer', async () => {
    const set = jest.spyOn(globalThis, 'setTimeout')
    const calls = trackCalls(pbx, { keepEnded: 123_456 })
    const done = createMessageLog()
    calls.change$.subscribe(({ kind }) => done.add(kind))
    await pbx.online()
    sim.send(BEGIN)
    sim.send(END)
    await done.waitFor('end')
    const timers = set.mock.results
      .map(({ value }) => value as NodeJS.Timeout)
      .filter((_, index) => set.mock.calls[index]?.[1] === 123_456)
    set.mockRestore()
    expect(timers).not.toEqual([])
    expect(timers.every(timer => !timer.hasRef())).toBe(true)
  })
})
