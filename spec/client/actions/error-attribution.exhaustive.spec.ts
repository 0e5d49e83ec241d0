import { describe, expect, it } from '@jest/globals'
import { type ActionName, ActionRejectedError } from '../../../src/client/errors.js'
import { responses } from '../../../src/simulator/server/response-table.js'
import { createStage, type Stage, type Watched, watch, withoutStacks } from './stage.js'

const ACTIONS: readonly ActionName[] = ['call.create', 'call.hangup', 'call.redirect']
const STANDINGS = ['open', 'uncertain', 'confirmed'] as const

interface Written {
  readonly action: ActionName
  readonly standing: (typeof STANDINGS)[number]
}

/** Every set of up to three actions, in every order of writing and every standing. */
const SETS: Written[][] = [[]]
for (let from = 0, length = 1; length <= 3; length += 1) {
  const to = SETS.length
  for (const set of SETS.slice(from, to))
    for (const action of ACTIONS) for (const standing of STANDINGS) SETS.push([...set, { action, standing }])
  from = to
}

/** The actions that can earn a response, by the five rules of the contract; written by hand, row by row. */
const POSSIBLE: Record<string, readonly ActionName[] | 'session' | 'all-uncertain'> = {
  greeting: 'session',
  bye: 'session',
  closing: 'session',
  'logged-in': 'session',
  'action-not-string': [],
  'invalid-values': ACTIONS,
  'user-not-activated': 'session',
  'wrong-credentials': 'session',
  'login-required': 'session',
  'not-allowed': ACTIONS,
  'missing-action': [],
  'call-not-found': ['call.hangup', 'call.redirect'],
  'unknown-action': [],
  'login-timeout': 'session',
  'server-error': 'all-uncertain',
  'action-failed': ACTIONS,
  'pbx-unreachable': 'session',
  restarting: 'session',
  'pbx-retrying': ACTIONS,
}

/** ms after which an action that is to be uncertain is so. */
const SOON = 500

const INVALID = 'Inserted values are not valid'

const idOf = (index: number) => `1795419091.${index}`

interface Played {
  readonly stage: Stage
  readonly watched: readonly Watched<unknown>[]
}

function ask(stage: Stage, { action, standing }: Written, index: number): Watched<unknown> {
  const options = standing === 'uncertain' ? { confirmWithin: SOON } : {}
  switch (action) {
    case 'call.create':
      return watch<unknown>(stage.actions.createCall({ from: '12', to: '13', callRandomId: `r${index}` }, options))
    case 'call.hangup':
      return watch<unknown>(stage.actions.hangup(idOf(index), options))
    case 'call.redirect':
      return watch<unknown>(stage.actions.redirect(idOf(index), '13', options))
  }
}

/** Puts actions on the wire in their order, and gives them their standing afterwards, the last first. */
function written(set: readonly Written[]): Played {
  const stage = createStage({ concurrency: set.length + 1 })
  const watched = set.map((one, index) => ask(stage, one, index))
  stage.clock.pass(SOON)
  for (const [index, { action, standing }] of [...set.entries()].reverse()) {
    if (standing !== 'confirmed') continue
    if (action === 'call.create') stage.created(`r${index}`, idOf(index))
    else stage.end(idOf(index))
  }
  return { stage, watched }
}

/** The outcome of each action, and that of the response. */
function outcome({ stage, watched }: Played, answer: readonly [code: number, message: string, errors?: unknown]) {
  const unmatched = stage.answer(...answer)
  const outcomes = watched.map(({ error }) =>
    error instanceof ActionRejectedError ? error.attribution : error instanceof Error ? error.name : undefined,
  )
  return [...outcomes, unmatched]
}

/** Compares without an `expect` unless there is something to show. */
function expectOutcome(set: readonly Written[], found: readonly unknown[], wanted: readonly unknown[]): void {
  if (found.length !== wanted.length || found.some((one, index) => one !== wanted[index]))
    expect({ set, outcome: found }).toEqual({ set, outcome: wanted })
}

function expected(
  set: readonly Written[],
  possible: readonly ActionName[] | 'session' | 'all-uncertain',
  isNews: boolean,
) {
  const outcomes = set.map(({ standing }) =>
    standing === 'uncertain' || (standing === 'open' && possible === 'all-uncertain')
      ? 'DeliveryUncertainError'
      : undefined,
  )
  if (typeof possible === 'string') return [...outcomes, undefined]
  const able = set.flatMap(({ action, standing }, index) =>
    possible.includes(action) ? [{ action, standing, index }] : [],
  )
  const oldest = able.find(({ standing }) => standing !== 'confirmed')
  if (oldest === undefined) return [...outcomes, isNews ? undefined : 'an error of no action']
  const { action, standing, index } = oldest
  const name = action === 'call.create' ? `${action} r${index}` : action
  if (standing === 'uncertain') return [...outcomes, `an error probably of ${name}, which had ended as uncertain`]
  return [...outcomes.map((one, at) => (at === index ? (able.length === 1 ? 'certain' : 'probable') : one)), undefined]
}

