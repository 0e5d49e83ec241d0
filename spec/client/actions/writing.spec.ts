import { describe, expect, it } from '@jest/globals'
import { type Actions, createActions } from '../../../src/client/actions/actions.js'
import type { ActionPolicy } from '../../../src/client/options.js'
import { createClock } from '../../support/clock.js'
import { POLICY, type Sent, type Watched, watch } from './stage.js'

const OUT = { from: '12', to: '0220282028' }

/** Actions whose socket lets somebody act while it takes a frame, as a `WebSocket` class of the user's own can. */
function stageWith(policy: Partial<ActionPolicy>, meanwhile: (actions: Actions) => void = () => {}) {
  const clock = createClock()
  const frames: Sent[] = []
  const held: boolean[] = []
  const actions: Actions = createActions({
    policy: { ...POLICY, ...policy },
    clock,
    reportUnmatched: () => {},
    reportLimit: () => {},
    hold: needed => held.push(needed),
    write: text => {
      meanwhile(actions)
      frames.push(JSON.parse(text) as Sent)
      return true
    },
  })
  actions.sessionStarted(0)
  const sent = () => frames.map(({ call_random_id }) => call_random_id)
  return {
    actions,
    clock,
    frames,
    held,
    sent,
    call: (callRandomId: string) => actions.createCall({ ...OUT, callRandomId }),
  }
}

describe('while an action is handed to its socket', () => {
  it.each([1, 8])('another that is asked for does not send it twice, with concurrency %i', concurrency => {
    let others = ['r2', 'r3']
    const watched: Watched<unknown>[] = []
    const { actions, clock, sent, call } = stageWith({ concurrency }, () => {
      const [next, ...rest] = others
      others = rest
      if (next !== undefined) watched.push(watch(call(next)))
    })
    watched.push(watch(call('r1')))
    clock.pass(2 * POLICY.settleWithin)
    expect(sent()).toEqual(['r1', 'r2', 'r3'])
    expect(watched.map(({ values }) => values.length)).toEqual([1, 1, 1])
    actions.closed()
  })

  it('a target that asks for another when it is read is not sent twice', () => {
    const { actions, clock, frames } = stageWith({ concurrency: 8 })
    const target = {
      get uniqueId() {
        if (asks) {
          asks = false
          watch(actions.hangup('1795419092.343'))
        }
        return '1795419091.342'
      },
    }
    let asks = false
    actions.sessionEnded({ kind: 'torn', message: 'the connection broke' })
    watch(actions.hangup(target))
    asks = true
    actions.sessionStarted(0)
    clock.pass(POLICY.settleWithin)
    expect(frames.map(({ unique_id }) => unique_id).sort()).toEqual(['1795419091.342', '1795419092.343'])
  })

  it('it is too late to take it back: who comes again gets the same', () => {
    let leave = () => {}
    const { clock, sent, call } = stageWith({}, () => leave())
    watch(call('r0'))
    const waiting$ = call('r1')
    leave = watch(waiting$).leave
    clock.pass(POLICY.settleWithin)
    expect(sent()).toEqual(['r0', 'r1'])
    expect(watch(waiting$).values).toMatchObject([{ phase: 'sent' }])
    clock.pass(POLICY.settleWithin)
    expect(sent()).toEqual(['r0', 'r1'])
  })

  it('a client that is closed leaves it uncertain, and not as unsent', () => {
    const { clock, sent, call } = stageWith({}, actions => void actions.closed())
    const watched = watch(call('r1'))
    expect(sent()).toEqual(['r1'])
    expect(watched).toMatchObject({
      error: { name: 'DeliveryUncertainError', safeToRepeat: false, cause: { name: 'ClientClosedError' } },
      ends: 1,
      after: 0,
    })
    expect(clock.pending()).toBe(0)
  })

  it('the connection is needed, whoever else leaves', () => {
    let visitors = 1
    const { held, call } = stageWith({}, () => {
      if (visitors-- > 0) watch(call('r2')).leave()
    })
    watch(call('r1'))
    expect(held).toEqual([true])
  })
})
