import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { Subject } from 'rxjs'
import type { Signal } from '../../../src/client/connection/attempt-signal.js'
import { endings } from '../../../src/client/connection/close-reason.js'
import { Lost } from '../../../src/client/connection/connection-loss.js'

const policy = { interval: 15, timeout: 10, probe: false }

describe('liveness', () => {
  let source$: Subject<Signal>
  let began: number
  /** When it asked, when it passed something on, and how it ended, in ms. */
  let asked: number[]
  let passed: [number, Signal['kind']][]
  let error: unknown
  let erredAt: number | undefined

  const time = () => Date.now() - began
  const watch = ({ can = true, off = false } = {}) => {
    const ask = () => {
      asked.push(time())
      return can
    }
    source$.pipe(endings(text => text, Date.now, off ? undefined : policy, ask)).subscribe({
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
      jest.advanceTimersByTime(at - time())
      source$.next({ kind })
    }
    jest.advanceTimersByTime(end - time())
  }

  beforeEach(() => {
    jest.useFakeTimers()
    source$ = new Subject()
    began = Date.now()
    asked = []
    passed = []
    error = erredAt = undefined
  })
  afterEach(() => {
    source$.error(new Lost({ kind: 'torn', message: '' }))
    expect(jest.getTimerCount()).toBe(0)
    jest.useRealTimers()
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
    expect([erredAt, (error as Lost).loss]).toEqual([
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
