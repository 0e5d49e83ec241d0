import { describe, expect, it } from '@jest/globals'
import { ConnectionFailedError, type OutboundCall } from '../../../src/index.js'
import { ACTION_FAILED, createStage, IDS, POLICY, type Stage, watch } from './stage.js'

const [ID1, ID2, FOREIGN] = IDS
const HOUR = 3_600_000
const call = (stage: Stage, callRandomId = 'r1', options = {}) =>
  watch(stage.actions.createCall({ from: '12', to: '0220282028', callRandomId }, options))
const isHeld = ({ held }: Stage) => held.at(-1) === true
const phases = ({ values }: { values: OutboundCall[] }) =>
  values.map(({ phase, stale }) => `${phase}${stale ? ' stale' : ''}`)

describe('the connection is held', () => {
  it('from the asking to the end of a call, through losses', () => {
    const stage = createStage({}, { online: false })
    call(stage)
    expect(stage.held).toEqual([true])
    stage.actions.sessionStarted(0)
    stage.created('r1', ID1)
    stage.clock.pass(HOUR)
    stage.lose()
    stage.actions.sessionStarted(0)
    stage.pickup(ID1)
    stage.clock.pass(POLICY.staleAfter)
    expect(stage.held).toEqual([true])
    stage.end(ID1)
    expect(stage.held).toEqual([true, false])
  })

  it('for a call whose connection was lost before it was known, as long as its first event could still come, and no longer', () => {
    const stage = createStage()
    call(stage)
    stage.lose()
    stage.actions.sessionStarted(0)
    stage.clock.pass(POLICY.confirmWithin - 1)
    expect(isHeld(stage)).toBe(true)
    stage.clock.pass(1)
    expect(isHeld(stage)).toBe(false)
    expect(stage.clock.pending()).toBe(0)
    // its random id is free again
    call(stage)
    expect(stage.sent).toHaveLength(2)
  })

  it.each([
    ['uncertain', (stage: Stage) => stage.clock.pass(POLICY.confirmWithin), 'DeliveryUncertainError'],
    ['lost', (stage: Stage) => [stage.lose(), stage.actions.sessionStarted(0)], 'DeliveryUncertainError'],
    [
      'probably rejected',
      (stage: Stage) => {
        call(stage, 'r2')
        stage.answer(...ACTION_FAILED)
      },
      'ActionRejectedError',
    ],
  ])('for a call that was reported %s and exists after all, until it ends', (_, fail, name) => {
    const stage = createStage({ concurrency: 2 })
    const watched = call(stage)
    fail(stage)
    expect(watched.error).toMatchObject({ name, safeToRepeat: false })
    stage.created('r1', ID1)
    stage.created('r1', ID2)
    stage.clock.pass(HOUR)
    expect(isHeld(stage)).toBe(true)
    watch(stage.actions.hangup(ID1))
    expect(stage.sent.at(-1)).toMatchObject({ action: 'call.hangup', unique_id: ID2 })
    stage.end(ID2)
    stage.clock.pass(POLICY.confirmWithin)
    expect(watched).toMatchObject({ ends: 1, after: 0 })
    expect(stage.isClean()).toBe(true)
  })

  it('no longer for a call that was certainly rejected', () => {
    const stage = createStage()
    call(stage)
    stage.answer(...ACTION_FAILED)
    expect(stage.isClean()).toBe(true)
  })

  it('for a redirect until somebody has answered', () => {
    const stage = createStage()
    watch(stage.actions.redirect(FOREIGN, '13'))
    stage.begin(FOREIGN, '13')
    stage.clock.pass(POLICY.settleWithin)
    expect(isHeld(stage)).toBe(true)
    stage.pickup(FOREIGN)
    expect(stage.isClean()).toBe(true)
  })

  it('no longer than confirmWithin for a hangup that nothing confirms', () => {
    const stage = createStage()
    watch(stage.actions.hangup(FOREIGN))
    stage.clock.pass(POLICY.confirmWithin)
    expect(isHeld(stage)).toBe(false)
    stage.clock.pass(POLICY.confirmWithin)
    expect(stage.isClean()).toBe(true)
  })

  it('by nothing once it has failed for good, and again when somebody asks', () => {
    const stage = createStage()
    const followed = call(stage)
    stage.created('r1', ID1)
    watch(stage.actions.redirect(FOREIGN, '13'))
    stage.begin(FOREIGN, '13')
    stage.lose()
    stage.actions.connectionFailed(new ConnectionFailedError('no more'))
    stage.clock.pass(POLICY.settleWithin)
    expect(stage.held).toEqual([true])
    expect(followed.ends).toBe(0)
    // the connection has let go of all who held it
    call(stage, 'r2')
    expect(stage.held).toEqual([true, true])
  })

  it('again for a call that still runs when a session begins after a failure', () => {
    const stage = createStage()
    call(stage)
    stage.created('r1', ID1)
    stage.lose()
    stage.actions.connectionFailed(new ConnectionFailedError('no more'))
    stage.actions.sessionStarted(0)
    expect(stage.held).toEqual([true, true])
  })
})

