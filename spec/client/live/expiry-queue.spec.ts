import { describe, expect, it } from '@jest/globals'
import { createLane } from '../../../src/client/live/expiry-queue.js'
import { createClock } from '../../support/clock.js'

const lanes = () => {
  const clock = createClock()
  const due: string[] = []
  const lane = (name: string, ms: number) => createLane<string>(clock, ms, key => due.push(`${name} ${key}`))
  return { clock, due, lane }
}

describe('deadlines', () => {
  it('tell what is due after its time, and not before', () => {
    const { clock, due, lane } = lanes()
    lane('a', 100).put('x')
    clock.pass(99)
    expect(due).toEqual([])
    clock.pass(1)
    expect(due).toEqual(['a x'])
    clock.pass(1_000)
    expect(due).toEqual(['a x'])
  })

  it('start anew for what is put in again', () => {
    const { clock, due, lane } = lanes()
    const a = lane('a', 100)
    a.put('x')
    a.put('y')
    clock.pass(60)
    a.put('x')
    clock.pass(60)
    expect(due).toEqual(['a y'])
    clock.pass(40)
    expect(due).toEqual(['a y', 'a x'])
  })

  it('forget what is removed', () => {
    const { clock, due, lane } = lanes()
    const a = lane('a', 100)
    a.put('x')
    a.remove('x')
    a.remove('never there')
    expect([a.ends.size, clock.pending()]).toEqual([0, 0])
    clock.pass(100)
    expect(due).toEqual([])
  })

  it('of a lane keep one timer however many they are, and none when nothing is due', () => {
    const { clock, lane } = lanes()
    const a = lane('a', 100)
    const b = lane('b', 50)
    for (let key = 0; key < 1_000; key += 1) {
      a.put(String(key))
      b.put(String(key))
    }
    expect(clock.pending()).toBe(2)
    clock.pass(50)
    expect([a.ends.size, b.ends.size, clock.pending()]).toEqual([1_000, 0, 1])
    clock.pass(50)
    expect([a.ends.size, clock.pending()]).toEqual([0, 0])
  })

  it('of a shorter lane do not wait for those of a longer', () => {
    const { clock, due, lane } = lanes()
    lane('long', 1_000).put('x')
    lane('short', 10).put('x')
    clock.pass(10)
    expect(due).toEqual(['short x'])
    clock.pass(990)
    expect(due).toEqual(['short x', 'long x'])
  })

  it('that passed while the machine slept are told when it wakes', () => {
    const { clock, due, lane } = lanes()
    const a = lane('a', 100)
    a.put('x')
    clock.sleep(1_000)
    a.put('y')
    clock.pass(0)
    expect(due).toEqual(['a x'])
  })

  it('may be set by what is due', () => {
    const clock = createClock()
    const due: number[] = []
    const lane = createLane<string>(clock, 100, key => {
      due.push(clock.now())
      if (due.length < 3) lane.put(key)
    })
    const start = clock.now()
    lane.put('x')
    clock.pass(1_000)
    expect(due).toEqual([start + 100, start + 200, start + 300])
  })

  it('of no time at all are still told later, never at once', () => {
    const { clock, due, lane } = lanes()
    lane('a', 0).put('x')
    expect(due).toEqual([])
    clock.pass(0)
    expect(due).toEqual(['a x'])
  })

  it('are told of all but those that were removed by what came due', () => {
    const clock = createClock()
    const due: string[] = []
    const lane = createLane<string>(clock, 100, key => {
      due.push(key)
      lane.remove('y')
    })
    for (const key of ['x', 'y', 'z']) lane.put(key)
    clock.pass(100)
    expect(due).toEqual(['x', 'z'])
    expect(clock.pending()).toBe(0)
  })
})
