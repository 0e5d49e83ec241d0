import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Subject } from 'rxjs'
import type { Signal } from '../../../src/client/connection/attempt-signal.js'
import { ConnectionLostError } from '../../../src/client/connection/connection-loss.js'
import { keepAlive } from '../../../src/client/connection/keep-alive.js'
import { createClock, type HeldClock } from '../../support/clock.js'

const policy = { interval: 15, timeout: 10, probe: false }

describe('liveness', () => {
  let clock: HeldClock
  let source$: Subject<Signal>
  /** When it asked, when it passed something on, and how it ended, in ms. */
  let asked: number[]
  let passed: [number, Signal['kind']][]
  let error: unknown
  let erredAt: number | undefined
  /** Events that went past the operators. */
  let events: number

  const time = () => clock.elapsed()
  const watch = ({ can = true, off = false } = {}) => {
    const ask = () => {
      asked.push(time())
      return can
    }
    source$.pipe(keepAlive(off ? undefined : policy, { clock, ask, countEvents: () => events })).subscribe({
      next: ({ kind }) => passed.push([time(), kind]),
      error: thrown => {
        error = thrown
        erredAt = time()
      },
    })
  }
  /** Gives these signals at these times, then lets time pass until `end`. */
  const play = (signals: [at: number, kind: 'pong' | 'online'][], end: number) => {
    for (const [at, kind] of signals) {
      clock.pass(at - time())
      source$.next({ kind })
    }
    clock.pass(end - time())
  }

  beforeEach(() => {
    clock = createClock()
    source$ = new Subject()
    asked = []
    passed = []
    error = erredAt = undefined
    events = 0
  })
  afterEach(() => {
    source$.error(new ConnectionLostError({ kind: 'torn', message: '' }))
    expect(clock.pending()).toBe(0)
  })

  it('asks at every interval from the login on, not before', () => {
    watch()
    const signals: [number, 'pong' | 'online'][] = [
      [0, 'pong'],
      [10, 'online'],
      [26, 'pong'],
      [41, 'pong'],
      [56, 'pong'],
    ]
    play(signals, 60)
    expect(asked).toEqual([25, 40, 55])
    expect(passed).toEqual(signals)
    expect(error).toBeUndefined()
  })

  it('gives the connection up when nothing came within the timeout', () => {
    watch()
    play([[0, 'online']], 24)
    expect(error).toBeUndefined()
    play([], 25)
    expect([erredAt, (error as ConnectionLostError).loss]).toEqual([
      25,
      { kind: 'silent', message: expect.stringContaining('did not answer within 10 ms') },
    ])
  })

  it('takes any frame as a sign of life', () => {
    watch()
    play(
      [
        [0, 'online'],
        [24, 'pong'],
      ],
      29,
    )
    expect(error).toBeUndefined()
  })

  it('takes an event that went past the operators as a sign of life', () => {
    watch()
    play([[0, 'online']], 24)
    events += 1
    play([], 29)
    expect(error).toBeUndefined()
    play([], 40)
    expect(asked).toEqual([15, 30])
    expect(erredAt).toBe(40)
  })

  it('does not take a frame from before the question for the answer', () => {
    watch()
    play(
      [
        [0, 'online'],
        [14, 'pong'],
      ],
      100,
    )
    expect(erredAt).toBe(25)
  })

  it('does not take an event from before the question for the answer', () => {
    watch()
    play([[0, 'online']], 14)
    events += 1
    play([], 100)
    expect(erredAt).toBe(25)
  })

  it('asks again at the next interval, though the timeout of an answered question has not passed', () => {
    source$
      .pipe(
        keepAlive(
          { interval: 5, timeout: 12, probe: false },
          { clock, ask: () => asked.push(time()) > 0, countEvents: () => events },
        ),
      )
      .subscribe({ error: () => (erredAt = time()) })
    play([[0, 'online']], 6)
    events += 1
    play([], 30)
    expect(asked).toEqual([5, 10])
    expect(erredAt).toBe(22)
  })

  it('watches nothing where the runtime has no way to ask', () => {
    watch({ can: false })
    play([[0, 'online']], 999)
    expect(asked.length).toBeGreaterThan(0)
    expect(error).toBeUndefined()
  })

  it('can be switched off', () => {
    watch({ off: true })
    play([[0, 'online']], 999)
    expect(asked).toEqual([])
    expect(error).toBeUndefined()
  })
})
