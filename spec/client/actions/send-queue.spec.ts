import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { ClientClosedError, type OutboundCall } from '../../../src/index.js'
import {
  ACTION_FAILED,
  createStage,
  IDS,
  NOT_FOUND,
  POLICY,
  SERVER_ERROR,
  type Stage,
  type Watched,
  watch,
} from './stage.js'

const [ID1, FOREIGN] = IDS
const call = (stage: Stage, callRandomId: string, options = {}) =>
  watch(stage.actions.createCall({ from: '12', to: '0220282028', callRandomId }, options))
const ids = ({ sent }: Stage) => sent.map(({ call_random_id }) => call_random_id)
const failure = ({ error }: { error: unknown }) => (error as Error | undefined)?.name
const NUMBERS = Array.from({ length: 20 }, (_, index) => `r${index}`)

/** Happenings of the session and of the action on the wire. */
const MOVES: Record<string, (stage: Stage, newest: Watched<OutboundCall> | undefined) => unknown> = {
  start: ({ actions }) => actions.sessionStarted(0),
  lose: stage => stage.lose(),
  take: stage => {
    stage.takes = true
  },
  refuse: stage => {
    stage.takes = false
  },
  confirm: stage => stage.created(stage.sent.at(-1)?.call_random_id ?? '', `1795419091.${stage.sent.length}`),
  reject: stage => stage.answer(...ACTION_FAILED),
  leave: (_, newest) => newest?.leave(),
}

