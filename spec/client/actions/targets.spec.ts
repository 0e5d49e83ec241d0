import { describe, expect, it } from '@jest/globals'
import type { CallTarget, OutboundCall, Redirection } from '../../../src/index.js'
import { createStage, IDS, NOT_FOUND, POLICY, type Stage, watch } from './stage.js'

const [ID1, ID2, FOREIGN, OTHER] = IDS
const call = (stage: Stage, callRandomId = 'r1') =>
  watch(stage.actions.createCall({ from: '12', to: '0220282028', callRandomId }))
const followed = (stage: Stage) => {
  const watched = call(stage)
  stage.created('r1', ID1)
  stage.created('r1', ID2)
  return watched.values.at(-1) as OutboundCall
}
const phases = ({ values }: { values: Redirection[] }) => values.map(({ phase }) => phase)

describe('hangup()', () => {
  it.each<[string, (call: OutboundCall) => CallTarget]>([
    ['a snapshot', call => call],
    [
      'its first snapshot, without an id',
      ({ callRandomId }) => ({ callRandomId, phase: 'sent', uniqueIds: [] }) as CallTarget,
    ],
    ['its first id', () => ID1],
    ['its newest id', () => ID2],
    ['a call of a tracker', () => ({ uniqueId: ID1, uniqueIds: [ID1] }) as CallTarget],
  ])('of a followed call by %s names its newest id and takes the end of any of its ids', (_, target) => {
    for (const id of [ID1, ID2]) {
      const stage = createStage()
      const watched = watch(stage.actions.hangup(target(followed(stage))))
      expect(stage.sent.at(-1)).toMatchObject({ action: 'call.hangup', unique_id: ID2 })
      stage.end(OTHER)
      stage.pickup(id)
      expect(watched.ends).toBe(0)
      stage.end(id, 'busy')
      expect(watched).toMatchObject({ values: [{ event: 'call.end', unique_id: id, status: 'busy' }], completed: true })
    }
  })

  it('of a call that is not followed takes the end of any id it came with', () => {
    for (const id of [FOREIGN, OTHER]) {
      const stage = createStage()
      const watched = watch(stage.actions.hangup({ uniqueId: OTHER, uniqueIds: [FOREIGN, OTHER] } as CallTarget))
      expect(stage.sent).toMatchObject([{ unique_id: OTHER }])
      stage.end(ID1)
      expect(watched.ends).toBe(0)
      stage.end(id)
      expect(watched.completed).toBe(true)
      stage.clock.pass(POLICY.settleWithin)
      expect(stage.isClean()).toBe(true)
    }
  })

  it('of a row whose ids are a text takes no end of that', () => {
    const stage = createStage()
    const watched = watch(stage.actions.hangup({ uniqueId: OTHER, uniqueIds: FOREIGN } as CallTarget))
    stage.end(FOREIGN)
    expect(watched.ends).toBe(0)
  })

  it.each([null, [], 'abc', 5, [5], ['1795419099.1']])(
    'of a row that calls its ids %j goes by the one that was sent',
    uniqueIds => {
      const stage = createStage()
      const watched = watch(stage.actions.hangup({ uniqueId: FOREIGN, uniqueIds } as CallTarget))
      expect(watched.error).toBeUndefined()
      stage.end(FOREIGN)
      expect(watched.completed).toBe(true)
    },
  )

  it.each<[string, (row: { uniqueId?: unknown }) => unknown]>([
    ['loses its id', row => delete row.uniqueId],
    ['gets a number for an id', row => Object.assign(row, { uniqueId: 5 })],
    [
      'can no longer be read',
      row =>
        Object.defineProperty(row, 'uniqueId', {
          get: () => {
            throw new Error('gone')
          },
        }),
    ],
  ])('of a row that %s until it is sent, is not sent, and stops nobody', (_, spoil) => {
    const stage = createStage({}, { online: false })
    const row = { uniqueId: FOREIGN }
    const watched = watch(stage.actions.hangup(row))
    const other = watch(stage.actions.hangup(OTHER))
    spoil(row)
    stage.actions.sessionStarted(0)
    expect(watched).toMatchObject({ error: { name: 'NotSentError' }, ends: 1 })
    expect(stage.sent).toMatchObject([{ unique_id: OTHER }])
    expect(other.ends).toBe(0)
  })

  it('of a followed call that is given up as lost takes its end all the same', () => {
    const stage = createStage({ staleAfter: 500 })
    const target = followed(stage)
    stage.lose()
    stage.actions.sessionStarted(0)
    const watched = watch(stage.actions.hangup(target))
    stage.clock.pass(500)
    stage.end(ID2)
    expect(watched.completed).toBe(true)
  })

  it('asked for twice is confirmed twice by one end', () => {
    const stage = createStage({ concurrency: 2 })
    const both = [watch(stage.actions.hangup(FOREIGN)), watch(stage.actions.hangup({ uniqueId: FOREIGN }))]
    stage.end(FOREIGN)
    expect(both.map(({ completed }) => completed)).toEqual([true, true])
  })

  it('of a call that has no id yet is not sent', () => {
    const stage = createStage({ concurrency: 2 })
    const watched = call(stage)
    const early = watch(stage.actions.hangup(watched.values[0] ?? ''))
    expect(early.error).toMatchObject({
      name: 'NotSentError',
      message: expect.stringContaining('no unique_id yet'),
      safeToRepeat: true,
    })
    expect(stage.sent).toHaveLength(1)
  })

  it('of an ended call never hangs up a later one that was given the same random id', () => {
    const stage = createStage()
    const first = followed(stage)
    stage.end(ID2)
    call(stage)
    stage.created('r1', FOREIGN)
    watch(stage.actions.hangup(first))
    stage.clock.pass(POLICY.settleWithin)
    expect(stage.sent.at(-1)).toMatchObject({ action: 'call.hangup', unique_id: ID2 })
  })

  it('by an id that turns out to be a created call’s takes the end of its later id, too', () => {
    const stage = createStage({ concurrency: 2 })
    call(stage)
    stage.begin(ID1)
    const watched = watch(stage.actions.hangup(ID1))
    stage.created('r1', ID1)
    stage.created('r1', ID2)
    stage.end(ID2)
    expect(watched.completed).toBe(true)
    stage.clock.pass(POLICY.settleWithin)
    expect(stage.isClean()).toBe(true)
  })

  it('takes the end of an id that is only afterwards known to be the call’s', () => {
    const stage = createStage()
    const target = followed(stage)
    const watched = watch(stage.actions.hangup(target))
    stage.end(FOREIGN)
    expect(watched.ends).toBe(0)
    stage.created('r1', FOREIGN)
    expect(watched).toMatchObject({ values: [{ unique_id: FOREIGN }], completed: true })
  })

  it('that nothing confirmed emits no late end, but no error is attributed to it either', () => {
    const stage = createStage()
    const watched = watch(stage.actions.hangup(FOREIGN))
    stage.clock.pass(POLICY.confirmWithin)
    expect(watched.error).toMatchObject({ name: 'DeliveryUncertainError' })
    stage.end(FOREIGN)
    expect(stage.answer(...NOT_FOUND)).toMatch(/error of no action/)
    expect(watched).toMatchObject({ ends: 1, after: 0 })
    stage.clock.pass(POLICY.confirmWithin)
    expect(stage.isClean()).toBe(true)
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 1795419091.342],
    ['an object without an id', {}],
    ['an id that is a number', { uniqueId: 1795419091.342 }],
    ['an empty id', { uniqueId: '' }],
    ['an id with a blank', '1795419091.342 '],
  ])('refuses %s before anything is written', (_, target) => {
    const stage = createStage()
    expect(watch(stage.actions.hangup(target as CallTarget)).error).toMatchObject({ name: 'InvalidRequestError' })
    expect(watch(stage.actions.redirect(target as CallTarget, '13')).error).toMatchObject({
      name: 'InvalidRequestError',
    })
    expect(stage.sent).toEqual([])
    expect(stage.held).toEqual([])
  })
})