describe('after a gap', () => {
  it.each<[string, (stage: Stage) => void]>([
    ['the same id again', stage => stage.created('r1', ID1)],
    ['a begin', stage => stage.begin(ID2)],
    ['a pickup', stage => stage.pickup(ID2)],
    ['the end of a superseded id', stage => stage.end(ID1)],
  ])('a call is stale until %s, and then not given up', (_, event) => {
    const stage = createStage()
    const watched = call(stage)
    stage.created('r1', ID1)
    stage.created('r1', ID2)
    stage.begin(ID2)
    stage.pickup(ID2)
    stage.lose()
    stage.actions.sessionStarted(0)
    expect(phases(watched).at(-1)).toBe('answered stale')
    expect(watched.values.at(-1)).not.toHaveProperty('event')
    event(stage)
    expect(phases(watched).at(-1)).toBe('answered')
    stage.clock.pass(2 * POLICY.staleAfter)
    expect(watched.ends).toBe(0)
  })

  it('a call that nothing is watched of for staleAfter is lost, however often the connection was lost meanwhile', () => {
    const stage = createStage()
    const watched = call(stage)
    stage.created('r1', ID1)
    stage.lose()
    stage.actions.sessionStarted(0)
    stage.clock.pass(POLICY.staleAfter - 1)
    stage.lose()
    stage.actions.sessionStarted(0)
    expect(phases(watched)).toEqual(['sent', 'created', 'created stale'])
    stage.clock.pass(1)
    expect(phases(watched).slice(3)).toEqual(['lost stale'])
    expect(watched).toMatchObject({ completed: true })
    expect(watched.values.at(-1)).not.toHaveProperty('event')
    expect(stage.isClean()).toBe(true)
  })

  it('a redirect that rings and of which nothing is watched for staleAfter is uncertain, however often the connection was lost meanwhile', () => {
    const stage = createStage()
    const watched = watch(stage.actions.redirect(FOREIGN, '13'))
    stage.begin(FOREIGN, '13')
    for (let hours = 0; hours < 4; hours += 1) {
      expect(watched.ends).toBe(0)
      stage.lose()
      stage.actions.sessionStarted(0)
      stage.clock.pass(HOUR)
    }
    expect(watched.error).toMatchObject({
      name: 'DeliveryUncertainError',
      action: 'call.redirect',
      message: expect.stringContaining('connection was lost'),
    })
    expect(stage.isClean()).toBe(true)
  })

  it('a redirect that is watched of again goes on', () => {
    const stage = createStage()
    const watched = watch(stage.actions.redirect(FOREIGN, '13'))
    stage.begin(FOREIGN, '13')
    stage.lose()
    stage.actions.sessionStarted(0)
    stage.begin(FOREIGN, '13')
    stage.clock.pass(2 * POLICY.staleAfter)
    expect(watched.ends).toBe(0)
    stage.pickup(FOREIGN)
    expect(watched).toMatchObject({ completed: true })
  })

  it('a call that is watched of after several losses is not given up for the first of them', () => {
    const stage = createStage()
    const watched = watch(stage.actions.createCall({ from: '12', to: '0220282028', callRandomId: 'r1' }))
    stage.created('r1', IDS[0])
    for (const _ of ['one', 'another']) {
      stage.lose()
      stage.actions.sessionStarted(0)
    }
    stage.begin(IDS[0])
    stage.clock.pass(2 * POLICY.staleAfter)
    expect(watched.values.at(-1)).toMatchObject({ phase: 'ringing', stale: false })
    expect(watched.ends).toBe(0)
  })
})
