import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import type { Call } from '../../../src/index.js'
import { parseRecording } from '../../../src/simulator/index.js'
import { type Stage, stage } from './stage.js'

/** The recording's frames at their times; `see` is shown the stage after each. */
function played(name: string, see: (on: Stage, at: number) => void = () => {}): Stage {
  const on = stage()
  let at = 0
  for (const { t, frame } of parseRecording(readFileSync(`spec/fixtures/recordings/${name}.jsonl`, 'utf8'))) {
    on.clock.pass(t - at)
    at = t
    on.receive(frame as object)
    see(on, at)
  }
  return on
}

/** A call that is over, in the words of a person. */
function summaryOf({
  caller,
  calledNumber,
  callee,
  direction,
  phase,
  status,
  answeredBy,
  missed,
  legs,
  uniqueIds,
}: Call) {
  return {
    caller,
    calledNumber,
    callee,
    direction,
    phase,
    status,
    answeredBy,
    missed,
    ids: uniqueIds.length,
    legs: legs.map(leg => `${leg.kind} ${leg.callee} ${leg.status ?? '?'}`),
  }
}

/** The calls of a recording, in the words of a person. */
const stories = ({ calls }: Stage) => [...calls.current.values()].map(summaryOf)

describe('the recordings of a real Asterisk', () => {
  it('01: one extension calls another, who takes it', () => {
    const on = played('01-ext-to-ext-caller-hangup')
    expect(stories(on)).toEqual([
      {
        caller: '42',
        calledNumber: '43',
        callee: '43',
        direction: 'internal',
        phase: 'ended',
        status: 'answer',
        answeredBy: '43',
        missed: false,
        ids: 1,
        legs: ['direct 43 answer'],
      },
    ])
    expect(on.news()).toEqual(['begin 1795418999.319', 'answer 1795418999.319 > 43', 'end 1795418999.319'])
  })

  it('07: the API makes a call to the outside, which is taken', () => {
    const on = played('07-originate-answered')
    expect(stories(on)).toEqual([
      {
        caller: '12',
        calledNumber: '0220282028',
        callee: '0220282028',
        direction: 'outbound',
        phase: 'ended',
        status: 'answer',
        answeredBy: '0220282028',
        missed: false,
        ids: 2,
        legs: ['direct 0220282028 answer'],
      },
    ])
    expect(on.calls.findByRandomId('13798421854')?.call).toBe(on.call('1795419091.342'))
    expect(on.call('1795419092.343').id).toBe('1795419091.342')
  })

  it('08b: the API makes a call to somebody who is not registered', () => {
    expect(stories(played('08b-originate-dest-404'))).toEqual([
      {
        caller: '12',
        calledNumber: '0888888888',
        callee: '0888888888',
        direction: 'outbound',
        phase: 'ended',
        status: 'chanunavail',
        answeredBy: undefined,
        missed: true,
        ids: 2,
        legs: ['direct 0888888888 chanunavail'],
      },
    ])
  })

  it('10: a customer gives up after two agents did not answer', () => {
    const on = played('10-queue-abandon')
    expect(stories(on)).toEqual([
      {
        caller: '0910000001',
        calledNumber: '0220282028',
        callee: '500',
        direction: 'inbound',
        phase: 'ended',
        status: 'cancel',
        answeredBy: undefined,
        missed: true,
        ids: 1,
        legs: ['agent 12 cancel', 'agent 13 cancel'],
      },
    ])
    expect(on.calls.waiting('500')).toEqual([])
  })

  it('12: the second of two customers moves up when the first gives up, and is served', () => {
    const places: string[] = []
    const on = played('12-queue-two-waiting', ({ calls }, at) =>
      places.push(
        `${at}: ${calls
          .waiting('500')
          .map(
            ({ state, snapshot, left }) =>
              `${state.call.caller.at(-1)}@${snapshot.position}${left === undefined ? '' : ' leaving'}`,
          )
          .join(', ')}`,
      ),
    )
    expect(places).toEqual([
      '225: ',
      '225: 1@1',
      '1451: 1@1',
      '1451: 1@1, 2@2',
      '3458: 1@1 leaving, 2@2',
      '3459: 2@1',
      '4459: 2@1',
      '5461: 2@1',
      '6464: ',
      '8472: ',
      '8472: ',
    ])
    expect(stories(on).map(({ caller, answeredBy, missed }) => ({ caller, answeredBy, missed }))).toEqual([
      { caller: '0910000001', answeredBy: undefined, missed: true },
      { caller: '0910000002', answeredBy: '12', missed: false },
    ])
  })

  it('15: a waiting customer is redirected to an agent, who takes the call', () => {
    const on = played('15-redirect-from-queue')
    expect(stories(on)).toEqual([
      {
        caller: '0910000001',
        calledNumber: '0220282028',
        callee: '500',
        direction: 'inbound',
        phase: 'ended',
        status: 'answer',
        answeredBy: '13',
        missed: false,
        ids: 1,
        legs: ['agent 12 cancel', 'redirect 13 answer'],
      },
    ])
    expect(on.news().map(line => line.replaceAll('1795419295.450', 'C'))).toEqual([
      'begin C',
      'queue C',
      'offer C > 12',
      'queue C',
      'update C > 12',
      'redirect C > 13',
      'answer C > 13',
      'end C',
    ])
  })

  it('20: a customer overflows into a second queue, and has waited since the first', () => {
    let waitingSince: number | undefined
    const on = played('20-queue-overflow', ({ calls }) => {
      const call = [...calls.current.values()][0]
      waitingSince ??= call?.queue?.joinedAt
      if (call?.queue !== undefined) expect(call.queue.waitingSince).toBe(waitingSince)
    })
    expect(stories(on)).toEqual([
      {
        caller: '0910000001',
        calledNumber: '0220282050',
        callee: '500',
        direction: 'inbound',
        phase: 'ended',
        status: 'answer',
        answeredBy: '13',
        missed: false,
        ids: 1,
        legs: ['agent 12 cancel', 'agent 12 cancel', 'agent 13 answer'],
      },
    ])
  })
})
