import { beforeEach, describe, expect, it } from '@jest/globals'
import { TestScheduler } from 'rxjs/testing'
import { liveness } from '../../src/connection/liveness.js'
import { Lost } from '../../src/connection/loss.js'

const policy = { interval: 15, timeout: 10, probe: false }
const silent = new Lost({ kind: 'silent', message: 'The PBX did not answer within 10 ms; the connection was given up' })

describe('liveness', () => {
  let scheduler: TestScheduler
  let asked: number[]
  const watch = (can = true) =>
    liveness<string>(policy, {
      from: item => item === 'o',
      scheduler,
      ask: () => {
        asked.push(scheduler.now())
        return can
      },
    })
  beforeEach(() => {
    asked = []
    scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
  })

  it('asks at every interval from the login on, not before', () => {
    scheduler.run(({ hot, expectObservable }) => {
      const source$ = hot('a 9ms o 15ms p 14ms p 14ms p 4ms #', undefined, silent)
      expectObservable(source$.pipe(watch())).toBe('a 9ms o 15ms p 14ms p 14ms p 4ms #', undefined, silent)
    })
    expect(asked).toEqual([25, 40, 55])
  })

  it('gives the connection up when nothing came within the timeout', () => {
    scheduler.run(({ hot, expectObservable }) => {
      expectObservable(hot('o').pipe(watch())).toBe('o 24ms #', undefined, silent)
    })
  })

  it('takes any frame as a sign of life', () => {
    scheduler.run(({ hot, expectObservable }) => {
      const source$ = hot('o 23ms x', undefined, silent)
      expectObservable(source$.pipe(watch()), '^ 29ms !').toBe('o 23ms x')
    })
  })

  it('does not take a frame from before the question for the answer', () => {
    scheduler.run(({ hot, expectObservable }) => {
      expectObservable(hot('o 13ms x').pipe(watch())).toBe('o 13ms x 10ms #', undefined, silent)
    })
  })

  it('watches nothing where the runtime has no way to ask', () => {
    scheduler.run(({ hot, expectObservable }) => {
      expectObservable(hot('o').pipe(watch(false)), '^ 999ms !').toBe('o')
    })
  })

  it('can be switched off', () => {
    scheduler.run(({ hot, expectObservable }) => {
      expectObservable(hot('o').pipe(liveness(undefined, { from: () => true, ask: () => true, scheduler })), '^ 999ms !').toBe('o')
    })
  })
})
