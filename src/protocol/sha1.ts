// SHA-1 of our own: `crypto.subtle` is missing on plain-http pages, where many a LAN dashboard lives, and the
// smallest well-kept library weighs more than the whole wire protocol. The code is short because the texts are short:
// each is hashed all at once.

const rotate = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits))

/** H0 to H4 of the standard. Two are the complements of two others. */
const START = [0x67452301, ~0x10325476, ~0x67452301, 0x10325476, ~0x3c2d1e0f] as const

/** The SHA-1 of a text as UTF-8, in lower-case hex (FIPS 180-4). */
export function sha1(text: string): string {
  const bytes = new TextEncoder().encode(text)
  // Padding: the bytes, one bit, zeros, and the length in bits at the end of a block of 64 bytes.
  const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6)
  padded.set([...bytes, 0x80])
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 4, bytes.length * 8)

  let [h0, h1, h2, h3, h4]: [number, number, number, number, number] = [...START]
  for (let block = 0; block < padded.length; block += 64) {
    const words = expand(view, block)
    let [a, b, c, d, e] = [h0, h1, h2, h3, h4]
    for (const [round, word] of words.entries()) {
      const next = (rotate(a, 5) + mix(round, b, c, d) + e + word) | 0
      ;[a, b, c, d, e] = [next, a, rotate(b, 30), c, d]
    }
    ;[h0, h1, h2, h3, h4] = [(h0 + a) | 0, (h1 + b) | 0, (h2 + c) | 0, (h3 + d) | 0, (h4 + e) | 0]
  }
  return hex(new Uint32Array([h0, h1, h2, h3, h4]))
}

/** The 80 words of a block: its own 16, and those that follow from them. */
function expand(view: DataView, block: number): number[] {
  const words: number[] = []
  const before = (distance: number) => words[words.length - distance] ?? 0
  for (let round = 0; round < 80; round += 1) {
    words.push(
      round < 16 ? view.getInt32(block + round * 4) : rotate(before(3) ^ before(8) ^ before(14) ^ before(16), 1),
    )
  }
  return words
}

/** The function and the constant of a round. The constants of the standard are roots of 2, 3, 5 and 10. */
function mix(round: number, b: number, c: number, d: number): number {
  if (round < 20) return (d ^ (b & (c ^ d))) + 0x5a827999
  if (round < 40) return (b ^ c ^ d) + 0x6ed9eba1
  if (round < 60) return ((b & c) | (d & (b | c))) + 0x8f1bbcdc
  return (b ^ c ^ d) + 0xca62c1d6
}

/** Words of 32 bits in lower-case hex. */
export function hex(words: Uint32Array): string {
  return Array.from(words, word => word.toString(16).padStart(8, '0')).join('')
}