describe('the send queue', () => {
  it('sends in the order of asking, whatever is asked for', () => {
    const stage = createStage({ concurrency: 8 })
    watch(stage.actions.hangup(ID1))
    call(stage, 'r1')
    watch(stage.actions.redirect(ID1, '13'))
    call(stage, 'r2')
    expect(stage.sent.map(({ action, call_random_id = '' }) => `${action} ${call_random_id}`)).toEqual([
      'call.hangup ',
      'call.create r1',
      'call.redirect ',
      'call.create r2',
    ])
  })

  it.each([1, 2, 8])(
    'has at most %i on the wire without an outcome; an outcome of any kind lets the next go',
    concurrency => {
      const stage = createStage({ concurrency })
      for (const id of NUMBERS) call(stage, id)
      expect(ids(stage)).toEqual(NUMBERS.slice(0, concurrency))
      stage.created('r0', ID1)
      expect(ids(stage)).toEqual(NUMBERS.slice(0, concurrency + 1))
      stage.answer(...ACTION_FAILED)
      expect(ids(stage)).toEqual(NUMBERS.slice(0, concurrency + 2))
    },
  )

  it('is held by one without an outcome for settleWithin only, and watches it on', () => {
    const stage = createStage()
    const [first] = [call(stage, 'r1'), call(stage, 'r2')]
    stage.clock.pass(POLICY.settleWithin - 1)
    expect(ids(stage)).toEqual(['r1'])
    stage.clock.pass(1)
    expect(ids(stage)).toEqual(['r1', 'r2'])
    stage.clock.pass(POLICY.confirmWithin - POLICY.settleWithin - 1)
    expect(first.ends).toBe(0)
    stage.created('r1', ID1)
    expect(first.values.at(-1)?.phase).toBe('created')
    stage.clock.pass(1)
    expect(first.ends).toBe(0)
  })

  it('lets the next go when one is given up before settleWithin', () => {
    const stage = createStage({ settleWithin: 3_000, confirmWithin: 2_000 })
    for (const id of ['r1', 'r2']) call(stage, id)
    stage.clock.pass(2_000)
    expect(stage.sent.map(({ at }) => at)).toEqual([0, 2_000])
  })

  it('gives up at exactly confirmWithin', () => {
    const stage = createStage()
    const watched = call(stage, 'r1')
    stage.clock.pass(POLICY.confirmWithin - 1)
    expect(watched.ends).toBe(0)
    stage.clock.pass(1)
    expect(watched.error).toMatchObject({
      name: 'DeliveryUncertainError',
      action: 'call.create',
      callRandomId: 'r1',
      safeToRepeat: false,
    })
    expect((watched.error as { sentAt?: number }).sentAt).toBe(stage.clock.now() - POLICY.confirmWithin)
  })

  it('sends nothing during an outage, and the rest at the next login within sendWithin', () => {
    const stage = createStage({ concurrency: 8 }, { online: false })
    const early = call(stage, 'early')
    stage.clock.pass(1)
    const late = call(stage, 'late')
    stage.clock.pass(POLICY.sendWithin - 1)
    expect(early.error).toMatchObject({
      name: 'NotSentError',
      sentAt: undefined,
      safeToRepeat: true,
      message: expect.stringContaining('5000 ms'),
    })
    stage.actions.sessionStarted(0)
    expect(ids(stage)).toEqual(['late'])
    expect(late.values.map(({ phase }) => phase)).toEqual(['sent'])
  })

  it('sends nothing late when the timers are, as after a machine’s sleep', () => {
    const stage = createStage({}, { online: false })
    const asleep = call(stage, 'r1')
    stage.clock.sleep(POLICY.sendWithin + 1)
    stage.actions.sessionStarted(0)
    expect(ids(stage)).toEqual([])
    expect(failure(asleep)).toBe('NotSentError')
    call(stage, 'r2')
    expect(ids(stage)).toEqual(['r2'])
  })

  it('sends nothing late and nothing twice, whatever happens to the session and to the timers', () => {
    const happening = fc.oneof(
      fc.record({ do: fc.constant('ask' as const), sendWithin: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ do: fc.constantFrom('pass' as const, 'sleep' as const), ms: fc.integer({ min: 0, max: 60 }) }),
      fc.record({ do: fc.constantFrom('start', 'lose', 'take', 'refuse', 'confirm', 'reject', 'leave') }),
    )
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), fc.constantFrom(1, 2), (happenings, concurrency) => {
        const stage = createStage({ concurrency, settleWithin: 20, confirmWithin: 70 })
        const asked: { readonly at: number; readonly sendWithin: number; readonly watched: Watched<OutboundCall> }[] =
          []
        const start = stage.clock.now()
        for (const what of happenings) {
          switch (what.do) {
            case 'ask': {
              const { sendWithin } = what
              const at = stage.clock.now() - start
              asked.push({ at, sendWithin, watched: call(stage, `r${asked.length}`, { sendWithin }) })
              break
            }
            case 'pass':
            case 'sleep':
              stage.clock[what.do](what.ms)
              break
            default:
              MOVES[what.do]?.(stage, asked.at(-1)?.watched)
          }
        }
        stage.clock.pass(1_000)
        stage.actions.closed()
        const late = stage.sent.filter(({ call_random_id = '', at }) => {
          const one = asked[Number(call_random_id.slice(1))]
          return one === undefined || at - one.at > one.sendWithin
        })
        expect(late).toEqual([])
        expect(new Set(ids(stage)).size).toBe(stage.sent.length)
        expect(asked.filter(({ watched: { ends, after } }) => ends > 1 || after > 0)).toEqual([])
        expect(stage.isClean()).toBe(true)
      }),
      { numRuns: 300, seed: 7 },
    )
  })

  it('says of what waits too long behind others that it was not sent', () => {
    const stage = createStage({ settleWithin: 60_000 })
    call(stage, 'r1')
    const second = call(stage, 'r2')
    stage.clock.pass(POLICY.sendWithin)
    expect(second.error).toMatchObject({ name: 'NotSentError', message: expect.stringContaining('earlier actions') })
  })

  it('knows limits of one action alone', () => {
    const stage = createStage({}, { online: false })
    const [patient, hasty] = [
      call(stage, 'r1', { sendWithin: 60_000, confirmWithin: 10 }),
      call(stage, 'r2', { sendWithin: 0 }),
    ]
    stage.clock.pass(POLICY.sendWithin)
    expect([failure(patient), failure(hasty)]).toEqual([undefined, 'NotSentError'])
    stage.actions.sessionStarted(0)
    stage.clock.pass(10)
    expect(failure(patient)).toBe('DeliveryUncertainError')
  })

  it('refuses limits that are none', () => {
    const stage = createStage()
    for (const options of [{ sendWithin: -1 }, { confirmWithin: Number.NaN }, { settleWithin: 1 }]) {
      expect(failure(call(stage, 'r1', options))).toBe('InvalidOptionsError')
    }
    expect(stage.sent).toEqual([])
    expect(stage.held).toEqual([])
  })

  it('knows by write() whether bytes were written: what the socket did not take goes at the next login', () => {
    const stage = createStage()
    stage.takes = false
    const watched = call(stage, 'r1')
    expect(watched.values).toEqual([])
    stage.lose()
    expect(watched.ends).toBe(0)
    stage.takes = true
    stage.actions.sessionStarted(0)
    expect(watched.values.map(({ phase }) => phase)).toEqual(['sent'])
    expect(ids(stage)).toEqual(['r1'])
  })

  it('what the socket did not take has no more time than before', () => {
    const stage = createStage({}, { online: false })
    stage.takes = false
    const watched = call(stage, 'r1')
    stage.clock.pass(POLICY.sendWithin - 1)
    stage.actions.sessionStarted(0)
    expect([stage.offered, watched.ends]).toEqual([1, 0])
    stage.clock.pass(1)
    expect(failure(watched)).toBe('NotSentError')
    expect(stage.isClean()).toBe(true)
  })

  it('what the socket did not take is not handed to it again in that session, however many ask', () => {
    const stage = createStage()
    stage.takes = false
    for (let asked = 0; asked < 10; asked += 1) call(stage, `r${asked}`)
    expect(stage.offered).toBe(1)
    stage.takes = true
    stage.lose()
    stage.actions.sessionStarted(0)
    expect(ids(stage)).toEqual(['r0'])
  })

  it('what the socket never takes is not sent, and not uncertain', () => {
    const stage = createStage()
    stage.takes = false
    const watched = call(stage, 'r1')
    stage.clock.pass(POLICY.sendWithin)
    expect(failure(watched)).toBe('NotSentError')
    expect(stage.isClean()).toBe(true)
  })

  it('a loss ends what is on the wire as uncertain, with its reason, and lets the rest wait', () => {
    const stage = createStage({ concurrency: 2 })
    const [first, second, third] = [call(stage, 'r1'), call(stage, 'r2'), call(stage, 'r3')]
    stage.lose()
    for (const { error } of [first, second]) {
      expect(error).toMatchObject({
        name: 'DeliveryUncertainError',
        message: expect.stringContaining('the connection broke'),
        cause: { name: 'ConnectionLost' },
      })
    }
    expect(third.ends).toBe(0)
    stage.actions.sessionStarted(0)
    expect(ids(stage)).toEqual(['r1', 'r2', 'r3'])
  })

  it('an answer on the next connection is nobody’s of the one before', () => {
    const stage = createStage()
    call(stage, 'r1')
    stage.lose()
    stage.actions.sessionStarted(0)
    expect(stage.answer(...ACTION_FAILED)).toMatch(/error of no action/)
    const next = call(stage, 'r2')
    stage.answer(...ACTION_FAILED)
    expect(next.error).toMatchObject({ attribution: 'certain' })
  })

  it('an unexpected error of the PBX makes all that is on the wire uncertain', () => {
    const stage = createStage({ concurrency: 2 })
    const open = [call(stage, 'r1'), call(stage, 'r2')]
    expect(stage.answer(...SERVER_ERROR)).toBeUndefined()
    expect(open.map(failure)).toEqual(['DeliveryUncertainError', 'DeliveryUncertainError'])
  })

  it('an error while the one before was confirmed just now is only probably the next one’s', () => {
    const stage = createStage()
    const [, second] = [call(stage, 'r1'), call(stage, 'r2')]
    stage.created('r1', ID1)
    stage.answer(...ACTION_FAILED)
    expect(second.error).toMatchObject({ attribution: 'probable', safeToRepeat: false, code: 500 })
  })

  it('an error while the one before was confirmed just now, after it had been given up, is only probably the next one’s', () => {
    const stage = createStage()
    call(stage, 'r1')
    stage.clock.pass(2 * POLICY.confirmWithin - 1)
    stage.created('r1', ID1)
    stage.clock.pass(POLICY.settleWithin - 1)
    const second = call(stage, 'r2')
    stage.answer(...ACTION_FAILED)
    expect(second.error).toMatchObject({ attribution: 'probable', safeToRepeat: false })
  })

  it('an error that one who is probably rejected can have earned, too, is only probably the next one’s, for confirmWithin', () => {
    const misjudged = (ms: number) => {
      const stage = createStage({ concurrency: 4 })
      call(stage, 'r1')
      watch(stage.actions.hangup(FOREIGN))
      // the hangup's, but attributed to the oldest
      stage.answer(...ACTION_FAILED)
      stage.clock.pass(ms)
      const third = call(stage, 'r3')
      // that of the first, which was rejected before
      stage.answer(400, 'Inserted values are not valid', { to: 'unknown' })
      return third.error
    }
    expect(misjudged(POLICY.confirmWithin - 1)).toMatchObject({ attribution: 'probable', safeToRepeat: false })
    expect(misjudged(POLICY.confirmWithin)).toMatchObject({ attribution: 'certain', safeToRepeat: true })
  })

  it('with a concurrency between two whole numbers has as many on the wire as the lower one', () => {
    const stage = createStage({ concurrency: 1.5 })
    for (const id of ['r1', 'r2']) call(stage, id)
    expect(stage.sent).toHaveLength(1)
  })

  it('an error settleWithin later is certainly the next one’s', () => {
    const stage = createStage()
    call(stage, 'r1')
    stage.created('r1', ID1)
    stage.clock.pass(POLICY.settleWithin)
    const second = call(stage, 'r2')
    stage.answer(...ACTION_FAILED)
    expect(second.error).toMatchObject({ attribution: 'certain', safeToRepeat: true })
  })

  it('an error that comes after its action was given up names it, for confirmWithin', () => {
    const stage = createStage()
    call(stage, 'r1')
    stage.clock.pass(2 * POLICY.confirmWithin - 1)
    expect(stage.answer(...ACTION_FAILED)).toMatch(/call\.create r1, which had ended as uncertain/)
    stage.clock.pass(1)
    expect(stage.answer(...ACTION_FAILED)).toMatch(/error of no action/)
  })

  it('an error that only another kind earns passes by', () => {
    const stage = createStage()
    const watched = call(stage, 'r1')
    expect(stage.answer(...NOT_FOUND)).toMatch(/error of no action/)
    expect(watched.ends).toBe(0)
  })

  it('a subscriber who asks for the next from within a notification keeps the order', () => {
    const stage = createStage()
    const { actions } = stage
    actions.createCall({ from: '12', to: '13', callRandomId: 'r1' }).subscribe(({ phase }) => {
      if (phase === 'sent') call(stage, 'r3')
      if (phase === 'created') call(stage, 'r4')
    })
    call(stage, 'r2')
    stage.created('r1', ID1)
    for (let passed = 0; passed < 3; passed += 1) stage.clock.pass(POLICY.settleWithin)
    expect(ids(stage)).toEqual(['r1', 'r3', 'r2', 'r4'])
  })

  it('one who asks again at once when a call was rejected is sent after those who wait', () => {
    const stage = createStage()
    stage.actions
      .createCall({ from: '12', to: '13', callRandomId: 'r1' })
      .subscribe({ error: () => call(stage, 'again') })
    call(stage, 'r2')
    stage.answer(...ACTION_FAILED)
    stage.clock.pass(POLICY.settleWithin)
    expect(ids(stage)).toEqual(['r1', 'r2', 'again'])
  })

  it('an error carries what is the action’s, and nothing else', () => {
    const stage = createStage({ concurrency: 2 })
    const [rejected, lost, waiting] = [call(stage, 'r1'), call(stage, 'r2'), call(stage, 'r3', { sendWithin: 0 })]
    stage.answer(...ACTION_FAILED)
    stage.lose()
    stage.clock.pass(0)
    const own = ['action', 'callRandomId', 'name', 'safeToRepeat', 'sentAt']
    const fields = [rejected, lost, waiting].map(({ error }) => Object.keys(error as object).sort())
    expect(fields).toEqual([[...own, 'attribution', 'code', 'errors'].sort(), own, own])
  })

  it('says that nothing was sent when there will be no connection, with the reason', () => {
    const stage = createStage({}, { online: false })
    const watched = call(stage, 'r1')
    const reason = new ClientClosedError('no more')
    stage.actions.connectionFailed(reason)
    expect(watched.error).toMatchObject({ name: 'NotSentError', cause: reason })
    expect(stage.clock.pending()).toBe(0)
    call(stage, 'r2')
    expect(stage.held).toEqual([true, true])
  })
})

