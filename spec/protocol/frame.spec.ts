import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { pbxEventNames } from '../../src/protocol/events.js'
import { decodeFrame } from '../../src/protocol/frame.js'

describe('decodeFrame', () => {
  it.each([
    ['nothing', '', 'not JSON'],
    ['half a frame', '{"event":"call.beg', 'not JSON'],
    ['a byte order mark', '\ufeff{"code":100}', 'not JSON'],
  ])('%s is no JSON', (_, text, detail) => {
    expect(decodeFrame(text)).toEqual({ kind: 'invalid', reason: 'invalid-json', detail })
  })

  it.each(['null', '1', '"call.end"', '[]', '[{"event":"call.end"}]', 'true'])('%s is no object', text => {
    expect(decodeFrame(text)).toEqual({ kind: 'invalid', reason: 'invalid-frame', detail: 'should be an object' })
  })

  it.each(['{}', '{"action":"user.login"}', '{"event":""}', '{"event":null}', '{"event":7}'])(
    '%s is neither event nor response',
    text => {
      expect(decodeFrame(text)).toMatchObject({
        kind: 'invalid',
        reason: 'invalid-frame',
        detail: expect.stringContaining('neither'),
      })
    },
  )

  it('goes by the event when a frame has both, and by the code when the event is no name', () => {
    expect(
      decodeFrame('{"event":"call.pickup","unique_id":"1.10","code":500,"message":"Action failed"}'),
    ).toMatchObject({
      kind: 'event',
      event: { code: 500 },
    })
    expect(decodeFrame('{"event":"","code":500,"message":"Action failed"}')).toMatchObject({
      kind: 'response',
      response: { code: 500 },
    })
    expect(decodeFrame('{"event":{},"code":"500","message":"Action failed"}')).toMatchObject({
      kind: 'response',
      response: { code: 500 },
    })
  })

  it('reads the code as a number or a numeric string, and a missing message as empty', () => {
    expect(decodeFrame('{"code":"202","message":"Login successfull"}')).toEqual({
      kind: 'response',
      response: { code: 202, message: 'Login successfull' },
    })
    expect(decodeFrame('{"code":202}')).toEqual({ kind: 'response', response: { code: 202, message: '' } })
    for (const code of ['null', '""', '"two"', '{}', 'true']) {
      expect(decodeFrame(`{"code":${code},"message":"x"}`)).toMatchObject({
        kind: 'invalid',
        detail: 'response: code should be a number or a numeric string',
      })
    }
  })

  it('keeps what comes with a response', () => {
    expect(
      decodeFrame('{"code":400,"message":"Inserted values are not valid","errors":{"to":["bad"]},"extra":1}'),
    ).toMatchObject({
      response: { errors: { to: ['bad'] }, extra: 1 },
    })
  })

  it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString'])(
    '%s is just a name: of an event, and of a field',
    name => {
      expect(decodeFrame(JSON.stringify({ event: name, a: 1 }))).toEqual({
        kind: 'unknown',
        event: { event: name, a: 1 },
      })
      // `caller` is missing, so the decoder has to make a copy
      const frame = decodeFrame(`{"event":"call.begin","unique_id":"1.1","${name}":{"polluted":true}}`)
      if (frame.kind !== 'event') throw new Error('not decoded')
      expect(Object.getPrototypeOf(frame.event)).toBe(Object.prototype)
      expect(Object.getOwnPropertyDescriptor(frame.event, name)?.value).toEqual({ polluted: true })
      expect((frame.event as { polluted?: boolean }).polluted).toBeUndefined()
    },
  )

  it('does not take an inherited name for a field of the frame', () => {
    expect(decodeFrame('{"__proto__":{"event":"call.pickup","unique_id":"1.1"}}')).toMatchObject({ kind: 'invalid' })
    expect(decodeFrame('{"event":"call.pickup","__proto__":{"unique_id":"1.1"}}')).toMatchObject({ kind: 'invalid' })
  })

  it('tells what is wrong by paths and kinds, never by values', () => {
    const frame = decodeFrame('{"event":"queue.join","queue":{"secret":"heslo"},"unique_id":12345}')
    expect(frame).toEqual({
      kind: 'invalid',
      reason: 'invalid-frame',
      detail: 'queue.join: queue should be a non-empty string or a number; unique_id should be a non-empty string',
    })
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), text =>
        ['event', 'response', 'unknown', 'invalid'].includes(decodeFrame(text).kind),
      ),
    )
  })

  it('never throws, whatever the fields of an event; keeps every field it does not know, and says the same twice', () => {
    const field = fc.constantFrom(
      'unique_id',
      'queue',
      'member',
      'caller',
      'position',
      'holdtime',
      'call_random_id',
      'meta',
      '__proto__',
      'constructor',
      'other',
    )
    const frame = fc.tuple(fc.constantFrom(...pbxEventNames, 'call.hold'), fc.array(fc.tuple(field, fc.jsonValue())))
    fc.assert(
      fc.property(frame, ([event, fields]) => {
        const text = `{"event":${JSON.stringify(event)}${fields.map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`).join('')}}`
        const decoded = decodeFrame(text)
        if (decoded.kind !== 'event') return
        expect(
          new Set(
            Object.keys(JSON.parse(text)).filter(name => name === 'other' || name === '__proto__' || name === 'meta'),
          ),
        ).toEqual(
          new Set(
            Object.keys(decoded.event).filter(name => name === 'other' || name === '__proto__' || name === 'meta'),
          ),
        )
        // NaN is no JSON, so a frame with a missing count says 'missing' again
        expect(decodeFrame(JSON.stringify(decoded.event))).toEqual(decoded)
      }),
    )
  })

  describe('nesting', () => {
    /** A frame of so many levels, itself included. */
    const nested = (levels: number, [open, close]: readonly [string, string]) =>
      `{"event":"call.hold","deep":${open.repeat(levels - 1)}${close.repeat(levels - 1)}}`
    const ARRAYS = ['[', ']'] as const

    it.each([
      ['an unknown event', '"event":"call.hold"'],
      ['an event', '"event":"call.pickup","unique_id":"1.1"'],
      ['a response', '"code":400,"message":"x"'],
    ])('of 100 levels is read and of 101 is an invalid frame, in %s', (_, fields) => {
      const frame = (levels: number) => `{${fields},"errors":${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}}`
      expect(decodeFrame(frame(98)).kind).not.toBe('invalid')
      expect(decodeFrame(frame(100))).toEqual({
        kind: 'invalid',
        reason: 'invalid-frame',
        detail: 'nested deeper than 100 levels',
      })
    })

    it('has its bound at 100 levels, the frame included', () => {
      expect(decodeFrame(nested(100, ARRAYS)).kind).toBe('unknown')
      expect(decodeFrame(nested(101, ARRAYS)).kind).toBe('invalid')
      expect(decodeFrame(nested(5_000, ARRAYS)).kind).toBe('invalid')
      expect(decodeFrame('['.repeat(1_000_000)).kind).toBe('invalid')
    })
  })
})
