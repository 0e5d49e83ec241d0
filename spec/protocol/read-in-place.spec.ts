import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { isRight } from 'fp-ts/Either'
import { pbxEvent, pbxResponse } from '../../src/protocol/codecs.js'
import { eventFields, type PbxEventName, pbxEventNames } from '../../src/protocol/events.js'
import { decodeFrame, readByTable, readFrame } from '../../src/protocol/frame.js'
import { readInPlace } from '../../src/protocol/read-in-place.js'

/** Frames as a PBX sends them, so that the fast way is taken for most. */
const RIGHT: { readonly [N in PbxEventName]: Record<string, unknown> } = {
  'call.begin': {
    caller: '0910000001',
    caller_name: 'Ján Novák',
    callee: '12',
    callee_name: '',
    called_number: '0220282028',
    unique_id: '1795418999.10',
  },
  'call.end': { unique_id: '1795418999.10', status: 'answer' },
  'call.pickup': { unique_id: '1795418999.10' },
  'call.create_response': { unique_id: '1795418999.10', call_random_id: '' },
  'queue.add': { queue: 601, member: '12', member_name: 'Peter' },
  'queue.remove': { queue: '601', member: '12', member_name: '' },
  'queue.pause': { queue: 601, member: '12' },
  'queue.unpause': { queue: 601, member: '12' },
  'queue.join': { queue: 601, caller: '0910000001', caller_name: '', unique_id: '1795418999.10', position: 1 },
  'queue.left': { queue: 601, unique_id: '1795418999.10', holdtime: 12 },
}

const value = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      null,
      '',
      '601',
      '1795418999.100',
      0,
      -0,
      601,
      12.5,
      true,
      false,
      [],
      {},
      ' 7 ',
      '7x',
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
)
const names = [...pbxEventNames, 'call.hold', '__proto__', 'constructor', '', 7, null] as const
const fieldNames = [
  ...new Set(pbxEventNames.flatMap(name => Object.keys(eventFields[name]))),
  'code',
  'message',
  'meta',
  '__proto__',
  'other',
]

/** A frame that is right but for a few fields, or arbitrary from the start. */
const frame = fc
  .record({
    event: fc.constantFrom<unknown>(...names),
    changes: fc.array(fc.tuple(fc.constantFrom(...fieldNames), value), { maxLength: 4 }),
    isBlank: fc.boolean(),
    without: fc.subarray(fieldNames, { maxLength: 2 }),
  })
  .map(({ event, changes, isBlank, without }) => {
    const right = !isBlank && typeof event === 'string' ? (RIGHT[event as PbxEventName] ?? {}) : {}
    const fields = Object.entries({ event, ...right }).filter(([name]) => !without.includes(name))
    return `{${[...fields, ...changes].map(([name, given]) => `${JSON.stringify(name)}:${JSON.stringify(given)}`).join(',')}}`
  })

const parse = (text: string) => JSON.parse(text) as Record<string, unknown>

describe('a frame read in place', () => {
  it.each(pbxEventNames)('is every %s as a PBX sends it', name => {
    expect(readInPlace({ event: name, ...RIGHT[name] }, undefined)).toBe(true)
  })

  it('gives what the tables give, for arbitrary frames', () => {
    let inPlace = 0
    fc.assert(
      fc.property(frame, text => {
        if (readInPlace(parse(text), undefined)) inPlace += 1
        expect(decodeFrame(text)).toEqual(readByTable(parse(text), undefined))
      }),
      { numRuns: 5_000 },
    )
    // Both ways have been taken, or nothing was compared.
    expect(inPlace).toBeGreaterThan(500)
    expect(inPlace).toBeLessThan(4_500)
  })

  it('is stamped as the tables stamp it, with the `meta` of the wire inside', () => {
    const stamp = () => ({ receivedAt: 1, seq: 2, session: 3 })
    fc.assert(
      fc.property(frame, text => {
        expect(readFrame(text, stamp())).toEqual(readByTable(parse(text), stamp()))
      }),
      { numRuns: 2_000 },
    )
  })

  it('agrees with the io-ts codecs', () => {
    fc.assert(
      fc.property(frame, text => {
        const decoded = decodeFrame(text)
        const given = parse(text)
        const asEvent = pbxEvent.decode(given)
        const asResponse = pbxResponse.decode(given)
        if (decoded.kind === 'event') expect(asEvent).toEqual({ _tag: 'Right', right: decoded.event })
        else if (decoded.kind === 'response') expect(asResponse).toEqual({ _tag: 'Right', right: decoded.response })
        else if (decoded.kind === 'invalid') {
          const isEvent = typeof given['event'] === 'string' && given['event'] !== ''
          expect(isEvent ? isRight(asEvent) : isRight(asResponse)).toBe(false)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('has nothing copied: the frame is the event', () => {
    const given = { event: 'call.pickup', unique_id: '1.10', extra: [1] }
    expect(readByTable(given, undefined)).toEqual({ kind: 'event', event: given })
    expect(readInPlace(given, undefined)).toBe(true)
  })
})
