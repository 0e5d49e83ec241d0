import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from '@jest/globals'
import { createFrameReader, rawOf } from '../../../src/client/connection/frame-reader.js'

const HOLD = (by: string) => JSON.stringify({ event: 'call.hold', by })
const bytes = (text: string) => Buffer.byteLength(text)

describe('the limit maxFrame', () => {
  it.each([
    ['ASCII', HOLD('x'.repeat(50))],
    ['two bytes a letter', HOLD('ž'.repeat(50))],
    ['three bytes a letter', HOLD('€'.repeat(50))],
    ['four bytes a letter', HOLD('📞'.repeat(25))],
  ])('counts bytes, not letters: %s', (_, text) => {
    expect(createFrameReader(bytes(text), () => 0).read(text, 1)).toMatchObject({ kind: 'unknown' })
    expect(createFrameReader(bytes(text) - 1, () => 0).read(text, 1)).toMatchObject({
      kind: 'invalid',
      reason: 'too-large',
      text,
      detail: expect.stringContaining(`${bytes(text) - 1} bytes`),
    })
  })

  it('refuses a text whose letters fit and whose bytes do not', () => {
    const text = HOLD('ž'.repeat(50))
    expect(text.length).toBeLessThan(100)
    expect(bytes(text)).toBeGreaterThan(100)
    expect(createFrameReader(100, () => 0).read(text, 1)).toMatchObject({ reason: 'too-large' })
  })

  it('keeps only the beginning of a frame that is too large, and counts it', () => {
    const reader = createFrameReader(5_000, () => 7)
    const read = reader.read('x'.repeat(5_001), 1)
    expect(read.kind === 'invalid' && rawOf(read.text)).toHaveLength(4_096)
    expect(reader.stats()).toEqual({ received: 1, events: 0, responses: 0, unknown: 0, invalid: 1, lastFrameAt: 7 })
  })
})

describe('the reader', () => {
  it('stamps every frame with its time, its number over the client’s life and its session', () => {
    let time = 10
    const reader = createFrameReader(1_000, () => time)
    expect(reader.stats()).toEqual({ received: 0, events: 0, responses: 0, unknown: 0, invalid: 0 })
    expect(reader.read(HOLD('12'), 1)).toMatchObject({ event: { meta: { receivedAt: 10, seq: 1, session: 1 } } })
    time = 20
    expect(reader.read('rubbish', 1)).toMatchObject({ meta: { receivedAt: 20, seq: 2, session: 1 } })
    expect(reader.read(undefined, 2)).toMatchObject({
      reason: 'too-large',
      text: '',
      meta: { receivedAt: 20, seq: 3, session: 2 },
    })
    expect(reader.read('{"event":"call.pickup","unique_id":"1.1"}', 2)).toMatchObject({
      event: { meta: { seq: 4, session: 2 } },
    })
    expect(reader.read('{"code":"202","message":"Login successfull"}', 2)).toMatchObject({
      response: { code: 202, meta: { seq: 5 } },
    })
    expect(reader.stats()).toEqual({ received: 5, events: 1, responses: 1, unknown: 1, invalid: 2, lastFrameAt: 20 })
  })
})

describe('the raw text of an anomaly', () => {
  it('is the beginning of the frame, whatever it holds', () => {
    for (const text of ['', 'x', 'ž€📞"\\\n', '\ud83d', `${'x'.repeat(4_095)}📞`])
      expect(rawOf(text)).toBe(text.slice(0, 4_096))
  })

  it('keeps no frame alive', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const usage = () => {
      collect()
      return process.memoryUsage().heapUsed
    }
    const reader = createFrameReader(1_048_576, () => 0)
    const kept: string[] = []
    const before = usage()
    for (let n = 0; n < 50; n += 1) {
      const frame = reader.read(
        Buffer.from(`{"event":"call.hold","n":${n},"pad":"${'x'.repeat(900_000)}"}`).toString(),
        1,
      )
      if (frame.kind === 'unknown') kept.push(rawOf(frame.text))
    }
    const grown = usage() - before
    expect(kept.map(raw => raw.length)).toEqual(Array.from({ length: 50 }, () => 4_096))
    // 50 frames are 45 MB, 50 copies 0.2 MB
    expect(grown).toBeLessThan(10_000_000)
  })
})
