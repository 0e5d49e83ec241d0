import { describe, expect, it } from '@jest/globals'
import {
  type ActionEffect,
  type ActionInput,
  type ActionState,
  ForbiddenTransitionError,
  reduce,
  reduceOrReport,
  WAITING,
} from '../../../src/client/actions/action-state.js'
import { ActionRejectedError } from '../../../src/index.js'

const WHY = new Error('a reason')
const rejected = (attribution: 'certain' | 'probable'): ActionInput => ({
  type: 'rejected',
  error: new ActionRejectedError('no', { action: 'call.create', code: 500, errors: undefined, attribution }),
})

/** Every input, by the name that the table has for it. */
const INPUTS = {
  write: { type: 'write' },
  written: { type: 'written' },
  refused: { type: 'refused' },
  unreadable: { type: 'unreadable', why: WHY },
  withdrawn: { type: 'withdrawn' },
  noProgress: { type: 'noProgress' },
  progress: { type: 'progress', value: 'a snapshot', isLast: false },
  'last progress': { type: 'progress', value: 'a snapshot', isLast: true },
  'rejected certainly': rejected('certain'),
  'rejected probably': rejected('probable'),
  sendLimit: { type: 'sendLimit', why: WHY },
  settleLimit: { type: 'settleLimit' },
  confirmLimit: { type: 'confirmLimit', why: WHY },
  watchLimit: { type: 'watchLimit' },
  staleLimit: { type: 'staleLimit', why: WHY },
  serverError: { type: 'serverError', why: WHY },
  sessionEnded: { type: 'sessionEnded', why: WHY },
  connectionFailed: { type: 'connectionFailed', why: WHY },
  closed: { type: 'closed', why: WHY },
} satisfies Record<string, ActionInput>
type InputName = keyof typeof INPUTS

const waiting = WAITING
const writing: ActionState = { name: 'writing' }
const inFlight: ActionState = { name: 'inFlight', isSettled: false }
const settled: ActionState = { name: 'inFlight', isSettled: true }
const following: ActionState = { name: 'following', isStale: false, hasFailed: false }
const stale: ActionState = { name: 'following', isStale: true, hasFailed: false }
const followingFailed: ActionState = { name: 'following', isStale: false, hasFailed: true }
const staleFailed: ActionState = { name: 'following', isStale: true, hasFailed: true }
const confirmed: ActionState = { name: 'confirmed' }
const rejectedForGood: ActionState = { name: 'rejected', isWatched: false }
const rejectedWatched: ActionState = { name: 'rejected', isWatched: true }
const notSent: ActionState = { name: 'notSent' }
const uncertain: ActionState = { name: 'uncertain', isWatched: false }
const uncertainWatched: ActionState = { name: 'uncertain', isWatched: true }

type Row = readonly [input: InputName, next: ActionState, effects: readonly ActionEffect[]]

/** Arrows of inputs that end an action on the wire without an outcome. */
const unknownOutcome: Row[] = (['confirmLimit', 'serverError', 'sessionEnded'] as const).map(input => [
  input,
  uncertainWatched,
  ['freeSlot', 'clearLimits', 'startWatchLimit', 'fail'],
])

const onTheWire: Row[] = [
  ['progress', following, ['freeSlot', 'clearLimits', 'confirmCandidate', 'emit']],
  ['last progress', confirmed, ['freeSlot', 'clearLimits', 'confirmCandidate', 'forget', 'emit', 'complete']],
  ['rejected certainly', rejectedForGood, ['freeSlot', 'clearLimits', 'forget', 'removeCandidate', 'fail']],
  ['rejected probably', rejectedWatched, ['freeSlot', 'clearLimits', 'startWatchLimit', 'fail']],
  ...unknownOutcome,
  ['closed', uncertain, ['freeSlot', 'clearLimits', 'forget', 'removeCandidate', 'fail']],
]

/** An action that may have been carried out after all. */
const watched = (state: ActionState, unwatched: ActionState): Row[] => [
  ['withdrawn', state, []],
  ['noProgress', state, []],
  ['sessionEnded', state, []],
  ['progress', followingFailed, ['clearLimits', 'confirmCandidate']],
  ['last progress', confirmed, ['clearLimits', 'confirmCandidate', 'forget']],
  ['watchLimit', unwatched, ['clearLimits', 'forget', 'removeCandidate']],
  ['closed', unwatched, ['clearLimits', 'forget', 'removeCandidate']],
]

const over = (state: ActionState): Row[] => [['withdrawn', state, []]]