describe('redirect()', () => {
  it('rings at a begin on the target towards the destination, however that is written, and at nothing else', () => {
    const stage = createStage()
    const watched = watch(stage.actions.redirect(FOREIGN, '0900111222'))
    stage.begin(OTHER, '0900111222')
    stage.begin(FOREIGN, '13')
    stage.begin(FOREIGN, '111222')
    stage.begin(FOREIGN, '0900111222', { from_queue_unique_id: OTHER })
    stage.pickup(FOREIGN)
    expect(phases(watched)).toEqual(['sent'])
    stage.begin(FOREIGN, '+421900111222')
    expect(watched.values.at(-1)).toMatchObject({
      phase: 'ringing',
      uniqueId: FOREIGN,
      destination: '0900111222',
      event: { callee: '+421900111222' },
    })
    stage.begin(FOREIGN, '0900111222')
    expect(phases(watched)).toEqual(['sent', 'ringing'])
    stage.pickup(FOREIGN)
    expect(watched).toMatchObject({ completed: true })
    expect(watched.values.at(-1)).toMatchObject({ phase: 'answered', event: { event: 'call.pickup' } })
    stage.clock.pass(POLICY.settleWithin)
    expect(stage.isClean()).toBe(true)
  })

  it('is not confirmed by what came before it was sent, whatever is known of that only later', () => {
    const stage = createStage({ concurrency: 8 })
    let early: { values: Redirection[] } | undefined
    stage.actions.createCall({ from: '12', to: '0220282028', callRandomId: 'r1' }).subscribe(one => {
      if (one.phase === 'created') early = watch(stage.actions.redirect(one, '0220282028'))
    })
    stage.begin(ID1)
    stage.pickup(ID1)
    const byId = watch(stage.actions.redirect(ID1, '0220282028'))
    stage.created('r1', ID1)
    expect(early && phases(early)).toEqual(['sent'])
    expect(phases(byId)).toEqual(['sent'])
    stage.begin(ID1)
    expect(early && phases(early)).toEqual(['sent', 'ringing'])
    expect(phases(byId)).toEqual(['sent', 'ringing'])
  })

  it('is not answered by a pickup that came before its begin, though both are delivered again when it is known whose they were', () => {
    const stage = createStage({ concurrency: 2 })
    call(stage)
    const watched = watch(stage.actions.redirect(ID1, '13'))
    stage.pickup(ID1)
    stage.begin(ID1, '13')
    stage.created('r1', ID1)
    expect(phases(watched)).toEqual(['sent', 'ringing'])
  })

  it('of a row that calls its ids nothing goes by the one that was sent', () => {
    const stage = createStage()
    const watched = watch(stage.actions.redirect({ uniqueId: FOREIGN, uniqueIds: null } as CallTarget, '13'))
    stage.begin(FOREIGN, '13')
    expect(phases(watched)).toEqual(['sent', 'ringing'])
  })

  it('into a queue rings by the number that was dialled', () => {
    const stage = createStage()
    const watched = watch(stage.actions.redirect(FOREIGN, '601'))
    stage.begin(FOREIGN, '13', { called_number: '601' })
    expect(phases(watched)).toEqual(['sent', 'ringing'])
  })

  it.each([
    ['before', []],
    ['while', ['ringing']],
  ])('ends with the target, %s the destination rings', (_, rings) => {
    const stage = createStage()
    const watched = watch(stage.actions.redirect(FOREIGN, '13'))
    if (rings.length > 0) stage.begin(FOREIGN, '13')
    stage.end(FOREIGN, 'cancel')
    expect(phases(watched)).toEqual(['sent', ...rings, 'ended'])
    expect(watched.values.at(-1)).toMatchObject({ status: 'cancel' })
    expect(watched.completed).toBe(true)
  })

  it('of a followed call goes by all its ids, and ends with the newest only', () => {
    const stage = createStage()
    const watched = watch(stage.actions.redirect(followed(stage), '13'))
    expect(watched.values).toMatchObject([{ phase: 'sent', uniqueId: ID2 }])
    stage.end(ID1)
    stage.begin(ID1, '13')
    expect(phases(watched)).toEqual(['sent', 'ringing'])
    stage.end(ID2)
    expect(phases(watched)).toEqual(['sent', 'ringing', 'ended'])
  })

  it('of a call that is not followed ends with its newest id only', () => {
    const stage = createStage()
    const watched = watch(stage.actions.redirect({ uniqueId: OTHER, uniqueIds: [FOREIGN, OTHER] } as CallTarget, '13'))
    stage.end(FOREIGN)
    expect(phases(watched)).toEqual(['sent'])
    stage.end(OTHER)
    expect(phases(watched)).toEqual(['sent', 'ended'])
  })

  it('that nothing confirmed emits no late begin, but no error is attributed to it either', () => {
    const stage = createStage()
    const watched = watch(stage.actions.redirect(FOREIGN, '13'))
    stage.clock.pass(POLICY.confirmWithin)
    expect(watched.error).toMatchObject({
      name: 'DeliveryUncertainError',
      action: 'call.redirect',
      sentAt: expect.any(Number),
    })
    stage.begin(FOREIGN, '13')
    expect(stage.answer(...NOT_FOUND)).toMatch(/error of no action/)
    stage.pickup(FOREIGN)
    expect(watched).toMatchObject({ ends: 1, after: 0 })
    stage.clock.pass(POLICY.confirmWithin)
    expect(stage.isClean()).toBe(true)
  })

  it('refuses a destination that could switch on forwarding, unless it is allowed', () => {
    const stage = createStage()
    expect(watch(stage.actions.redirect(FOREIGN, '*21#')).error).toMatchObject({
      name: 'InvalidRequestError',
      field: 'destination',
    })
    expect(stage.sent).toEqual([])
    const permissive = createStage({ featureCodes: true })
    const watched = watch(permissive.actions.redirect(FOREIGN, '*21#'))
    permissive.begin(FOREIGN, '*21#')
    expect(phases(watched)).toEqual(['sent', 'ringing'])
  })
})
