import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { concat, defer, EMPTY, finalize, NEVER, of, throwError } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import {
  ActionRejectedError,
  CallEndedError,
  ClientClosedError,
  DeliveryUncertainError,
  InvalidOptionsError,
  InvalidRequestError,
  NotSentError,
  type OutboundCall,
  reached,
  retryUnsent,
} from '../../../src/index.js'
import { ACTION_FAILED, createStage, IDS, watch } from './stage.js'

const [ID1, ID2] = IDS
const PHASES = ['sent', 'created', 'ringing', 'answered', 'ended'] as const
type Phase = OutboundCall['phase']

const snapshot = (phase: Phase, more: Partial<OutboundCall> = {}): OutboundCall => ({
  callRandomId: 'r1',
  phase,
  uniqueIds: [],
  dialled: false,
  stale: false,
  ...more,
})
const steps = (...phases: Phase[]) => phases.map(phase => snapshot(phase))

describe('reached()', () => {
  it.each(PHASES)('emits the first snapshot that is %s, and completes', phase => {
    const calls = steps('sent', 'created', 'created', 'ringing', 'answered', 'answered', 'ended')
    const watched = watch(of(...calls).pipe(reached(phase)))
    expect(watched.values).toEqual([calls.find(call => call.phase === phase)])
    expect(watched).toMatchObject({ completed: true, ends: 1 })
  })

  it('takes the first that is past it where the phase itself was passed over', () => {
    const calls = steps('sent', 'created', 'answered')
    expect(watch(of(...calls).pipe(reached('ringing'))).values).toEqual([calls[2]])
  })

  it('lets go of its source with the first', () => {
    let left = false
    const endless = concat(of(snapshot('created')), NEVER).pipe(
      finalize(() => {
        left = true
      }),
    )
    watch(endless.pipe(reached('created')))
    expect(left).toBe(true)
  })

  it.each(['sent', 'created', 'ringing', 'answered'] as const)(
    'errors when a call ends before it was %s, and says how it ended',
    phase => {
      const watched = watch(of(snapshot('ended', { status: 'chanunavail' })).pipe(reached(phase)))
      expect(watched.error).toBeInstanceOf(CallEndedError)
      expect(watched.error).toMatchObject({ callRandomId: 'r1', status: 'chanunavail' })
      expect((watched.error as Error).message).toBe(`The call ended (chanunavail) before it was ${phase}.`)
    },
  )

  it.each(PHASES)('errors when a call is lost before it was %s', phase => {
    const watched = watch(of(snapshot('lost', { stale: true })).pipe(reached(phase)))
    expect(watched.error).toMatchObject({
      name: 'CallEndedError',
      status: undefined,
      message: expect.stringContaining('lost'),
    })
  })

  it('passes the errors of the action, and completes with a source that says no more', () => {
    const error = new NotSentError('no', { action: 'call.create' })
    expect(watch(throwError(() => error).pipe(reached('created'))).error).toBe(error)
    expect(watch(EMPTY.pipe(reached('created')))).toMatchObject({ values: [], completed: true })
  })

  it('of a call leaves the call going on', () => {
    const stage = createStage()
    const call$ = stage.actions.createCall({ from: '12', to: '13', callRandomId: 'r1' })
    const watched = watch(call$.pipe(reached('created')))
    expect(watched.ends).toBe(0)
    stage.created('r1', ID1)
    stage.created('r1', ID2)
    expect(watched).toMatchObject({ values: [{ phase: 'created', uniqueId: ID1 }], completed: true })
    expect(stage.held).toEqual([true])
    expect(watch(call$.pipe(reached('ended'))).ends).toBe(0)
    expect(stage.sent).toHaveLength(1)
  })
})

