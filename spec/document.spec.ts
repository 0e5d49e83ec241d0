import { describe, expect, it } from '@jest/globals'
import { encodeAction } from '../src/protocol/actions.js'
import { decodeFrame } from '../src/protocol/frame.js'
import { meaningOf } from '../src/protocol/responses.js'

/** An example with JSON's quotes in place of the document's typographic ones. Nothing else is changed. */
const json = (example: string) => example.replace(/[„“]/g, '"')

// Every example of the vendor's document, version 1.0.8, by section and in order.
const EXAMPLES = {
  'Úvod, žiadosť': `{
  „action“: „meno_akcie“,
  „parameter1“: „hodnota1“
}`,
  'Úvod, odpoveď': `{
  „code“: 100,
  „message“: „Popisná správa“
}`,
  'Úvod, udalosť': `{
  „event“: „nazov.udalosti“,
  „parameter1“: „hodnota1“,
  ...
}`,
  Prihlasovanie: `{
  „action“: „login“,
  „username“: „vase_meno“,
  „password“: „prihlasovaci_hash“
}`,
  'Prihlasovanie, reštart': `{
  „code“: 503,
  „message“: „Server is restarting, please reconnect“
}`,
  Prihlásenie: `{
  „action“: „user.login“,
  „username“: „viptel“,
  „password“: „b5d50737185ad2c5e6abea5a3683285685e9085e“
}`,
  Odhlásenie: `{
  „action“: „user.logout“
}`,
  'Vytvorenie hovoru, zmena unique_id': `{"event": "call.create_response", "unique_id": "14549.678", "call_random_id": "1236"}
{"event": "call.create_response", "unique_id": "14550.679", "call_random_id": "1236"}
{"event": "call.end", "unique_id": "1453466550.679", "status": "chanunavail"}`,
  'Vytvorenie hovoru': `{
  „action“: „call.create“,
  „from“: „12“,
  „to“: „0220282028“,
  „call_random_id“: „13798421854“
}`,
  'Zrušenie hovoru': `{
  „action“: „call.hangup“,
  „unique_id“: „1453223070.4“
}`,
  'Presmerovanie hovoru': `{
  „action“: „call.redirect“,
  „unique_id“: „1453223070.4“,
  „destination“: „13“
}`,
  'Zoznam udalostí': `{
  „event“: „nazov_udalosti“,
  „parameter1“: „hodnota1“,
  „parameter2“: „hodnota2“,
  ...
}`,
  'Začiatok hovoru': `{
  "event": "call.begin",
  "caller": "42",
  "caller_name": "Jan",
  "callee": "43",
  "callee_name": "Robert",
  "called_number": "43",
  "unique_id": "1453467797.684"
}`,
} as const

const example = (section: keyof typeof EXAMPLES) => json(EXAMPLES[section])

describe('the vendor’s document', () => {
  it('Úvod: a response is recognised by its code; the text of this 100 is a placeholder', () => {
    const frame = decodeFrame(example('Úvod, odpoveď'))
    expect(frame).toEqual({ kind: 'response', response: { code: 100, message: 'Popisná správa' } })
    expect(frame.kind === 'response' && meaningOf(frame.response)).toBe('greeting')
  })

  it.each(['Úvod, udalosť', 'Zoznam udalostí'] as const)(
    '%s: the template of an event holds three dots, so it is no JSON',
    section => {
      expect(decodeFrame(example(section))).toMatchObject({ kind: 'invalid', reason: 'invalid-json' })
    },
  )

  it.each([
    ['Úvod, udalosť', { event: 'nazov.udalosti', parameter1: 'hodnota1' }],
    ['Zoznam udalostí', { event: 'nazov_udalosti', parameter1: 'hodnota1', parameter2: 'hodnota2' }],
  ] as const)('%s: without the dots it is an event of an unknown name, kept as it is', (section, event) => {
    expect(decodeFrame(example(section).replace(/,\s*\.\.\./, ''))).toEqual({ kind: 'unknown', event })
  })

  it('Prihlasovanie: the announcement of a restart', () => {
    const frame = decodeFrame(example('Prihlasovanie, reštart'))
    expect(frame).toEqual({
      kind: 'response',
      response: { code: 503, message: 'Server is restarting, please reconnect' },
    })
    expect(frame.kind === 'response' && meaningOf(frame.response)).toBe('restarting')
  })

  it('Prihlásenie: user.login is encoded so; its name is user.login, not login as in the section before', () => {
    expect(
      JSON.parse(
        encodeAction('user.login', { username: 'viptel', password: 'b5d50737185ad2c5e6abea5a3683285685e9085e' }),
      ),
    ).toEqual(JSON.parse(example('Prihlásenie')))
    const early = { ...JSON.parse(example('Prihlasovanie')), action: 'user.login' }
    expect(JSON.parse(encodeAction('user.login', { username: 'vase_meno', password: 'prihlasovaci_hash' }))).toEqual(
      early,
    )
  })

  it('Odhlásenie: user.logout is encoded so', () => {
    expect(JSON.parse(encodeAction('user.logout'))).toEqual(JSON.parse(example('Odhlásenie')))
  })

  it.each([
    [
      'Vytvorenie hovoru',
      encodeAction('call.create', {
        from: '12',
        to: '0220282028',
        call_random_id: '13798421854',
        caller_id: undefined,
      }),
    ],
    ['Zrušenie hovoru', encodeAction('call.hangup', { unique_id: '1453223070.4' })],
    ['Presmerovanie hovoru', encodeAction('call.redirect', { unique_id: '1453223070.4', destination: '13' })],
  ] as const)('%s: the action is encoded so', (section, text) => {
    expect(JSON.parse(text)).toEqual(JSON.parse(example(section)))
  })

  it('Vytvorenie hovoru: the id of a call that changes', () => {
    const frames = example('Vytvorenie hovoru, zmena unique_id').split('\n').map(decodeFrame)
    expect(frames).toEqual([
      { kind: 'event', event: { event: 'call.create_response', unique_id: '14549.678', call_random_id: '1236' } },
      { kind: 'event', event: { event: 'call.create_response', unique_id: '14550.679', call_random_id: '1236' } },
      { kind: 'event', event: { event: 'call.end', unique_id: '1453466550.679', status: 'chanunavail' } },
    ])
  })

  it('Začiatok hovoru: call.begin, every field as it stands', () => {
    expect(decodeFrame(example('Začiatok hovoru'))).toEqual({
      kind: 'event',
      event: {
        event: 'call.begin',
        caller: '42',
        caller_name: 'Jan',
        callee: '43',
        callee_name: 'Robert',
        called_number: '43',
        unique_id: '1453467797.684',
      },
    })
  })

  it.each([
    'Úvod, žiadosť',
    'Prihlasovanie',
    'Prihlásenie',
    'Odhlásenie',
    'Vytvorenie hovoru',
    'Zrušenie hovoru',
    'Presmerovanie hovoru',
  ] as const)('%s: an action of a client is not mistaken for a frame of the server', section => {
    expect(decodeFrame(example(section))).toMatchObject({ kind: 'invalid', reason: 'invalid-frame' })
  })
})
