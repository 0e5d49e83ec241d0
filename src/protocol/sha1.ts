// SHA-1 of our own: `crypto.subtle` is missing on plain-http pages, where many a LAN dashboard lives, and the smallest
// well-kept library weighs more than the whole wire protocol. The code is short because the texts are short: each is
// hashed all at once.

const rotate = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits))

/** The SHA-1 of a text as UTF-8, in lower-case hex (FIPS 180-4). */
export function sha1(text: string): string {
  const bytes = new TextEncoder().encode(text)
  // Padding: the bytes, one bit, zeros, and the length in bits at the end of a block of 64 bytes.
  const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6)
  padded.set([...bytes, 0x80])
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 4, bytes.length * 8)

  // H0 to H4 of the standard. Two are the complements of two others.
  let state = [0x67452301, ~0x10325476, ~0x67452301, 0x10325476, ~0x3c2d1e0f]
  for (let block = 0; block < padded.length; block += 64) {
    const words: number[] = []
    const word = (at: number) => words[at] as number
    let [a, b, c, d, e] = state as [number, number, number, number, number]
    for (let round = 0; round < 80; round += 1) {
      words[round] =
        round < 16
          ? view.getInt32(block + round * 4)
          : rotate(word(round - 3) ^ word(round - 8) ^ word(round - 14) ^ word(round - 16), 1)
      const quarter = (round / 20) | 0
      const mixed = [d ^ (b & (c ^ d)), b ^ c ^ d, (b & c) | (d & (b | c)), b ^ c ^ d][quarter] as number
      // The constants of the standard are these roots.
      const constant = Math.sqrt([2, 3, 5, 10][quarter] as number) * 2 ** 30
      ;[a, b, c, d, e] = [(rotate(a, 5) + mixed + e + (constant | 0) + word(round)) | 0, a, rotate(b, 30), c, d]
    }
    state = [a, b, c, d, e].map((sum, at) => (sum + (state[at] as number)) | 0)
  }
  return hex(new Uint32Array(state))
}

/** Words of 32 bits in lower-case hex. */
export function hex(words: Uint32Array): string {
  return Array.from(words, word => word.toString(16).padStart(8, '0')).join('')
}
