import { describe, expect, it } from '@jest/globals'
import { createActions } from '../../../src/client/actions/actions.js'
import { ConnectionFailedError, type OutboundCall } from '../../../src/index.js'
import { createClock } from '../../support/clock.js'
import { ACTION_FAILED, createStage, IDS, POLICY, SERVER_ERROR, type Stage, type Watched, watch } from './stage.js'

const [ID1, ID2] = IDS
const OUT = { from: '12', to: '0220282028' }
const call = (stage: Stage, callRandomId: string) => watch(stage.actions.createCall({ ...OUT, callRandomId }))

describe('a subscriber who acts while it is notified', () => {
  it('and leaves another request takes that back for good: it can be asked for afresh', () => {
    const stage = createStage({}, { online: false })
    const second = stage.actions.createCall({ ...OUT, callRandomId: 'r2' })
    let left: Watched<OutboundCall> | undefined
    stage.actions.createCall({ ...OUT, callRandomId: 'r1' }).subscribe({ error: () => left?.leave() })
    left = watch(second)
    stage.actions.connectionFailed(new ConnectionFailedError('no more'))
    expect(left.ends).toBe(0)
    stage.actions.sessionStarted(0)
    const again = watch(second)
    expect(again.values.map(({ phase }) => phase)).toEqual(['sent'])
    expect(stage.sent).toHaveLength(1)
  })

  it('of a loss, and closes the client, changes nothing for others: what was written is uncertain', () => {
    const stage = createStage({ concurrency: 2 })
    stage.actions.createCall({ ...OUT, callRandomId: 'r1' }).subscribe({ error: () => stage.actions.closed() })
    const second = call(stage, 'r2')
    stage.lose()
    expect(second).toMatchObject({ error: { name: 'DeliveryUncertainError' }, ends: 1, after: 0 })
    expect(stage.isClean()).toBe(true)
  })

  it('of an unexpected error, and closes the client, leaves no timer behind', () => {
    const stage = createStage({ concurrency: 2 })
    stage.actions.createCall({ ...OUT, callRandomId: 'r1' }).subscribe({ error: () => stage.actions.closed() })
    const second = call(stage, 'r2')
    stage.answer(...SERVER_ERROR)
    expect(second).toMatchObject({ error: { name: 'DeliveryUncertainError' }, ends: 1, after: 0 })
    expect(stage.isClean()).toBe(true)
  })

  it('of an unexpected error, as the connection is lost, leaves no candidate for an error of the next session', () => {
    const stage = createStage({ concurrency: 2 })
    stage.actions.createCall({ ...OUT, callRandomId: 'r1' }).subscribe({ error: () => stage.lose() })
    call(stage, 'r2')
    stage.answer(...SERVER_ERROR)
    stage.actions.sessionStarted(0)
    const next = call(stage, 'r3')
    stage.answer(...ACTION_FAILED)
    expect(next.error).toMatchObject({ attribution: 'certain' })
  })

  it('of a rejection, and closes the client, leaves no timer behind', () => {
    const stage = createStage({ concurrency: 3 })
    stage.actions.createCall({ ...OUT, callRandomId: 'r1' }).subscribe({ error: () => stage.actions.closed() })
    const others = [call(stage, 'r2'), call(stage, 'r3')]
    stage.answer(...ACTION_FAILED)
    expect(others.map(({ ends }) => ends)).toEqual([1, 1])
    expect(stage.isClean()).toBe(true)
  })

  it('of a begin, and redirects at once, is not confirmed by the begin before', () => {
    const stage = createStage()
    let redirected: Watched<unknown> | undefined
    stage.actions.createCall({ ...OUT, callRandomId: 'r1' }).subscribe(one => {
      if (one.phase === 'ringing') redirected = watch(stage.actions.redirect(one, OUT.to))
    })
    stage.created('r1', ID1)
    stage.begin(ID1, OUT.to)
    expect(redirected?.values).toMatchObject([{ phase: 'sent' }])
    stage.begin(ID1, OUT.to)
    stage.pickup(ID1)
    expect(redirected?.values).toMatchObject([{ phase: 'sent' }, { phase: 'ringing' }, { phase: 'answered' }])
  })

  it('of an end, and hangs up once more, is not confirmed by the end before', () => {
    const stage = createStage()
    let hungUp: Watched<unknown> | undefined
    stage.actions.createCall({ ...OUT, callRandomId: 'r1' }).subscribe(one => {
      if (one.phase === 'ended') hungUp = watch(stage.actions.hangup(one))
    })
    stage.created('r1', ID1)
    stage.end(ID1)
    expect(hungUp?.values).toEqual([])
    stage.answer(404, 'Call not found')
    expect(hungUp?.error).toMatchObject({ name: 'ActionRejectedError' })
  })
})

