import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import type { OutboundCall } from '../../../src/index.js'
import type { WireEvent } from '../../../src/protocol/events.js'
import { parseRecording } from '../../../src/simulator/index.js'
import { ACTION_FAILED, createStage, IDS, POLICY, type Stage, type Watched, watch } from './stage.js'

const FOLDER = 'spec/fixtures/recordings'
const steps = ({ values }: Watched<OutboundCall>) =>
  values.map(({ phase, uniqueIds }) => `${phase} ${uniqueIds.length}`)

/** Plays frames at their times to somebody who has asked for a call of that random id. */
function played(frames: readonly { readonly t: number; readonly frame: object }[], callRandomId: string) {
  const stage = createStage()
  const watched = watch(stage.actions.createCall({ from: '12', to: '0220282028', callRandomId }))
  let time = 0
  for (const { t, frame } of frames) {
    stage.clock.pass(t - time)
    time = t
    stage.frame(frame as WireEvent)
  }
  return { stage, watched }
}
const recording = (name: string) => parseRecording(readFileSync(`${FOLDER}/${name}.jsonl`, 'utf8'))
const over = ({ stage, watched }: { stage: Stage; watched: Watched<OutboundCall> }) => {
  expect(watched).toMatchObject({ completed: true, ends: 1, after: 0 })
  expect(stage.sent).toHaveLength(1)
  stage.clock.pass(POLICY.settleWithin)
  expect(stage.isClean()).toBe(true)
}

describe('the recordings of created calls', () => {
  it('07: answered, with the id of the second leg', () => {
    const run = played(recording('07-originate-answered'), '13798421854')
    expect(steps(run.watched)).toEqual(['sent 0', 'created 1', 'created 2', 'ringing 2', 'answered 2', 'ended 2'])
    expect(run.watched.values.at(-1)).toMatchObject({
      callRandomId: '13798421854',
      uniqueId: '1795419092.343',
      uniqueIds: ['1795419091.342', '1795419092.343'],
      dialled: true,
      status: 'answer',
      stale: false,
      event: { event: 'call.end' },
    })
    over(run)
  })

  it('08b: the destination is not registered', () => {
    const run = played(recording('08b-originate-dest-404'), '1237')
    expect(steps(run.watched)).toEqual(['sent 0', 'created 1', 'created 2', 'ringing 2', 'ended 2'])
    expect(run.watched.values.at(-1)).toMatchObject({
      uniqueIds: ['1795419151.359', '1795419152.360'],
      dialled: true,
      status: 'chanunavail',
    })
    over(run)
  })

  it('of others mean nothing to a call of ours', () => {
    const { watched } = played(
      [
        ...recording('07-originate-answered'),
        ...recording('10-queue-abandon').map(one => ({ ...one, t: one.t + 6_000 })),
      ],
      'mine',
    )
    expect(steps(watched)).toEqual(['sent 0'])
  })

  it('end rightly with the begin before the id it belongs to, and before any id', () => {
    const [first, second, begin, ...rest] = recording('07-originate-answered')
    if (first === undefined || second === undefined || begin === undefined)
      throw new Error('the recording is shorter than it was')
    const swapped = played([first, begin, second, ...rest], '13798421854')
    expect(steps(swapped.watched)).toEqual(['sent 0', 'created 1', 'created 2', 'ringing 2', 'answered 2', 'ended 2'])
    over(swapped)
    const early = played([{ ...begin, t: 0 }, { ...second, t: 0 }, ...rest], '13798421854')
    expect(steps(early.watched)).toEqual(['sent 0', 'created 1', 'ringing 1', 'answered 1', 'ended 1'])
    over(early)
  })
})

