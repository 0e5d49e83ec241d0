import { describe, expect, it } from '@jest/globals'
import { expectTypeOf } from 'expect-type'
import { isRight } from 'fp-ts/Either'
import type { PbxEventOf, UnknownEvent } from '../../src/index.js'
import * as codecs from '../../src/protocol/codecs.js'
import { isKnown, type PbxEvent, pbxEventNames, type WireEvent } from '../../src/protocol/events.js'
import { decodeFrame } from '../../src/protocol/frame.js'

/** A valid frame of each event, every field of the type that the document gives. */
const FRAMES: { [N in WireEvent['event']]: Record<string, unknown> & { event: N } } = {
  'call.begin': {
    event: 'call.begin',
    caller: '0900111222',
    caller_name: 'Jana',
    callee: '12',
    callee_name: 'Peter',
    called_number: '0220282028',
    unique_id: '1795418999.1',
  },
  'call.end': { event: 'call.end', unique_id: '1795418999.1', status: 'answer' },
  'call.pickup': { event: 'call.pickup', unique_id: '1795418999.1' },
  'call.create_response': { event: 'call.create_response', unique_id: '1795418999.1', call_random_id: 'a1' },
  'queue.add': { event: 'queue.add', queue: '601', member: '12', member_name: 'Peter' },
  'queue.remove': { event: 'queue.remove', queue: '601', member: '12', member_name: 'Peter' },
  'queue.pause': { event: 'queue.pause', queue: '601', member: '12' },
  'queue.unpause': { event: 'queue.unpause', queue: '601', member: '12' },
  'queue.join': {
    event: 'queue.join',
    queue: '601',
    caller: '0900111222',
    caller_name: 'Jana',
    unique_id: '1795418999.1',
    position: 1,
  },
  'queue.left': { event: 'queue.left', queue: '601', unique_id: '1795418999.1', holdtime: 30 },
}
const decode = (frame: object) => decodeFrame(JSON.stringify(frame))

describe('the ten events', () => {
  it('are the document’s', () => {
    expect([...pbxEventNames].sort()).toEqual(Object.keys(FRAMES).sort())
  })

  it.each(Object.values(FRAMES))('$event decodes to itself when everything is as documented', frame => {
    expect(decode(frame)).toEqual({ kind: 'event', event: frame })
  })

  it.each(Object.values(FRAMES))('$event keeps fields that this SDK does not know', frame => {
    expect(decode({ ...frame, colour: { deep: [1] } })).toEqual({
      kind: 'event',
      event: { ...frame, colour: { deep: [1] } },
    })
  })

  it.each(Object.values(FRAMES).filter(frame => 'unique_id' in frame))(
    '$event without a unique_id, or with one that is no text, is invalid',
    frame => {
      for (const unique_id of [undefined, null, '', 1795418999.1, true, {}]) {
        expect(decode({ ...frame, unique_id })).toMatchObject({
          kind: 'invalid',
          reason: 'invalid-frame',
          detail: `${frame.event}: unique_id should be a non-empty string`,
        })
      }
    },
  )

  it.each(['queue.add', 'queue.remove', 'queue.pause', 'queue.unpause'] as const)(
    '%s without its queue or member is invalid, and takes both as numbers',
    name => {
      for (const field of ['queue', 'member']) {
        for (const value of [undefined, null, '', true, []])
          expect(decode({ ...FRAMES[name], [field]: value })).toMatchObject({ kind: 'invalid' })
        expect(decode({ ...FRAMES[name], [field]: 601 })).toMatchObject({ kind: 'event', event: { [field]: '601' } })
      }
    },
  )

  it.each(['queue.join', 'queue.left'] as const)('%s without its queue is invalid, and takes it as a number', name => {
    expect(decode({ ...FRAMES[name], queue: null })).toMatchObject({
      kind: 'invalid',
      detail: `${name}: queue should be a non-empty string or a number`,
    })
    expect(decode({ ...FRAMES[name], queue: 601 })).toMatchObject({ kind: 'event', event: { queue: '601' } })
  })

  it.each([
    ['call.begin', ['caller', 'caller_name', 'callee', 'callee_name', 'called_number']],
    ['call.end', ['status']],
    ['queue.add', ['member_name']],
    ['queue.remove', ['member_name']],
    ['queue.join', ['caller', 'caller_name']],
  ] as const)(
    '%s: names that are numbers become strings, missing ones empty, other things are invalid',
    (name, fields) => {
      for (const field of fields) {
        expect(decode({ ...FRAMES[name], [field]: 421900111222 })).toMatchObject({ event: { [field]: '421900111222' } })
        expect(decode({ ...FRAMES[name], [field]: null })).toMatchObject({ event: { [field]: '' } })
        expect(decode({ ...FRAMES[name], [field]: undefined })).toMatchObject({ event: { [field]: '' } })
        for (const value of [true, {}, ['12']])
          expect(decode({ ...FRAMES[name], [field]: value })).toMatchObject({ kind: 'invalid' })
      }
    },
  )

  it.each([
    ['queue.join', 'position'],
    ['queue.left', 'holdtime'],
  ] as const)('%s: %s is a number, whatever came; NaN when nothing did; other things are invalid', (name, field) => {
    const counted = (value: unknown) => decode({ ...FRAMES[name], [field]: value })
    for (const value of [7, '7', ' 7 ', '7.0']) expect(counted(value)).toMatchObject({ event: { [field]: 7 } })
    for (const value of [null, undefined, '']) expect(counted(value)).toMatchObject({ event: { [field]: Number.NaN } })
    for (const value of ['seven', '0x7', true, {}, '7;']) expect(counted(value)).toMatchObject({ kind: 'invalid' })
  })

  it('call.begin: from_queue_unique_id is optional and never made from a number', () => {
    const begin = FRAMES['call.begin']
    expect(decode({ ...begin, from_queue_unique_id: '1795418999.10' })).toMatchObject({
      event: { from_queue_unique_id: '1795418999.10' },
    })
    for (const missing of [null, ''])
      expect(decode({ ...begin, from_queue_unique_id: missing })).toEqual({ kind: 'event', event: begin })
    expect(decode({ ...begin, from_queue_unique_id: 1795418999.1 })).toMatchObject({ kind: 'invalid' })
  })

  it('call.create_response: call_random_id is empty when missing and never made from a number', () => {
    const response = FRAMES['call.create_response']
    for (const missing of [null, undefined])
      expect(decode({ ...response, call_random_id: missing })).toMatchObject({ event: { call_random_id: '' } })
    expect(decode({ ...response, call_random_id: 1236 })).toMatchObject({ kind: 'invalid' })
  })

  it('call.end: any other word is a status too', () => {
    expect(decode({ ...FRAMES['call.end'], status: 'hijacked' })).toMatchObject({ event: { status: 'hijacked' } })
  })
})

