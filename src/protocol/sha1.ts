// Neither of the two that would spare this: crypto.subtle is missing on plain-http pages, where many a LAN dashboard lives, and the smallest well-kept
// library weighs more than the whole wire protocol. It stays this short because it hashes short texts, all at once.

const rotate = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits))

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
    const word = (at: number) => words[at] as number
    let [a, b, c, d, e] = state as [number, number, number, number, number]
    for (let round = 0; round < 80; round += 1) {
      words[round] = round < 16 ? padded.getInt32(block + round * 4) : rotate(word(round - 3) ^ word(round - 8) ^ word(round - 14) ^ word(round - 16), 1)
      const quarter = (round / 20) | 0
      const mixed = [(b & c) | (~b & d), b ^ c ^ d, (b & c) | (b & d) | (c & d), b ^ c ^ d][quarter] as number
      const constant = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][quarter] as number
      ;[a, b, c, d, e] = [(rotate(a, 5) + mixed + e + constant + word(round)) | 0, a, rotate(b, 30), c, d]
    }
    state = [a, b, c, d, e].map((sum, at) => (sum + (state[at] as number)) | 0)
  }
  return state.map(sum => (sum >>> 0).toString(16).padStart(8, '0')).join('')
}
