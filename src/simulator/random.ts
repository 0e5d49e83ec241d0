/** Repeatable chance: the same seed gives the same draws, on every machine. */
export interface Random {
  /** A number from 0 up to, but without, 1. */
  next(): number
  /** A whole number, both ends included. */
  int(min: number, max: number): number
  /** One entry of a list. Throws `RangeError` for an empty list. */
  pick<T>(list: readonly T[]): T
  /** True in this share of the draws, 0 to 1. A share of 0 or 1 draws nothing. */
  chance(share: number): boolean
  /** A time between two events that come by chance, such as calls. */
  exponential(mean: number): number
  /** A duration of what people do, such as talks. `sigma` is that of the logarithm. */
  logNormal(median: number, sigma: number): number
}

/** Spreads the text of a seed over the state, by FNV-1a with four bases. */
function seedState(text: string): [number, number, number, number] {
  const hash = (basis: number) => {
    let value = basis
    for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
    return value | 0
  }
  return [hash(0x811c9dc5), hash(0x9e3779b9), hash(0x85ebca6b), 1]
}

/** Makes the generator 'sfc32' of PractRand: 128 bits of state, the same draws everywhere. */
export function createRandom(seed: number | string): Random {
  const state = seedState(String(seed))
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
    pick: <T>(list: readonly T[]) => {
      if (list.length === 0) throw new RangeError('There is nothing to pick from an empty list.')
      // an index within the list, whose type may hold undefined
      return list[int(0, list.length - 1)] as T
    },
    chance: share => share >= 1 || (share > 0 && next() < share),
    exponential: mean => -Math.log(1 - next()) * mean,
    logNormal: (median, sigma) =>
      median * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
  }
}