describe('the exported codecs', () => {
  it('know the ten names; names of Object are just names', () => {
    for (const name of pbxEventNames) expect(isKnown(name)).toBe(true)
    for (const name of ['constructor', '__proto__', 'toString', 'call', '']) expect(isKnown(name)).toBe(false)
  })

  it('are one for each event, which decodes as the client does and knows no other', () => {
    const { pbxEvent: _any, pbxResponse: _response, ...each } = codecs
    expect(Object.values(each).map(codec => codec.name)).toEqual(expect.arrayContaining([...pbxEventNames]))
    expect(Object.keys(each)).toHaveLength(pbxEventNames.length)
    for (const codec of Object.values(each)) {
      for (const frame of Object.values(FRAMES))
        expect(codec.decode(frame)._tag).toBe(frame.event === codec.name ? 'Right' : 'Left')
    }
    expect(codecs.queueJoin.decode({ ...FRAMES['queue.join'], queue: 601, caller: null, position: '2' })).toMatchObject(
      {
        right: { queue: '601', caller: '', position: 2 },
      },
    )
  })

  it('report what is wrong by path and expected kind', () => {
    const decoded = codecs.queueLeft.decode({ event: 'queue.left', queue: '601', unique_id: 7, holdtime: 'soon' })
    if (isRight(decoded)) throw new Error('decoded')
    expect(
      decoded.left.map(({ value, context }) => [
        context.map(({ key }) => key).join('.'),
        context.at(-1)?.type.name,
        value,
      ]),
    ).toEqual([
      ['.unique_id', 'a non-empty string', 7],
      ['.holdtime', 'a number or a numeric string', 'soon'],
    ])
  })

  it('pbxEvent decodes any of the ten and refuses the rest', () => {
    expect(codecs.pbxEvent.decode({ ...FRAMES['queue.left'], holdtime: '30' })).toMatchObject({
      _tag: 'Right',
      right: FRAMES['queue.left'],
    })
    for (const other of [null, [], 'call.end', {}, { event: 'call.hold' }, { event: 'call.end' }])
      expect(isRight(codecs.pbxEvent.decode(other))).toBe(false)
    expect(codecs.pbxEvent.is(FRAMES['queue.left'])).toBe(true)
    expect(codecs.pbxEvent.is({ ...FRAMES['queue.left'], holdtime: '30' })).toBe(false)
  })

  it('never change what they are given', () => {
    const frame = Object.freeze({ ...FRAMES['queue.join'], position: '2', caller: 900111222 })
    expect(codecs.pbxEvent.decode(frame)).toMatchObject({ right: { position: 2, caller: '900111222' } })
    expect(frame.position).toBe('2')
  })

  it('give types by which events are distinguished', () => {
    expectTypeOf<PbxEventOf<'queue.join'>>().toMatchObjectType<{
      event: 'queue.join'
      queue: string
      position: number
    }>()
    expectTypeOf<PbxEventOf<'call.begin'>['from_queue_unique_id']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<Extract<PbxEvent, { event: 'call.end' }>['status']>().toExtend<string>()
    expectTypeOf<PbxEvent['meta']['receivedAt']>().toEqualTypeOf<number>()
    expectTypeOf<UnknownEvent['anything']>().toEqualTypeOf<unknown>()
  })
})
