/** Chance that can be repeated: the same seed gives the same draws, on every machine. */
export interface Random {
  /** From 0 up to, but without, 1. */
  next(): number
  /** A whole number, both ends included. */
  int(min: number, max: number): number
  /** One of a list that has at least one. */
  pick<T>(list: readonly T[]): T
  /** True in this share of the draws, 0 to 1. A share of 0 or 1 draws nothing. */
  chance(share: number): boolean
  /** Waiting times of what comes by chance, such as calls. */
  exponential(mean: number): number
  /** Lengths of what people do, such as talks. `sigma` is that of the logarithm. */
  logNormal(median: number, sigma: number): number
}

/** The generator is 'sfc32' of PractRand: 128 bits of state, good enough for any simulation, and the same everywhere. */
export function createRandom(seed: number | string): Random {
  const state = seeded(String(seed))
  const next = () => {
    const [a, b, c, counter] = state
    const sum = (a + b + counter) | 0
    state[0] = b ^ (b >>> 9)
    state[1] = (c + (c << 3)) | 0
    state[2] = (((c << 21) | (c >>> 11)) + sum) | 0
    state[3] = (counter + 1) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 12; round += 1) next()
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))

  return {
    next,
    int,
    pick: list => {
      if (list.length === 0) throw new RangeError('There is nothing to pick from an empty list.')
      return list[int(0, list.length - 1)] as (typeof list)[number]
    },
    chance: share => share >= 1 || (share > 0 && next() < share),
    exponential: mean => -Math.log(1 - next()) * mean,
    logNormal: (median, sigma) =>
      median * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
  }
}

/** Spreads the seed's text over the state, by FNV-1a with four bases. */
function seeded(text: string): [number, number, number, number] {
  const hash = (basis: number) => {
    let value = basis
    for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
    return value | 0
  }
  return [hash(0x811c9dc5), hash(0x9e3779b9), hash(0x85ebca6b), 1]
}