interface Answer {
  readonly answer: readonly [code: number, message: string, errors?: unknown]
  /** The actions that can have earned it. */
  readonly possible: readonly ActionName[]
}

/** Every way to give each answer to another action that can have earned it: the actions that have one. */
function ways(set: readonly Written[], answers: readonly Answer[]): ReadonlySet<number>[] {
  const [first, ...others] = answers
  if (first === undefined) return [new Set()]
  return ways(set, others).flatMap(way =>
    set.flatMap(({ action }, index) =>
      first.possible.includes(action) && !way.has(index) ? [new Set([...way, index])] : [],
    ),
  )
}

/** The attribution of each answer of a sequence, and the one that is wanted. */
function attributions(set: readonly Written[], sequence: readonly Answer[]) {
  const { stage, watched } = written(set)
  const rejected = new Set<number>()
  const found: { set: readonly Written[]; answers: readonly Answer[]; attribution: string; wanted: string }[] = []
  for (const [count, { answer }] of sequence.entries()) {
    stage.answer(...answer)
    const index = watched.findIndex(({ ends }, at) => ends > 0 && !rejected.has(at))
    // more answers than actions that can have earned them
    if (index < 0) return found
    rejected.add(index)
    const answers = sequence.slice(0, count + 1)
    const error = watched[index]?.error
    found.push({
      set,
      answers,
      attribution: error instanceof ActionRejectedError ? error.attribution : String(error),
      wanted: ways(set, answers).every(way => way.has(index)) ? 'certain' : 'probable',
    })
  }
  return found
}

describe('whose error a response is', () => {
  withoutStacks()

  it('is a question over 820 sets of actions', () => {
    expect(SETS).toHaveLength(1 + 9 + 81 + 729)
  })

  it.each(responses.map(({ code, message, meaning }) => ({ code, message, meaning })))(
    '$code $message',
    ({ code, message, meaning }) => {
      const possible = POSSIBLE[meaning]
      if (possible === undefined) throw new Error(`no row for ${meaning}`)
      for (const set of SETS) {
        const wanted = expected(set, possible, meaning === 'pbx-retrying')
        expectOutcome(set, outcome(written(set), [code, message]), wanted)
      }
    },
  )

  it.each<[unknown, readonly ActionName[]]>([
    [{ destination: 'is not a number' }, ['call.redirect']],
    [{ unique_id: ['missing'] }, ['call.hangup', 'call.redirect']],
    ['Not valid:\n\tunique_id', ['call.hangup', 'call.redirect']],
    [{ to: 'must be sent to a number, from an extension' }, ['call.create']],
    [[{ field: 'caller_id', text: 'not yours' }], ['call.create']],
    ['call_random_id has to be given', ['call.create']],
    ['destination', ['call.redirect']],
    ['the destination of the call is no number', ACTIONS],
    [{ number: 'a call from here to there is not allowed' }, ACTIONS],
    ['something has to be mended', ACTIONS],
    [{ other: 'x' }, ACTIONS],
    [[[[[['destination']]]]], ['call.redirect']],
    [undefined, ACTIONS],
    [null, ACTIONS],
    [7, ACTIONS],
    [[], ACTIONS],
  ])('400 with errors %j points to %j', (errors, possible) => {
    for (const set of SETS) {
      expectOutcome(set, outcome(written(set), [400, INVALID, errors]), expected(set, possible, false))
    }
  })

  it('is as if errors named nothing when they are too deep to be read', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}"destination"${']'.repeat(100_000)}`)
    expect(outcome(written([{ action: 'call.create', standing: 'open' }]), [400, INVALID, deep])).toEqual([
      'certain',
      undefined,
    ])
  })

  it('is certain when every way to give out the answers has one for that action, and only then', () => {
    const KINDS: readonly Answer[] = [
      { answer: [500, 'Action failed'], possible: ACTIONS },
      { answer: [404, 'Call not found'], possible: ['call.hangup', 'call.redirect'] },
      { answer: [400, INVALID, 'to'], possible: ['call.create'] },
      { answer: [400, INVALID, 'destination'], possible: ['call.redirect'] },
    ]
    const sequences = KINDS.flatMap(one => KINDS.flatMap(two => [...KINDS.map(three => [one, two, three]), [one, two]]))
    const sets = SETS.filter(set => set.length > 1 && set.every(({ standing }) => standing === 'open'))
    const found = sets.flatMap(set => sequences.flatMap(sequence => attributions(set, sequence)))
    for (const one of found)
      if (one.attribution !== one.wanted) expect(one).toEqual({ ...one, attribution: one.wanted })
    for (const attribution of ['certain', 'probable'])
      expect(found.filter(one => one.attribution === attribution).length).toBeGreaterThan(500)
  })

  it('is nobody’s when the document does not know the response, which is an anomaly as it is', () => {
    expect(outcome(written([{ action: 'call.create', standing: 'open' }]), [418, 'I am a teapot'])).toEqual([
      undefined,
      undefined,
    ])
  })
})