describe('close()', () => {
  it('notifies everyone once, in every state, and leaves nothing behind', () => {
    const stage = createStage({ concurrency: 4 })
    const followed = call(stage, 'followed')
    stage.created('followed', ID1)
    const redirected = watch(stage.actions.redirect('1.1', '13'))
    stage.begin('1.1', '13')
    const uncertain = call(stage, 'uncertain', { confirmWithin: 5 })
    stage.clock.pass(5)
    const open = [
      call(stage, 'a'),
      watch(stage.actions.hangup(ID1)),
      watch(stage.actions.redirect(ID1, '13')),
      call(stage, 'b'),
    ]
    const waiting = call(stage, 'c')
    stage.actions.closed()
    stage.actions.closed()
    expect(followed).toMatchObject({ completed: true, ends: 1 })
    expect(followed.values.at(-1)).toMatchObject({ phase: 'lost', stale: true })
    expect(waiting.error).toMatchObject({ name: 'NotSentError', cause: { name: 'ClientClosedError' } })
    for (const { error, ends } of [...open, redirected]) {
      expect(error).toMatchObject({ name: 'DeliveryUncertainError', cause: { name: 'ClientClosedError' } })
      expect(ends).toBe(1)
    }
    expect(uncertain).toMatchObject({ ends: 1 })
    expect(stage.isClean()).toBe(true)
    expect(failure(call(stage, 'late'))).toBe('NotSentError')
    expect(ids(stage)).not.toContain('late')
    expect(stage.isClean()).toBe(true)
  })

  it('is not outwitted by a subscriber who asks again while it runs', () => {
    const stage = createStage()
    stage.takes = false
    const again: { error: unknown }[] = []
    const { actions } = stage
    actions.createCall({ from: '12', to: '13', callRandomId: 'r1' }).subscribe({
      error: () => {
        stage.takes = true
        again.push(call(stage, 'again'))
      },
    })
    actions.closed()
    expect(again.map(failure)).toEqual(['NotSentError'])
    expect(stage.sent).toEqual([])
  })
})
