import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { systemClock } from '../../../src/shared/clock.js'
import { createDelayLine } from '../../../src/simulator/server/delay-line.js'

describe('a delay line', () => {
  const done: string[] = []
  const note = (what: string) => () => void done.push(what)
  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
    done.length = 0
  })

  it('lets through at once what has no delay', () => {
    createDelayLine(systemClock).pass(note('now'), 0)
    expect(done).toEqual(['now'])
    expect(jest.getTimerCount()).toBe(0)
  })

  it('keeps the order: what is due earlier waits for what came before', () => {
    const line = createDelayLine(systemClock)
    line.pass(note('first'), 100)
    line.pass(note('second'), 0)
    line.pass(note('third'), 150)
    jest.advanceTimersByTime(99)
    expect(done).toEqual([])
    jest.advanceTimersByTime(1)
    expect(done).toEqual(['first', 'second'])
    jest.advanceTimersByTime(50)
    expect(done).toEqual(['first', 'second', 'third'])
    expect(jest.getTimerCount()).toBe(0)
  })

  it('bears that an action passes on another one, and never has more than one timer', () => {
    const line = createDelayLine(systemClock)
    const chain = (left: number) => () => {
      done.push(`${left}`)
      if (left > 0) line.pass(chain(left - 1), 10)
    }
    line.pass(chain(2), 10)
    jest.advanceTimersByTime(10)
    expect(jest.getTimerCount()).toBe(1)
    jest.advanceTimersByTime(20)
    expect(done).toEqual(['2', '1', '0'])
    expect(jest.getTimerCount()).toBe(0)
  })

  it('flushes in order, and forgets when told so', () => {
    const line = createDelayLine(systemClock)
    line.pass(note('first'), 100)
    line.pass(note('second'), 50)
    line.flush()
    expect(done).toEqual(['first', 'second'])
    line.pass(note('third'), 50)
    line.discard()
    line.pass(note('fourth'), 0)
    jest.runAllTimers()
    expect(done).toEqual(['first', 'second', 'fourth'])
  })
})
