import { describe, expect, it } from '@jest/globals'
import type { ActionName } from '../../../src/client/errors.js'
import { responses } from '../../../src/simulator/server/response-table.js'
import { createStage, type Stage, type Watched, watch } from './stage.js'

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

/** Who can earn a response, by the five rules of the contract; written by hand, row by row. */
const EARNERS: Record<string, readonly ActionName[] | 'session' | 'all-uncertain'> = {
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

const idOf = (index: number) => `1795419091.${index}`

/** Puts actions on the wire in their order, and gives them their standing afterwards, the last first. */
function written(set: readonly Written[]): { stage: Stage; heard: Watched<unknown>[] } {
  const stage = createStage({ concurrency: set.length + 1 })
  const heard = set.map(({ action, standing }, index) => {
    const options = standing === 'uncertain' ? { confirmWithin: SOON } : {}
    if (action === 'call.create')
      return watch<unknown>(stage.actions.createCall({ from: '12', to: '13', callRandomId: `r${index}` }, options))
    if (action === 'call.hangup') return watch<unknown>(stage.actions.hangup(idOf(index), options))
    return watch<unknown>(stage.actions.redirect(idOf(index), '13', options))
  })
  stage.clock.pass(SOON)
  for (const [index, { action, standing }] of [...set.entries()].reverse()) {
    if (standing !== 'confirmed') continue
    if (action === 'call.create') stage.created(`r${index}`, idOf(index))
    else stage.end(idOf(index))
  }
  return { stage, heard }
}

/** What was told of each action, and of the response. */
function outcome(
  { stage, heard }: ReturnType<typeof written>,
  answer: readonly [code: number, message: string, errors?: unknown],
) {
  const nobodys = stage.answer(...answer)
  const told = heard.map(({ error }) => {
    const { name, attribution } = (error ?? {}) as { name?: string; attribution?: string }
    return attribution ?? name
  })
  return [...told, nobodys]
}

function expected(
  set: readonly Written[],
  earners: readonly ActionName[] | 'session' | 'all-uncertain',
  isNews: boolean,
) {
  const told = set.map(({ standing }) =>
    standing === 'uncertain' || (standing === 'open' && earners === 'all-uncertain')
      ? 'DeliveryUncertainError'
      : undefined,
  )
  if (typeof earners === 'string') return [...told, undefined]
  const able = set.flatMap(({ action, standing }, index) =>
    earners.includes(action) ? [{ action, standing, index }] : [],
  )
  const oldest = able.find(({ standing }) => standing !== 'confirmed')
  if (oldest === undefined) return [...told, isNews ? undefined : 'an error of no action']
  const { action, standing, index } = oldest
  const name = action === 'call.create' ? `${action} r${index}` : action
  if (standing === 'uncertain') return [...told, `an error probably of ${name}, which had ended as uncertain`]
  return [...told.map((one, at) => (at === index ? (able.length === 1 ? 'certain' : 'probable') : one)), undefined]
}

describe('whose error a response is', () => {
  it('is a question over 820 sets of actions', () => {
    expect(SETS).toHaveLength(1 + 9 + 81 + 729)
  })

  it.each(responses.map(({ code, message, meaning }) => ({ code, message, meaning })))(
    '$code $message',
    ({ code, message, meaning }) => {
      const earners = EARNERS[meaning]
      if (earners === undefined) throw new Error(`no row for ${meaning}`)
      for (const set of SETS) {
        const told = outcome(written(set), [code, message])
        const wanted = expected(set, earners, meaning === 'pbx-retrying')
        if (JSON.stringify(told) !== JSON.stringify(wanted)) expect({ set, told }).toEqual({ set, told: wanted })
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
  ])('400 with errors %j points to %j', (errors, earners) => {
    for (const set of SETS) {
      const told = outcome(written(set), [400, 'Inserted values are not valid', errors])
      const wanted = expected(set, earners, false)
      if (JSON.stringify(told) !== JSON.stringify(wanted)) expect({ set, told }).toEqual({ set, told: wanted })
    }
  })

  it('is as if errors named nothing when they are too deep to be read', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}"destination"${']'.repeat(100_000)}`)
    expect(
      outcome(written([{ action: 'call.create', standing: 'open' }]), [400, 'Inserted values are not valid', deep]),
    ).toEqual(['certain', undefined])
  })

  it('is certain when every way to give out the answers has one for that action, and only then', () => {
    const KINDS: readonly [answer: readonly [number, string, unknown?], earners: readonly ActionName[]][] = [
      [[500, 'Action failed'], ACTIONS],
      [
        [404, 'Call not found'],
        ['call.hangup', 'call.redirect'],
      ],
      [[400, 'Inserted values are not valid', 'to'], ['call.create']],
      [[400, 'Inserted values are not valid', 'destination'], ['call.redirect']],
    ]
    /** Every way to give each answer to another action that can have earned it: the actions that have one. */
    const ways = (set: readonly Written[], answers: readonly (readonly ActionName[])[]): ReadonlySet<number>[] => {
      const [earners, ...others] = answers
      if (earners === undefined) return [new Set()]
      return ways(set, others).flatMap(way =>
        set.flatMap(({ action }, index) =>
          earners.includes(action) && !way.has(index) ? [new Set([...way, index])] : [],
        ),
      )
    }
    const SEQUENCES = KINDS.flatMap(one => KINDS.flatMap(two => [...KINDS.map(three => [one, two, three]), [one, two]]))
    const sets = SETS.filter(set => set.length > 1 && set.every(({ standing }) => standing === 'open'))
    const counts = { certain: 0, probable: 0 }
    for (const set of sets) {
      for (const sequence of SEQUENCES) {
        const played = written(set)
        const answers: (readonly ActionName[])[] = []
        for (const [answer, earners] of sequence) {
          const before = played.heard.map(({ error }) => error)
          outcome(played, answer)
          answers.push(earners)
          const index = played.heard.findIndex(({ error }, at) => error !== before[at])
          // more answers than actions that can have earned them
          if (index < 0) break
          const { attribution } = (played.heard[index] as Watched<unknown>).error as {
            attribution: 'certain' | 'probable'
          }
          const wanted = ways(set, answers).every(way => way.has(index)) ? 'certain' : 'probable'
          if (attribution !== wanted)
            expect({ set, answers, index, attribution }).toEqual({ set, answers, index, attribution: wanted })
          counts[attribution] += 1
        }
      }
    }
    expect(counts).toEqual({ certain: expect.any(Number), probable: expect.any(Number) })
    expect(Math.min(counts.certain, counts.probable)).toBeGreaterThan(500)
  })

  it('is nobody’s when the document does not know the response, which is an anomaly as it is', () => {
    expect(outcome(written([{ action: 'call.create', standing: 'open' }]), [418, 'I am a teapot'])).toEqual([
      undefined,
      undefined,
    ])
  })
})
