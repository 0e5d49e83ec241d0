import { describe, expect, it } from '@jest/globals'
import { createExpiryQueue } from '../../src/shared/expiry-queue.js'
import { createClock } from '../support/clock.js'

const queues = () => {
  const clock = createClock()
  const expired: string[] = []
  const queue = (name: string, ms: number) =>
    createExpiryQueue<string>(clock, ms, key => expired.push(`${name} ${key}`))
  return { clock, expired, queue }
}

describe('an expiry queue', () => {
  it('expires a key after its time, and not before', () => {
    const { clock, expired, queue } = queues()
    queue('a', 100).put('x')
    clock.pass(99)
    expect(expired).toEqual([])
    clock.pass(1)
    expect(expired).toEqual(['a x'])
    clock.pass(1_000)
    expect(expired).toEqual(['a x'])
  })

  it('gives a key that is put again its whole time', () => {
    const { clock, expired, queue } = queues()
    const a = queue('a', 100)
    a.put('x')
    a.put('y')
    clock.pass(60)
    a.put('x')
    clock.pass(60)
    expect(expired).toEqual(['a y'])
    clock.pass(40)
    expect(expired).toEqual(['a y', 'a x'])
  })

  it('does not expire what was removed', () => {
    const { clock, expired, queue } = queues()
    const a = queue('a', 100)
    a.put('x')
    a.remove('x')
    a.remove('never there')
    expect([a.ends.size, clock.pending()]).toEqual([0, 0])
    clock.pass(100)
    expect(expired).toEqual([])
  })

  it('has one timer however many keys there are, and none when it is empty', () => {
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

  it('does not wait for a queue with a longer time', () => {
    const { clock, expired, queue } = queues()
    queue('long', 1_000).put('x')
    queue('short', 10).put('x')
    clock.pass(10)
    expect(expired).toEqual(['short x'])
    clock.pass(990)
    expect(expired).toEqual(['short x', 'long x'])
  })

  it('expires what ended while the machine slept as soon as it wakes', () => {
    const { clock, expired, queue } = queues()
    const a = queue('a', 100)
    a.put('x')
    clock.sleep(1_000)
    a.put('y')
    clock.pass(0)
    expect(expired).toEqual(['a x'])
  })

  it('takes a key that is put while another expires', () => {
    const clock = createClock()
    const expired: number[] = []
    const queue = createExpiryQueue<string>(clock, 100, key => {
      expired.push(clock.now())
      if (expired.length < 3) queue.put(key)
    })
    const start = clock.now()
    queue.put('x')
    clock.pass(1_000)
    expect(expired).toEqual([start + 100, start + 200, start + 300])
  })

  it('with no time to live expires later, never at once', () => {
    const { clock, expired, queue } = queues()
    queue('a', 0).put('x')
    expect(expired).toEqual([])
    clock.pass(0)
    expect(expired).toEqual(['a x'])
  })

  it('does not expire what was removed while another expired', () => {
    const clock = createClock()
    const expired: string[] = []
    const queue = createExpiryQueue<string>(clock, 100, key => {
      expired.push(key)
      queue.remove('y')
    })
    for (const key of ['x', 'y', 'z']) queue.put(key)
    clock.pass(100)
    expect(expired).toEqual(['x', 'z'])
    expect(clock.pending()).toBe(0)
  })

  it('keeps whole ms, rounded up, so that nothing expires early', () => {
    const clock = createClock()
    const expired: string[] = []
    const queue = createExpiryQueue<string>({ after: clock.after, elapsed: () => clock.elapsed() + 0.4 }, 100, key =>
      expired.push(key),
    )
    queue.put('x')
    expect([...queue.ends.values()]).toEqual([101])
    clock.pass(100)
    expect(expired).toEqual([])
    clock.pass(1)
    expect(expired).toEqual(['x'])
  })
})