describe('a session that ends while an action is handed to its socket', () => {
  it('leaves it uncertain at once, and free of what is answered in the next', () => {
    const clock = createClock()
    let breaks = true
    const actions = createActions({
      policy: POLICY,
      clock,
      reportUnmatched: () => {},
      reportLimit: () => {},
      hold: () => {},
      write: () => {
        if (breaks) actions.sessionEnded({ kind: 'torn', message: 'send() threw' })
        return true
      },
    })
    actions.sessionStarted(0)
    const first = watch(actions.createCall({ ...OUT, callRandomId: 'r1' }))
    expect(first.error).toMatchObject({
      name: 'DeliveryUncertainError',
      sentAt: clock.now(),
      safeToRepeat: false,
      cause: { message: 'send() threw' },
    })
    breaks = false
    actions.sessionStarted(0)
    const second = watch(actions.createCall({ ...OUT, callRandomId: 'r2' }))
    actions.response({ code: 500, message: 'Action failed', meta: { receivedAt: 0, seq: 1, session: 2 } })
    expect(second.error).toMatchObject({ name: 'ActionRejectedError', attribution: 'certain' })
    expect(first).toMatchObject({ ends: 1, after: 0 })
    clock.pass(POLICY.confirmWithin)
    expect(clock.pending()).toBe(0)
  })
})

describe('a login that comes after close()', () => {
  it('opens no way to the wire', () => {
    const stage = createStage({}, { online: false })
    stage.actions.closed()
    stage.actions.sessionStarted(0)
    expect(call(stage, 'r1').error).toMatchObject({ name: 'NotSentError', message: expect.stringContaining('closed') })
    expect(stage.sent).toEqual([])
    expect(stage.isClean()).toBe(true)
  })
})

describe('what changes between asking and sending', () => {
  it('is not the request: a form that is emptied meanwhile sends what was asked for', () => {
    const stage = createStage({}, { online: false })
    const form = { from: '12', to: '0220282028', callerId: '0220282030' as string | undefined, callRandomId: 'r1' }
    const request = stage.actions.createCall(form)
    form.callRandomId = 'r2'
    const watched = watch(request)
    Object.assign(form, { from: '', to: '*21*0900000000#', callerId: undefined })
    stage.actions.sessionStarted(0)
    expect(stage.sent).toMatchObject([{ from: '12', to: '0220282028', caller_id: '0220282030', call_random_id: 'r1' }])
    expect(watched.values).toMatchObject([{ callRandomId: 'r1' }])
  })

  it('is the id of a call: the newest at the moment of sending goes', () => {
    const stage = createStage()
    const followed = call(stage, 'r1')
    stage.created('r1', ID1)
    call(stage, 'r2')
    watch(stage.actions.hangup(followed.values.at(-1) ?? ''))
    stage.created('r1', ID2)
    stage.clock.pass(POLICY.settleWithin)
    expect(stage.sent.at(-1)).toMatchObject({ action: 'call.hangup', unique_id: ID2 })
  })
})
