import { beforeEach, describe, expect, it } from '@jest/globals'
import { createDelayLine } from '../../../src/simulator/server/delay-line.js'
import { createClock, type HeldClock } from '../../support/clock.js'

describe('a delay line', () => {
  const done: string[] = []
  const note = (what: string) => () => void done.push(what)
  let clock: HeldClock
  beforeEach(() => {
    clock = createClock()
    done.length = 0
  })

  it('lets through at once what has no delay', () => {
    createDelayLine(clock).pass(note('now'), 0)
    expect(done).toEqual(['now'])
    expect(clock.pending()).toBe(0)
  })

  it('keeps the order: what is due earlier waits for what came before', () => {
    const line = createDelayLine(clock)
    line.pass(note('first'), 100)
    line.pass(note('second'), 0)
    line.pass(note('third'), 150)
    clock.pass(99)
    expect(done).toEqual([])
    clock.pass(1)
    expect(done).toEqual(['first', 'second'])
    clock.pass(50)
    expect(done).toEqual(['first', 'second', 'third'])
    expect(clock.pending()).toBe(0)
  })

  it('bears that an action passes on another one, and never has more than one timer', () => {
    const line = createDelayLine(clock)
    const chain = (left: number) => () => {
      done.push(`${left}`)
      if (left > 0) line.pass(chain(left - 1), 10)
    }
    line.pass(chain(2), 10)
    clock.pass(10)
    expect(clock.pending()).toBe(1)
    clock.pass(20)
    expect(done).toEqual(['2', '1', '0'])
    expect(clock.pending()).toBe(0)
  })

  it('comes to an end for a delay that is no whole number of ms', () => {
    const line = createDelayLine(clock)
    line.pass(note('late'), 10 / 3)
    clock.pass(4)
    expect(done).toEqual(['late'])
  })

  it('flushes in order, and forgets on discard()', () => {
    const line = createDelayLine(clock)
    line.pass(note('first'), 100)
    line.pass(note('second'), 50)
    line.flush()
    expect(done).toEqual(['first', 'second'])
    line.pass(note('third'), 50)
    line.discard()
    line.pass(note('fourth'), 0)
    clock.pass(1_000)
    expect(done).toEqual(['first', 'second', 'fourth'])
  })
})