describe('retryUnsent()', () => {
  let test: TestScheduler
  let attempts: number
  beforeEach(() => {
    test = new TestScheduler((actual, wanted) => expect(actual).toEqual(wanted))
    attempts = 0
  })
  const notSent = new NotSentError('no connection', { action: 'call.create' })
  const details = { action: 'call.create', code: 500, errors: undefined } as const
  const rejected = new ActionRejectedError('no', { ...details, attribution: 'certain' })
  const failing = (error: unknown) =>
    defer(() => {
      attempts += 1
      return throwError(() => error)
    })

  it.each([
    ['what was not sent', notSent],
    ['what was certainly rejected', rejected],
  ])('repeats %s, after the delay, as often as the option says', (_, error) => {
    test.run(({ expectObservable, flush }) => {
      expectObservable(failing(error).pipe(retryUnsent({ attempts: 3, delay: 1_000 }))).toBe('2s #', undefined, error)
      flush()
      expect(attempts).toBe(3)
    })
  })

  it.each([
    ['probably rejected', new ActionRejectedError('maybe', { ...details, attribution: 'probable' })],
    ['uncertain', new DeliveryUncertainError('who knows', { action: 'call.create' })],
    ['invalid', new InvalidRequestError('no', { field: 'to' })],
    ['a call that ended', new CallEndedError('over', { callRandomId: 'r1' })],
    ['of somebody else', new TypeError('mine')],
    ['a mere text', 'no'],
    ['only like one that is safe', { safeToRepeat: 'yes' }],
  ])('repeats nothing that is %s', (_, error) => {
    test.run(({ expectObservable, flush }) => {
      expectObservable(failing(error).pipe(retryUnsent({ attempts: 3, delay: 1_000 }))).toBe('#', undefined, error)
      flush()
      expect(attempts).toBe(1)
    })
  })

  it('repeats nothing for a client that is closed, which can never send it', () => {
    test.run(({ expectObservable, flush }) => {
      const closed = new NotSentError('The client is closed', { action: 'call.create', cause: new ClientClosedError() })
      expectObservable(failing(closed).pipe(retryUnsent({ attempts: Number.POSITIVE_INFINITY, delay: 5 }))).toBe(
        '#',
        undefined,
        closed,
      )
      flush()
      expect(attempts).toBe(1)
    })
  })

  it('repeats nothing that is no error at all', () => {
    expect(watch(failing(null).pipe(retryUnsent({ attempts: 3, delay: 0 })))).toMatchObject({ error: null, ends: 1 })
    expect(attempts).toBe(1)
  })

  it('passes on what comes of the attempt that comes off', () => {
    test.run(({ cold, expectObservable }) => {
      const outcomes = [cold('10ms #', undefined, notSent), cold('a 9ms #', undefined, rejected), cold('bc|')]
      const source = defer(() => outcomes[attempts++] ?? EMPTY)
      expectObservable(source.pipe(retryUnsent({ attempts: 3, delay: 100 }))).toBe('110ms a 109ms bc|')
    })
  })

  it('tries once with one attempt, and for ever with no limit', () => {
    test.run(({ expectObservable, flush }) => {
      expectObservable(failing(notSent).pipe(retryUnsent({ attempts: 1, delay: 5 }))).toBe('#', undefined, notSent)
      expectObservable(
        failing(notSent).pipe(retryUnsent({ attempts: Number.POSITIVE_INFINITY, delay: 5 })),
        '504ms !',
      ).toBe('-')
      flush()
      expect(attempts).toBe(1 + 101)
    })
  })

  it('leaves off when it is left, while it waits, too', () => {
    test.run(({ expectObservable, flush }) => {
      expectObservable(failing(notSent).pipe(retryUnsent({ attempts: 3, delay: 1_000 })), '1500ms !').toBe('-')
      flush()
      expect(attempts).toBe(2)
    })
  })

  it.each([
    { attempts: 0, delay: 1 },
    { attempts: -1, delay: 1 },
    { attempts: 1.5, delay: 1 },
    { attempts: Number.NaN, delay: 1 },
    { attempts: '3' as unknown as number, delay: 1 },
    { attempts: 1, delay: -1 },
    { attempts: 1, delay: Number.NaN },
    { attempts: 1, delay: Number.POSITIVE_INFINITY },
    { attempts: 1, delay: 2 ** 31 },
  ])('refuses %j, before anything is asked for', options => {
    expect(() => retryUnsent(options)).toThrow(InvalidOptionsError)
    expect(() => retryUnsent(options)).toThrow(/^'(attempts|delay)' must be a/)
  })

  describe('over createCall()', () => {
    const stage = createStage({ sendWithin: 0 }, { online: false })
    afterEach(() => stage.actions.closed())

    it('writes each attempt as a call of its own, and stops at the first that comes off', async () => {
      stage.actions.sessionStarted(0)
      const request$ = defer(() => stage.actions.createCall({ from: '12', to: '13' }))
      const done = new Promise<readonly OutboundCall[]>((resolve, reject) => {
        const seen: OutboundCall[] = []
        request$.pipe(retryUnsent({ attempts: 3, delay: 0 })).subscribe({
          next: call => {
            seen.push(call)
            if (call.phase === 'created') resolve(seen)
            else if (seen.length < 3) queueMicrotask(() => stage.answer(...ACTION_FAILED))
            else stage.created(call.callRandomId, ID1)
          },
          error: reject,
        })
      })
      expect((await done).map(({ phase }) => phase)).toEqual(['sent', 'sent', 'sent', 'created'])
      expect(new Set(stage.sent.map(({ call_random_id }) => call_random_id)).size).toBe(3)
    })
  })
})

describe('the errors', () => {
  it('of a closed client say that only a new one helps', () => {
    const stage = createStage()
    stage.actions.closed()
    const { error } = watch(stage.actions.createCall({ from: '12', to: '13' }))
    expect(error).toMatchObject({
      name: 'NotSentError',
      cause: expect.any(ClientClosedError),
      message: expect.stringContaining('a new one'),
    })
  })
})
