import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { config, defer, EMPTY, forkJoin, type Observable, repeat, retry, take, tap } from 'rxjs'
import { createActions } from '../../../src/client/actions/actions.js'
import type { OutboundCall } from '../../../src/index.js'
import { createClock } from '../../support/clock.js'
import { ACTION_FAILED, createStage, IDS, POLICY, type Stage, watch } from './stage.js'

const [ID1, ID2] = IDS
const OUT = { from: '12', to: '0220282028', callRandomId: 'r1' }

/** Resolves when a request was subscribed so many times; says which other task had its turn meanwhile. */
function rounds(
  request: Observable<OutboundCall>,
  again: (source: Observable<OutboundCall>) => Observable<OutboundCall>,
  enough: number,
) {
  return new Promise<{ othersRan: number }>(resolve => {
    let asked = 0
    let othersRan = 0
    const other = setInterval(() => {
      othersRan += 1
    }, 1)
    const endless = again(
      defer(() => {
        asked += 1
        if (asked === enough) {
          clearInterval(other)
          queueMicrotask(() => subscription.unsubscribe())
          resolve({ othersRan })
        }
        return request
      }),
    )
    const subscription = endless.subscribe({ error: resolve })
  })
}

describe('one object is one request', () => {
  let stage: Stage
  let request: Observable<OutboundCall>
  beforeEach(() => {
    stage = createStage()
    request = stage.actions.createCall(OUT)
  })
  afterEach(() => {
    config.onUnhandledError = null
  })
  const phases = ({ values }: { values: OutboundCall[] }) => values.map(({ phase }) => phase)

  it('is not written before it is subscribed, and asks for no connection', () => {
    stage.clock.pass(POLICY.sendWithin)
    expect(stage.sent).toEqual([])
    expect(stage.held).toEqual([])
  })

  it('two subscribers, as of a double async pipe, get the same of one call', () => {
    const [one, two] = [watch(request), watch(request)]
    stage.created('r1', ID1)
    stage.end(ID1, 'busy')
    expect(phases(one)).toEqual(['sent', 'created', 'ended'])
    expect(two).toMatchObject({ values: one.values, completed: true })
    expect(stage.sent).toHaveLength(1)
  })

  it('a late subscriber gets every phase from the beginning', () => {
    watch(request)
    stage.created('r1', ID1)
    stage.begin(ID1)
    const late = watch(request)
    expect(phases(late)).toEqual(['sent', 'created', 'ringing'])
    stage.pickup(ID1)
    expect(phases(late)).toEqual(['sent', 'created', 'ringing', 'answered'])
    expect(stage.sent).toHaveLength(1)
  })

  it('a late subscriber gets the latest snapshot of each phase, however often the id changed', () => {
    watch(request)
    const ids = Array.from({ length: 64 }, (_, index) => `1795419091.${index}`)
    for (const id of ids) stage.created('r1', id)
    stage.begin(ids[0] ?? '')
    stage.lose()
    const late = watch(request)
    expect(late.values.map(({ phase, uniqueIds, stale }) => [phase, uniqueIds.length, stale])).toEqual([
      ['sent', 0, false],
      ['created', 64, false],
      ['ringing', 64, true],
    ])
  })

  it('a late subscriber who brings a new snapshot about while the old ones are replayed gets it after them', () => {
    watch(request)
    stage.created('r1', ID1)
    const seen: string[] = []
    request.subscribe(({ phase, stale }) => {
      seen.push(`${phase}${stale ? ' stale' : ''}`)
      if (seen.length === 1) stage.created('r1', ID2)
      if (seen.length === 2) stage.lose()
    })
    expect(seen).toEqual(['sent', 'created', 'created stale'])
    stage.actions.closed()
    expect(seen.at(-1)).toBe('lost stale')
  })

  it('a subscriber who leaves and comes again while another is notified starts it afresh, once', () => {
    stage = createStage({ concurrency: 2 }, { online: false })
    request = stage.actions.createCall(OUT)
    const first = watch(request)
    let again: ReturnType<typeof watch> | undefined
    stage.actions.createCall({ ...OUT, callRandomId: 'r2' }, { sendWithin: 1 }).subscribe({
      error: () => {
        first.leave()
        watch(request).leave()
        again = watch(request)
      },
    })
    stage.clock.pass(POLICY.sendWithin - 1)
    // started afresh, it has its full time again
    stage.clock.pass(1)
    stage.actions.sessionStarted(0)
    stage.created('r1', ID1)
    expect(first).toMatchObject({ values: [], ends: 0 })
    expect(again?.values).toMatchObject([{ phase: 'sent' }, { phase: 'created' }])
    expect(stage.sent).toHaveLength(1)
  })

  it('left before the write it has never been, and starts afresh with its full time, as React StrictMode does', () => {
    stage = createStage({}, { online: false })
    request = stage.actions.createCall(OUT)
    const first = watch(request)
    stage.clock.pass(POLICY.sendWithin - 1)
    first.leave()
    expect(stage.held).toEqual([true, false])
    expect(stage.clock.pending()).toBe(0)
    const second = watch(request)
    stage.clock.pass(POLICY.sendWithin - 1)
    stage.actions.sessionStarted(0)
    stage.created('r1', ID1)
    expect(first).toMatchObject({ values: [], ends: 0 })
    expect(phases(second)).toEqual(['sent', 'created'])
    expect(stage.sent).toHaveLength(1)
  })

  it.each(['hangup', 'redirect'] as const)(
    'a %s subscribed again from within a notification of its first subscriber is written once',
    action => {
      let again$ = EMPTY as Observable<unknown>
      const clock = createClock()
      const sent: string[] = []
      const actions = createActions({
        policy: POLICY,
        clock,
        reportUnmatched: () => {},
        reportLimit: () => {},
        write: text => sent.push(text) > 0,
        // as a subscriber of status$ can, when the request begins the connecting
        hold: () => again$.subscribe(),
      })
      again$ = action === 'hangup' ? actions.hangup('1795419091.342') : actions.redirect('1795419091.342', '13')
      const watched = watch(again$.pipe(tap(() => again$.subscribe())))
      actions.sessionStarted(0)
      clock.pass(POLICY.settleWithin)
      expect(sent).toHaveLength(1)
      expect(watched.ends).toBe(0)
    },
  )

  it('asked for again by a subscriber that its withdrawal notifies, it starts afresh', () => {
    stage = createStage()
    const wanted$ = stage.actions.createCall({ ...OUT, callRandomId: 'r2' })
    let again: ReturnType<typeof watch> | undefined
    let leave = () => {}
    watch(stage.actions.createCall(OUT).pipe(tap(({ phase }) => phase === 'created' && leave())))
    // its turn comes with the withdrawal of the one behind it
    watch(stage.actions.redirect(ID2, '13').pipe(tap(() => (again ??= watch(wanted$)))))
    leave = watch(wanted$).leave
    stage.created('r1', ID1)
    stage.clock.pass(POLICY.settleWithin)
    expect(stage.sent.map(({ action }) => action)).toEqual(['call.create', 'call.redirect', 'call.create'])
    stage.actions.closed()
    expect(again?.ends).toBe(1)
  })

  it('is not begun for whoever has left already, as forkJoin does when another of its sources has failed', () => {
    const joined = watch(
      forkJoin([
        stage.actions.createCall({ from: '12', to: 'x' }),
        stage.actions.createCall(OUT),
        stage.actions.hangup(ID1),
      ]),
    )
    expect(joined.error).toMatchObject({ name: 'InvalidRequestError' })
    stage.clock.pass(POLICY.sendWithin)
    expect(stage.sent).toEqual([])
    expect(stage.isClean()).toBe(true)
  })

  it('goes on waiting while one of two subscribers stays', () => {
    stage = createStage({}, { online: false })
    request = stage.actions.createCall(OUT)
    const leaver = watch(request)
    const stayer = watch(request)
    leaver.leave()
    stage.actions.sessionStarted(0)
    expect(phases(leaver)).toEqual([])
    expect(phases(stayer)).toEqual(['sent'])
  })

  it('left after the write it goes on unwatched, and can be watched again', () => {
    const first = watch(request)
    first.leave()
    stage.created('r1', ID1)
    expect(phases(first)).toEqual(['sent'])
    expect(phases(watch(request))).toEqual(['sent', 'created'])
    expect(stage.held).toEqual([true])
    stage.end(ID1)
    expect(stage.sent).toHaveLength(1)
    stage.clock.pass(POLICY.settleWithin)
    expect(stage.isClean()).toBe(true)
  })

  it('a subscriber who leaves at the notification of the write does not take it back', () => {
    const first = watch(request.pipe(take(1)))
    expect(first).toMatchObject({ completed: true })
    watch(request)
    expect(stage.sent).toHaveLength(1)
  })

  it('another subscriber that throws harms nobody', async () => {
    const thrown = new Error('a subscriber’s own')
    const watched = watch(request)
    const uncaught: unknown[] = []
    const bothReported = new Promise<void>(resolve => {
      config.onUnhandledError = error => {
        if (uncaught.push(error) === 2) resolve()
      }
    })
    request.subscribe(() => {
      throw thrown
    })
    stage.created('r1', ID1)
    expect(phases(watched)).toEqual(['sent', 'created'])
    await bothReported
    expect(uncaught).toEqual([thrown, thrown])
  })

  it.each([
    ['rejected', () => stage.answer(...ACTION_FAILED)],
    ['uncertain', () => stage.lose()],
    ['not sent', () => stage.actions.closed()],
  ])(
    'a bare retry() of one that is %s replays it: no second write, no stack overflow, and others have their turn',
    async (how, fail) => {
      if (how === 'not sent') {
        stage = createStage({}, { online: false })
        request = stage.actions.createCall(OUT)
      }
      const watched = watch(request)
      fail()
      stage.actions.sessionStarted(0)
      expect(watched.ends).toBe(1)
      const { othersRan } = await rounds(request, source => source.pipe(retry()), 300)
      expect(othersRan).toBeGreaterThan(1)
      expect(stage.sent).toHaveLength(how === 'not sent' ? 0 : 1)
    },
  )

  it('a bare repeat() of one that is done replays it in the same way', async () => {
    watch(request)
    stage.created('r1', ID1)
    stage.end(ID1)
    const { othersRan } = await rounds(request, source => source.pipe(repeat()), 300)
    expect(othersRan).toBeGreaterThan(1)
    expect(stage.sent).toHaveLength(1)
  })

  it('a bare retry() that is subscribed before the outcome does no more', async () => {
    const waiting = rounds(request, source => source.pipe(retry()), 50)
    stage.answer(...ACTION_FAILED)
    expect(await waiting).toMatchObject({ othersRan: expect.any(Number) })
    expect(stage.sent).toHaveLength(1)
  })

  it('a settled one notifies later subscribers not before they have returned', async () => {
    watch(request)
    stage.created('r1', ID1)
    stage.end(ID1)
    const late = watch(request)
    expect(late).toMatchObject({ values: [], ends: 0 })
    const left = watch(request)
    left.leave()
    await new Promise<void>(resolve => request.subscribe({ complete: resolve }))
    expect(phases(late)).toEqual(['sent', 'created', 'ended'])
    expect(late.completed).toBe(true)
    expect(left).toMatchObject({ values: [], ends: 0 })
  })

  it('two objects are two requests', () => {
    watch(request)
    watch(stage.actions.createCall({ ...OUT, callRandomId: 'r2' }))
    stage.created('r1', ID1)
    stage.created('r2', ID2)
    expect(stage.sent.map(({ call_random_id }) => call_random_id)).toEqual(['r1', 'r2'])
  })

  it('two calls without a random id of their own have different ones, of 128 bits', () => {
    const { from, to } = OUT
    const calls = [1, 2].map(() => watch(stage.actions.createCall({ from, to })).values)
    stage.clock.pass(POLICY.settleWithin)
    const ids = calls.map(([call]) => call?.callRandomId)
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(ids[1]).toMatch(/^[0-9a-f]{32}$/)
    expect(ids[0]).not.toBe(ids[1])
    expect(stage.sent.map(({ call_random_id }) => call_random_id)).toEqual(ids)
  })
})
