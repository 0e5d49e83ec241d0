import { describe, expect, it } from '@jest/globals'
import { createExpiryQueue } from '../../src/shared/expiry-queue.js'
import { createClock } from '../support/clock.js'

const queues = () => {
  const clock = createClock()
  const due: string[] = []
  const queue = (name: string, ms: number) => createExpiryQueue<string>(clock, ms, key => due.push(`${name} ${key}`))
  return { clock, due, queue }
}

describe('deadlines', () => {
  it('expire a key after its time, and not before', () => {
    const { clock, due, queue } = queues()
    queue('a', 100).put('x')
    clock.pass(99)
    expect(due).toEqual([])
    clock.pass(1)
    expect(due).toEqual(['a x'])
    clock.pass(1_000)
    expect(due).toEqual(['a x'])
  })

  it('start anew for a key that is put again', () => {
    const { clock, due, queue } = queues()
    const a = queue('a', 100)
    a.put('x')
    a.put('y')
    clock.pass(60)
    a.put('x')
    clock.pass(60)
    expect(due).toEqual(['a y'])
    clock.pass(40)
    expect(due).toEqual(['a y', 'a x'])
  })

  it('forget a key that is removed', () => {
    const { clock, due, queue } = queues()
    const a = queue('a', 100)
    a.put('x')
    a.remove('x')
    a.remove('never there')
    expect([a.ends.size, clock.pending()]).toEqual([0, 0])
    clock.pass(100)
    expect(due).toEqual([])
  })

  it('of one queue keep one timer however many they are, and none when nothing is due', () => {
    const { clock, queue } = queues()
    const a = queue('a', 100)
    const b = queue('b', 50)
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

  it('of a shorter queue do not wait for those of a longer', () => {
    const { clock, due, queue } = queues()
    queue('long', 1_000).put('x')
    queue('short', 10).put('x')
    clock.pass(10)
    expect(due).toEqual(['short x'])
    clock.pass(990)
    expect(due).toEqual(['short x', 'long x'])
  })

  it('that passed while the machine slept expire when it wakes', () => {
    const { clock, due, queue } = queues()
    const a = queue('a', 100)
    a.put('x')
    clock.sleep(1_000)
    a.put('y')
    clock.pass(0)
    expect(due).toEqual(['a x'])
  })

  it('may be set anew while they expire', () => {
    const clock = createClock()
    const due: number[] = []
    const queue = createExpiryQueue<string>(clock, 100, key => {
      due.push(clock.now())
      if (due.length < 3) queue.put(key)
    })
    const start = clock.now()
    queue.put('x')
    clock.pass(1_000)
    expect(due).toEqual([start + 100, start + 200, start + 300])
  })

  it('of no time at all still expire later, never at once', () => {
    const { clock, due, queue } = queues()
    queue('a', 0).put('x')
    expect(due).toEqual([])
    clock.pass(0)
    expect(due).toEqual(['a x'])
  })

  it('expire all keys but those that were removed meanwhile', () => {
    const clock = createClock()
    const due: string[] = []
    const queue = createExpiryQueue<string>(clock, 100, key => {
      due.push(key)
      queue.remove('y')
    })
    for (const key of ['x', 'y', 'z']) queue.put(key)
    clock.pass(100)
    expect(due).toEqual(['x', 'z'])
    expect(clock.pending()).toBe(0)
  })

  it('set while others expire wait for their own timer, and no second one is set', () => {
    const clock = createClock()
    const due: string[] = []
    const queue = createExpiryQueue<string>(clock, 0, key => {
      due.push(key)
      queue.remove('y')
      if (key === 'x') for (const next of ['y', 'z']) queue.put(next)
      expect(clock.pending()).toBe(0)
    })
    queue.put('x')
    clock.pass(0)
    expect(due).toEqual(['x', 'y', 'z'])
    expect(clock.pending()).toBe(0)
  })

  it('are all gone with one call', () => {
    const { clock, due, queue } = queues()
    const a = queue('a', 100)
    for (const key of ['x', 'y']) a.put(key)
    a.clear()
    expect([a.ends.size, clock.pending()]).toEqual([0, 0])
    clock.pass(100)
    expect(due).toEqual([])
    a.put('x')
    clock.pass(100)
    expect(due).toEqual(['a x'])
  })

  it('pass by the timer alone where the clock stands still, as under half-faked timers', () => {
    const clock = createClock()
    const due: string[] = []
    const queue = createExpiryQueue<string>({ after: clock.after, elapsed: () => 0 }, 100, key => due.push(key))
    queue.put('x')
    clock.pass(99)
    expect(due).toEqual([])
    clock.pass(1)
    expect(due).toEqual(['x'])
  })

  it('have whole ms, rounded up, so that nothing expires early', () => {
    const clock = createClock()
    const due: string[] = []
    const queue = createExpiryQueue<string>({ after: clock.after, elapsed: () => clock.elapsed() + 0.4 }, 100, key =>
      due.push(key),
    )
    queue.put('x')
    expect([...queue.ends.values()]).toEqual([101])
    clock.pass(100)
    expect(due).toEqual([])
    clock.pass(1)
    expect(due).toEqual(['x'])
  })
})
