import { createClock } from '../../demo/wallboard/src/live/clock.js'
import { createFigures, type Figures, STEP, serviceLevel } from '../../demo/wallboard/src/live/figures.js'
import type { Call, CallChange, PbxEvent } from '../../src/index.js'

/** Noon, somewhere in the middle of a day, whatever the time zone. */
const NOON = new Date(2026, 10, 24, 12).getTime()
const SECOND = 1_000
const WAITING = { queue: '601', position: 1, joinedAt: NOON, waitingSince: NOON }

const call = (id: string, more: Partial<Call> = {}): Call => ({
  id,
  uniqueId: id,
  uniqueIds: [id],
  caller: '0900111222',
  callerName: '',
  callee: '601',
  calleeName: '',
  calledNumber: '0220282028',
  direction: 'inbound',
  phase: 'queued',
  legs: [],
  startedAt: NOON,
  missed: false,
  controllable: true,
  stale: false,
  ...more,
})
const at = (time: number) =>
  ({ event: 'call.pickup', unique_id: '1', meta: { receivedAt: time, seq: 1, session: 1 } }) as PbxEvent

describe('the figures of demo/wallboard', () => {
  const open = (speed = 1) => {
    const book = createFigures(createClock(speed === 1 ? undefined : { speed, epoch: NOON }))
    book.begin(NOON)
    const queued = (id: string) => book.take({ kind: 'queue', call: call(id, { queue: WAITING }), event: at(NOON) })
    const answered = (id: string, after: number, more: Partial<CallChange> = {}) =>
      book.take({
        kind: 'answer',
        call: call(id, { phase: 'answered', answeredBy: '12', answeredAt: NOON + after }),
        event: at(NOON + after),
        ...more,
      })
    const ended = (id: string, more: Partial<Call> = {}, after = 60 * SECOND) =>
      book.take({ kind: 'end', call: call(id, { phase: 'ended', ...more }), event: at(NOON + after) })
    return { book, queued, answered, ended, counts: () => countsOf(book.figures) }
  }
  const countsOf = ({ answered, inTime, late, abandoned, unknown }: Figures) => ({
    answered,
    inTime,
    late,
    abandoned,
    unknown,
  })
  const NONE = { answered: 0, inTime: 0, late: 0, abandoned: 0, unknown: 0 }

  it('has no share of nothing', () => {
    expect(serviceLevel(open().book.figures)).toBeUndefined()
  })

  it('counts who was answered within 20 s, later, and who gave up', () => {
    const { queued, answered, ended, book, counts } = open()
    for (const id of ['1', '2', '3', '4']) queued(id)
    answered('1', 20 * SECOND)
    answered('2', 20 * SECOND + 1)
    ended('3', { missed: true })
    expect(counts()).toEqual({ answered: 2, inTime: 1, late: 1, abandoned: 1, unknown: 0 })
    expect(serviceLevel(book.figures)).toBeCloseTo(1 / 3)
    expect([...book.figures.steps]).toEqual([[NOON, { answered: 2, inTime: 1, late: 1, abandoned: 1 }]])
  })

  it('counts a journey once, however often it is transferred or waits again', () => {
    const { queued, answered, ended, book, counts } = open()
    queued('1')
    answered('1', SECOND)
    book.take({ kind: 'redirect', call: call('1', { phase: 'ringing' }), event: at(NOON + 2 * SECOND) })
    queued('1')
    answered('1', 50 * SECOND)
    ended('1')
    expect(counts()).toEqual({ ...NONE, answered: 1, inTime: 1 })
  })

  it('leaves out what never waited in a queue', () => {
    const { answered, ended, counts } = open()
    answered('1', SECOND)
    ended('1')
    ended('2', { missed: true })
    expect(counts()).toEqual(NONE)
  })

  it('takes back what was part of another call', () => {
    const { queued, answered, book, counts } = open()
    queued('1')
    queued('2')
    answered('2', SECOND)
    book.take({ kind: 'merge', call: call('2'), into: call('1', { phase: 'answered' }), event: at(NOON + 2 * SECOND) })
    expect(counts()).toEqual(NONE)
    answered('1', 3 * SECOND)
    expect(counts()).toEqual({ ...NONE, answered: 1, inTime: 1 })
  })

  it('says of what was lost sight of, or ended unheard or unseen, that it does not know', () => {
    const { queued, ended, book, counts } = open()
    queued('1')
    ended('1', { phase: 'lost' })
    queued('2')
    ended('2')
    book.take({ kind: 'unseen-end', event: at(NOON) })
    expect(counts()).toEqual({ ...NONE, unknown: 3 })
  })

  it('counts who a snapshot says was answered, but not in which time', () => {
    const { queued, book, counts } = open()
    queued('1')
    book.take({ kind: 'update', call: call('1', { phase: 'answered', answeredAt: NOON + SECOND }) })
    expect(counts()).toEqual({ ...NONE, answered: 1 })
    expect(serviceLevel(book.figures)).toBeUndefined()
  })

  it('keeps the times of which it knows nothing, by the clock of the PBX', () => {
    const { book } = open(60)
    book.miss({ from: NOON + SECOND, to: NOON + 2 * SECOND, session: 2, reason: { kind: 'torn', message: '' } })
    expect(book.figures.gaps).toEqual([{ from: NOON + 60 * SECOND, to: NOON + 120 * SECOND }])
  })

  it('measures waits by the clock of the PBX', () => {
    const { queued, answered, counts, book } = open(60)
    queued('1')
    answered('1', SECOND)
    queued('2')
    answered('2', 20 * SECOND)
    expect(counts()).toEqual({ ...NONE, answered: 2, late: 2 })
    expect([...book.figures.steps.keys()]).toEqual([NOON, NOON + STEP])
  })

  it('begins anew at midnight, and takes nothing of yesterday back', () => {
    const { queued, answered, book, counts } = open()
    queued('1')
    answered('1', SECOND)
    queued('2')
    const after = 13 * 3_600 * SECOND
    book.take({ kind: 'merge', call: call('1'), into: call('2'), event: at(NOON + after) })
    expect(counts()).toEqual(NONE)
    answered('2', after)
    expect(counts()).toEqual({ ...NONE, answered: 1, late: 1 })
    expect(book.figures.since).toBe(new Date(2026, 10, 25).getTime())
  })
})
