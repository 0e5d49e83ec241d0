// Neither of the two that would spare this: crypto.subtle is missing on plain-http pages, where many a LAN dashboard lives, and the smallest well-kept
// library weighs more than the whole wire protocol. It stays this short because it hashes short texts, all at once.

const rotate = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits))

/** What each quarter of the 80 rounds mixes b, c and d by, and the constant that it adds (FIPS 180-4, 4.1.1 and 4.2.1). */
const QUARTERS: readonly (readonly [mix: (b: number, c: number, d: number) => number, constant: number])[] = [
  [(b, c, d) => (b & c) | (~b & d), 0x5a827999],
  [(b, c, d) => b ^ c ^ d, 0x6ed9eba1],
  [(b, c, d) => (b & c) | (b & d) | (c & d), 0x8f1bbcdc],
  [(b, c, d) => b ^ c ^ d, 0xca62c1d6],
]

/** The SHA-1 of a text as UTF-8, in lower-case hex (FIPS 180-4). */
export function sha1(text: string): string {
  const bytes = new TextEncoder().encode(text)
  // the bytes, one bit, zeros, and the length in bits at the end of a block of 64 bytes
  const padded = new DataView(new ArrayBuffer(((bytes.length + 72) >> 6) << 6))
  for (const [at, byte] of [...bytes, 0x80].entries()) padded.setUint8(at, byte)
  padded.setUint32(padded.byteLength - 4, bytes.length * 8)

  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]
  for (let block = 0; block < padded.byteLength; block += 64) {
    const words: number[] = []
    let [a, b, c, d, e] = state as [number, number, number, number, number]
    for (let round = 0; round < 80; round += 1) {
      const word = (back: number) => words[round - back] as number
      words[round] = round < 16 ? padded.getInt32(block + round * 4) : rotate(word(3) ^ word(8) ^ word(14) ^ word(16), 1)
      const [mix, constant] = QUARTERS[Math.floor(round / 20)] as (typeof QUARTERS)[number]
      const next = (rotate(a, 5) + mix(b, c, d) + e + constant + word(0)) | 0
      ;[a, b, c, d, e] = [next, a, rotate(b, 30), c, d]
    }
    state = [a, b, c, d, e].map((word, at) => (word + (state[at] as number)) | 0)
  }
  return state.map(word => (word >>> 0).toString(16).padStart(8, '0')).join('')
}
