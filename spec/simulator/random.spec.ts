import { describe, expect, it } from '@jest/globals'
import { createRandom, type Random } from '../../src/simulator/random.js'

const MANY = 20_000
const draws = (seed: number | string, draw: (random: Random) => number, count = MANY) => {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => draw(random))
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length / 2]

describe('chance from a seed', () => {
  it('is the same for the same seed, and another for another, however alike', () => {
    const seeds = [0, 1, 2, -1, 0.5, '', 'a', 'b', 'aa', 'ab', 'ba']
    for (const seed of seeds)
      expect(draws(seed, random => random.next(), 50)).toEqual(draws(seed, random => random.next(), 50))
    const firsts = seeds.map(seed => createRandom(seed).next())
    expect(new Set(firsts).size).toBe(seeds.length)
    expect(createRandom(7).next()).toBe(createRandom('7').next())
  })

  it('is spread evenly from 0 up to 1, from the first draw of every seed on', () => {
    for (const values of [
      draws(1, random => random.next()),
      Array.from({ length: MANY }, (_, seed) => createRandom(seed).next()),
    ]) {
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...values)).toBeLessThan(1)
      const tenths = Array.from(
        { length: 10 },
        (_, tenth) => values.filter(value => Math.floor(value * 10) === tenth).length / values.length,
      )
      for (const share of tenths) expect(share).toBeCloseTo(0.1, 1)
      expect(mean(values)).toBeCloseTo(0.5, 1)
    }
  })

  it('draws whole numbers, both ends included', () => {
    const thrown = draws('dice', random => random.int(1, 6))
    for (const face of [1, 2, 3, 4, 5, 6])
      expect(thrown.filter(value => value === face).length / MANY).toBeCloseTo(1 / 6, 1)
    expect(new Set(thrown).size).toBe(6)
  })

  it('picks from a list, and not from an empty one', () => {
    expect(new Set(draws(1, random => random.pick([3, 5, 7]), 100))).toEqual(new Set([3, 5, 7]))
    expect(() => createRandom(1).pick([])).toThrow(RangeError)
  })

  it('is as frequent as its share, and costs one draw whatever the share', () => {
    expect(mean(draws(1, random => Number(random.chance(0.2))))).toBeCloseTo(0.2, 1)
    expect(draws(1, random => Number(random.chance(0)), 100)).not.toContain(1)
    expect(draws(1, random => Number(random.chance(1)), 100)).not.toContain(0)
    const [never, always] = [createRandom(1), createRandom(1)]
    never.chance(0)
    always.chance(1)
    expect(never.next()).toBe(always.next())
  })

  it('has times and durations with the mean and the median asked for', () => {
    const times = draws(1, random => random.exponential(30))
    expect(mean(times) / 30).toBeCloseTo(1, 1)
    const durations = draws(1, random => random.logNormal(120, 0.8))
    expect(Number(median(durations)) / 120).toBeCloseTo(1, 1)
    const spread = Math.sqrt(mean(durations.map(duration => Math.log(duration / 120) ** 2)))
    expect(spread).toBeCloseTo(0.8, 1)
    expect([...times, ...durations].every(value => Number.isFinite(value) && value >= 0)).toBe(true)
  })
})