/** Every arrow of the diagram. Whatever is not here is forbidden. */
const TABLE: readonly (readonly [state: ActionState, rows: readonly Row[]])[] = [
  [
    waiting,
    [
      ['write', writing, ['dequeue', 'write']],
      ['withdrawn', notSent, ['dequeue', 'clearLimits', 'forget']],
      ['sendLimit', notSent, ['dequeue', 'clearLimits', 'forget', 'fail']],
      ['connectionFailed', notSent, ['dequeue', 'clearLimits', 'forget', 'fail']],
      ['closed', notSent, ['dequeue', 'clearLimits', 'forget', 'fail']],
    ],
  ],
  [
    writing,
    [
      ['written', inFlight, ['clearLimits', 'follow', 'startSettleLimit', 'startConfirmLimit', 'emitSent']],
      ['refused', waiting, ['requeue']],
      ['unreadable', notSent, ['clearLimits', 'forget', 'fail']],
      ['withdrawn', writing, []],
    ],
  ],
  [
    inFlight,
    [['withdrawn', inFlight, []], ['noProgress', inFlight, []], ['settleLimit', settled, ['freeSlot']], ...onTheWire],
  ],
  [settled, [['withdrawn', settled, []], ['noProgress', settled, []], ...onTheWire]],
  [
    following,
    [
      ['withdrawn', following, []],
      ['noProgress', following, []],
      ['progress', following, ['clearLimits', 'emit']],
      ['last progress', confirmed, ['clearLimits', 'forget', 'emit', 'complete']],
      ['sessionEnded', stale, ['startStaleLimit', 'emitStale']],
      ['closed', uncertain, ['clearLimits', 'forget', 'lose']],
    ],
  ],
  [
    stale,
    [
      ['withdrawn', stale, []],
      ['noProgress', following, ['clearLimits']],
      ['progress', following, ['clearLimits', 'emit']],
      ['last progress', confirmed, ['clearLimits', 'forget', 'emit', 'complete']],
      ['sessionEnded', stale, []],
      ['staleLimit', uncertain, ['clearLimits', 'forget', 'lose']],
      ['closed', uncertain, ['clearLimits', 'forget', 'lose']],
    ],
  ],
  [
    followingFailed,
    [
      ['withdrawn', followingFailed, []],
      ['noProgress', followingFailed, []],
      ['progress', followingFailed, ['clearLimits']],
      ['last progress', confirmed, ['clearLimits', 'forget']],
      ['sessionEnded', staleFailed, ['startStaleLimit']],
      ['closed', uncertain, ['clearLimits', 'forget']],
    ],
  ],
  [
    staleFailed,
    [
      ['withdrawn', staleFailed, []],
      ['noProgress', followingFailed, ['clearLimits']],
      ['progress', followingFailed, ['clearLimits']],
      ['last progress', confirmed, ['clearLimits', 'forget']],
      ['sessionEnded', staleFailed, []],
      ['staleLimit', uncertain, ['clearLimits', 'forget']],
      ['closed', uncertain, ['clearLimits', 'forget']],
    ],
  ],
  [confirmed, over(confirmed)],
  [rejectedForGood, over(rejectedForGood)],
  [rejectedWatched, watched(rejectedWatched, rejectedForGood)],
  [notSent, over(notSent)],
  [uncertain, over(uncertain)],
  [uncertainWatched, watched(uncertainWatched, uncertain)],
]

const named = TABLE.map(([state, rows]) => [JSON.stringify(state), state, rows] as const)

describe('the machine of an action', () => {
  describe.each(named)('%s', (_, state, rows) => {
    it.each(rows)('takes %s', (input, next, effects) => {
      expect(reduce(state, INPUTS[input])).toEqual([next, effects])
    })

    it.each((Object.keys(INPUTS) as InputName[]).filter(input => !rows.some(([allowed]) => allowed === input)))(
      'refuses %s',
      input => {
        expect(() => reduce(state, INPUTS[input])).toThrow(ForbiddenTransitionError)
      },
    )
  })

  it('reports a forbidden arrow to whoever takes reports, and throws it otherwise', () => {
    const faults: Error[] = []
    expect(reduceOrReport(confirmed, INPUTS.write, error => faults.push(error))).toBeUndefined()
    expect(faults).toMatchObject([{ name: 'ForbiddenTransitionError', message: expect.stringContaining("'write'") }])
    expect(() => reduceOrReport(confirmed, INPUTS.write, undefined)).toThrow(ForbiddenTransitionError)
    expect(reduceOrReport(waiting, INPUTS.write, undefined)).toEqual(reduce(waiting, INPUTS.write))
  })

  it('reaches every state of the table, and no other', () => {
    const reached = new Set([JSON.stringify(WAITING)])
    // states that are added on the way are gone through too
    for (const name of reached)
      for (const input of Object.values(INPUTS)) {
        try {
          reached.add(JSON.stringify(reduce(JSON.parse(name) as ActionState, input)[0]))
        } catch {
          // a forbidden arrow leads nowhere
        }
      }
    expect([...reached].sort()).toEqual(named.map(([name]) => name).sort())
  })

  it('writes an action at most once: from the wire no arrow leads back to the queue or to the socket', () => {
    const onceWritten = TABLE.filter(([{ name }]) => !['waiting', 'writing', 'notSent'].includes(name))
    const after = onceWritten.flatMap(([, rows]) => rows.map(([, { name }]) => name))
    expect(after.filter(name => ['waiting', 'writing', 'notSent'].includes(name))).toEqual([])
    expect(onceWritten.flatMap(([, rows]) => rows.flatMap(([, , effects]) => effects))).not.toContain('write')
  })
})