describe('variants of them', () => {
  const asked = () => {
    const stage = createStage()
    return { stage, watched: watch(stage.actions.createCall({ from: '12', to: '0220282028', callRandomId: 'r1' })) }
  }

  it('one id for ever: the own telephone is not answered, and nobody was dialled', () => {
    const run = asked()
    run.stage.created('r1', IDS[0])
    run.stage.end(IDS[0], 'noanswer')
    expect(steps(run.watched)).toEqual(['sent 0', 'created 1', 'ended 1'])
    expect(run.watched.values.at(-1)).toMatchObject({ dialled: false, status: 'noanswer' })
    over(run)
  })

  it.each([2, 3, 4, 5, 6])(
    '%i ids with the helpers’ ends between them: only the end of the newest is the end',
    count => {
      const run = asked()
      const ids = IDS.slice(0, count)
      const newest = ids.at(-1) ?? ''
      for (const id of ids) run.stage.created('r1', id)
      run.stage.begin(newest)
      for (const id of ids.slice(0, -1)) run.stage.end(id, 'cancel')
      run.stage.pickup(newest)
      run.stage.end(newest, 'answer')
      expect(steps(run.watched)).toEqual([
        'sent 0',
        ...ids.map((_, index) => `created ${index + 1}`),
        `ringing ${count}`,
        `answered ${count}`,
        `ended ${count}`,
      ])
      expect(run.watched.values.at(-1)).toMatchObject({
        uniqueIds: ids,
        uniqueId: newest,
        status: 'answer',
        dialled: true,
      })
      over(run)
    },
  )

  it('an id that changes while the call rings or is answered: its phase is emitted again, and never goes back', () => {
    const run = asked()
    run.stage.created('r1', IDS[0])
    run.stage.begin(IDS[0])
    run.stage.created('r1', IDS[1])
    run.stage.pickup(IDS[1])
    run.stage.created('r1', IDS[2])
    run.stage.begin(IDS[2])
    expect(steps(run.watched)).toEqual(['sent 0', 'created 1', 'ringing 1', 'ringing 2', 'answered 2', 'answered 3'])
    run.stage.end(IDS[2], 'chanunavail')
    expect(run.watched.values.at(-1)).toMatchObject({ phase: 'ended', status: 'chanunavail' })
    over(run)
  })

  it('the same id announced twice is emitted once', () => {
    const run = asked()
    run.stage.created('r1', IDS[0])
    run.stage.created('r1', IDS[0])
    expect(steps(run.watched)).toEqual(['sent 0', 'created 1'])
  })

  it('a begin after the pickup shows that the destination was dialled, once', () => {
    const run = asked()
    run.stage.created('r1', IDS[0])
    run.stage.pickup(IDS[0])
    for (const id of [IDS[0], IDS[0]]) run.stage.begin(id)
    expect(run.watched.values.map(({ phase, dialled }) => `${phase} ${dialled}`)).toEqual([
      'sent false',
      'created false',
      'answered false',
      'answered true',
    ])
  })

  it('two ids and an end that nothing began', () => {
    const run = asked()
    run.stage.created('r1', IDS[0])
    run.stage.created('r1', IDS[1])
    run.stage.end(IDS[1], 'congestion')
    expect(steps(run.watched)).toEqual(['sent 0', 'created 1', 'created 2', 'ended 2'])
    expect(run.watched.values.at(-1)).toMatchObject({ dialled: false, status: 'congestion' })
    over(run)
  })

  it('a whole call before its first id', () => {
    const run = asked()
    run.stage.begin(IDS[0])
    run.stage.pickup(IDS[0])
    run.stage.end(IDS[0], 'answer')
    expect(steps(run.watched)).toEqual(['sent 0'])
    run.stage.created('r1', IDS[0])
    expect(steps(run.watched)).toEqual(['sent 0', 'created 1', 'ringing 1', 'answered 1', 'ended 1'])
    over(run)
  })

  it('no id at all: the own telephone is not registered', () => {
    const run = asked()
    run.stage.answer(...ACTION_FAILED)
    expect(run.watched.error).toMatchObject({
      name: 'ActionRejectedError',
      code: 500,
      attribution: 'certain',
      safeToRepeat: true,
    })
    expect(run.stage.isClean()).toBe(true)
  })

  it('the end of another call with the same counter is not the end of this one', () => {
    const run = asked()
    run.stage.created('r1', '1795419091.342')
    run.stage.end('1795500000.342', 'busy')
    run.stage.pickup('91.342')
    expect(steps(run.watched)).toEqual(['sent 0', 'created 1'])
  })
})

describe('the document’s own example', () => {
  it('ends with chanunavail', () => {
    const run = played(
      [
        { t: 0, frame: { event: 'call.create_response', unique_id: '14549.678', call_random_id: '1236' } },
        { t: 1_000, frame: { event: 'call.create_response', unique_id: '14550.679', call_random_id: '1236' } },
        { t: 2_000, frame: { event: 'call.end', unique_id: '1453466550.679', status: 'chanunavail' } },
      ],
      '1236',
    )
    expect(steps(run.watched)).toEqual(['sent 0', 'created 1', 'created 2', 'ended 2'])
    expect(run.watched.values.at(-1)).toMatchObject({
      uniqueId: '14550.679',
      uniqueIds: ['14549.678', '14550.679'],
      status: 'chanunavail',
    })
    over(run)
  })

  it('is answered by a whole id, too, and ends a redirect and a hangup of it', () => {
    const stage = createStage({ concurrency: 3 })
    const watched = watch(stage.actions.createCall({ from: '12', to: '13', callRandomId: '1236' }))
    stage.created('1236', '14550.679')
    const hungUp = watch(stage.actions.hangup('14550.679'))
    const redirected = watch(stage.actions.redirect('14550.679', '12'))
    stage.pickup('1453466550.679')
    expect(steps(watched).at(-1)).toBe('answered 1')
    stage.end('1453466550.679', 'answer')
    expect([watched, hungUp, redirected].map(({ completed }) => completed)).toEqual([true, true, true])
    expect(redirected.values.map(({ phase }) => phase)).toEqual(['sent', 'ended'])
  })
})
