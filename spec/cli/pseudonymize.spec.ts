import { describe, expect, it } from '@jest/globals'
import { createPseudonyms, type Pseudonyms } from '../../src/cli/pseudonymize.js'
import { createPseudonymizer } from '../../src/cli/pseudonymize-recording.js'
import { dialable, sameNumber } from '../../src/index.js'
import type { RecordedLine } from '../../src/simulator/index.js'

describe('the pseudonym of a number', () => {
  it.each([
    '12',
    '4321',
    '0900111222',
    '0220282028',
    '00420601123456',
    '+421900111222',
    '421900111222',
    '+421 900 111 222',
    '+420 601-123-456',
    '220282028123',
  ])('of %s is another of the same kind, length and writing', number => {
    const pseudonym = createPseudonyms().number(number)
    expect(pseudonym).not.toBe(number)
    expect(pseudonym.replace(/\d/g, '9')).toBe(number.replace(/\d/g, '9'))
    expect(/^(\+|00|0|421)/.exec(pseudonym)?.[0]).toBe(/^(\+|00|0|421)/.exec(number)?.[0])
    expect(dialable(pseudonym)).toHaveLength(dialable(number).length)
  })

  it('is the same for the same party, however it is written, and another for another', () => {
    const { number } = createPseudonyms()
    const writings = ['0900111222', '421900111222', '00421900111222', '+421 900 111 222', '+421 (0)900 111 222'].map(
      number,
    )
    for (const writing of writings) expect(sameNumber(writing, writings[0] ?? '')).toBe(true)
    expect(sameNumber(number('0900111223'), writings[0] ?? '')).toBe(false)
    expect(number('+420601123456')).toMatch(/^\+420/)
  })

  it('is nobody else’s, among all extensions of two digits', () => {
    const { number } = createPseudonyms()
    const all = Array.from({ length: 80 }, (_, index) => number(String(11 + index)))
    expect(new Set(all).size).toBe(80)
    for (const pseudonym of all) expect(pseudonym).toMatch(/^[1-9]\d$/)
  })

  it.each(['', 'anonymous', 'Unknown'])('of %j says nothing, and stays', text => {
    expect(createPseudonyms().number(text)).toBe(text)
  })

  it('of a text that is no number has other letters and digits', () => {
    const pseudonyms = createPseudonyms()
    const pseudonym = pseudonyms.number('SIP/peter-12')
    expect(pseudonym).toMatch(/^[a-z]{3}\/[a-z]{5}-\d\d$/)
    expect(pseudonym).not.toContain('peter')
    expect(pseudonyms.number('SIP/peter-12')).toBe(pseudonym)
  })
})

describe('the pseudonym of a name', () => {
  it('is the same for the same name, and a number for a number', () => {
    const pseudonyms = createPseudonyms()
    expect([pseudonyms.name('Jana'), pseudonyms.name('Peter'), pseudonyms.name('Jana'), pseudonyms.name('')]).toEqual([
      'Name 1',
      'Name 2',
      'Name 1',
      '',
    ])
    expect(pseudonyms.name('0900111222')).toBe(pseudonyms.number('0900111222'))
  })
})

describe('pseudonymized lines', () => {
  const pseudonymize = (lines: readonly RecordedLine[], pseudonyms: Pseudonyms = createPseudonyms()) => {
    const written: RecordedLine[] = []
    const { write, end } = createPseudonymizer(pseudonyms, line => written.push(line))
    for (const line of lines) write(line)
    end()
    return written.map(({ frame }) => frame as Record<string, unknown>)
  }
  const frames = (...all: object[]) => pseudonymize(all.map((frame, index) => ({ t: index, frame })))

  it('keep ids, types and what counts, and a party stays one over all its fields', () => {
    const [begin, join, pause] = frames(
      {
        event: 'call.begin',
        unique_id: '1.1',
        caller: 42,
        caller_name: 'Jana',
        callee: '0910000001',
        callee_name: '0910000001',
        called_number: '0910000001',
      },
      { event: 'queue.join', queue: 601, caller: '42', caller_name: null, unique_id: '1.1', position: 1 },
      { event: 'queue.pause', queue: '601', member: 42 },
    )
    expect(begin).toMatchObject({
      event: 'call.begin',
      unique_id: '1.1',
      caller: expect.any(Number),
      caller_name: 'Name 1',
    })
    expect(begin?.['caller']).not.toBe(42)
    expect(begin?.['callee_name']).toBe(begin?.['callee'])
    expect(join).toEqual({
      event: 'queue.join',
      queue: 601,
      caller: String(begin?.['caller']),
      caller_name: null,
      unique_id: '1.1',
      position: 1,
    })
    expect(pause).toEqual({ event: 'queue.pause', queue: '601', member: begin?.['caller'] })
  })

  it('keep a queue’s number also where it was dialled before anybody said that it is a queue', () => {
    const [begin, join] = frames(
      {
        event: 'call.begin',
        unique_id: '1.1',
        caller: '0910000001',
        callee: '500',
        callee_name: '500',
        called_number: '0220282028',
      },
      { event: 'queue.join', queue: 500, unique_id: '1.1' },
    )
    expect(begin).toMatchObject({ callee: '500', callee_name: '500' })
    expect(join).toMatchObject({ queue: 500 })
  })

  it('keep a queue consistent that is known too late', () => {
    const [begin, , join] = pseudonymize([
      { t: 0, frame: { event: 'call.begin', callee: '500' } },
      { t: 5_000, frame: { event: 'call.begin', callee: '12' } },
      { t: 9_000, frame: { event: 'queue.join', queue: 500 } },
    ])
    expect(String(join?.['queue'])).toBe(begin?.['callee'])
    expect(begin?.['callee']).not.toBe('500')
  })

  it('hide what nobody knows the meaning of, but ids', () => {
    const [frame] = frames({
      event: 'call.new',
      note: 'Jana',
      via: '0910000001',
      other_id: '1795418999.1',
      parts: [{ who: 'Jana' }],
      on: true,
      caller: { n: 'Jana' },
    })
    expect(frame).toEqual({
      event: 'call.new',
      note: 'Name 1',
      via: expect.not.stringMatching('0910000001'),
      other_id: '1795418999.1',
      parts: [{ who: 'Name 1' }],
      on: true,
      caller: { n: 'Name 1' },
    })
  })

  it('have something as unreadable in the place of what cannot be read', () => {
    expect(
      pseudonymize([
        { t: 0, kind: 'text', frame: { text: '{"caller":"09100000' } },
        { t: 0, kind: 'text', frame: { text: '["0910000001"]' } },
        { t: 0, kind: 'text', frame: { text: '' } },
        { t: 0, kind: 'binary', frame: { base64: 'QUJD' } },
        { t: 0, kind: 'close', frame: { code: 1006 } },
      ]),
    ).toEqual([{ text: '?' }, { text: 'null' }, { text: '' }, { base64: '' }, { code: 1006 }])
  })

  it('go on when a line comes that is a second younger, and all of them at the end', () => {
    const written: number[] = []
    const { write, end } = createPseudonymizer(createPseudonyms(), ({ t }) => written.push(t))
    for (const t of [0, 10, 999]) write({ t, frame: {} })
    expect(written).toEqual([])
    write({ t: 1_010, frame: {} })
    expect(written).toEqual([0, 10])
    end()
    expect(written).toEqual([0, 10, 999, 1_010])
  })
})
