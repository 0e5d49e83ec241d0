import { describe, expect, it } from '@jest/globals'
import { attribute } from '../../src/actions/attribution.js'
import { createCandidates, type Standing } from '../../src/actions/candidates.js'
import type { Ticket } from '../../src/actions/ticket.js'
import type { ActionName } from '../../src/errors.js'
import { responses } from '../../src/protocol/responses.js'

const ACTIONS: readonly ActionName[] = ['call.create', 'call.hangup', 'call.redirect']
const STANDINGS: readonly Standing[] = ['open', 'uncertain', 'confirmed']

interface Written {
  readonly action: ActionName
  readonly standing: Standing
}

/** Every set of up to three actions, in every order of writing and every standing. */
const SETS: Written[][] = [[]]
for (let from = 0, length = 1; length <= 3; length += 1) {
  const to = SETS.length
  for (const set of SETS.slice(from, to)) for (const action of ACTIONS) for (const standing of STANDINGS) SETS.push([...set, { action, standing }])
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

const ticket = (action: ActionName): Ticket => ({
  action,
  sendWithin: 1,
  confirmWithin: 1,
  encode: () => ({ text: '' }),
  written: () => {},
  failed: () => {},
})

/** Puts actions on the wire in their order, and gives them their standing afterwards, the last first. */
function written(set: readonly Written[]) {
  const candidates = createCandidates()
  const tickets = set.map(({ action }) => ticket(action))
  for (const one of tickets) candidates.put(one, 'open')
  for (const [index, one] of [...tickets.entries()].reverse()) {
    const { standing } = set[index] ?? { standing: 'open' }
    if (standing !== 'open') candidates.put(one, standing)
  }
  return { candidates, tickets }
}

function expected(set: readonly Written[], tickets: readonly Ticket[], earners: readonly ActionName[] | 'session' | 'all-uncertain', isNews: boolean) {
  if (typeof earners === 'string') return { kind: earners }
  const able = set.flatMap(({ action, standing }, index) => (earners.includes(action) ? [{ standing, ticket: tickets[index] }] : []))
  const oldest = able.find(({ standing }) => standing !== 'confirmed')
  if (oldest === undefined) return { kind: isNews ? 'session' : 'unmatched' }
  if (oldest.standing === 'uncertain') return { kind: 'unmatched', ticket: oldest.ticket }
  return { kind: 'reject', ticket: oldest.ticket, attribution: able.length === 1 ? 'certain' : 'probable' }
}

describe('whose error a response is', () => {
  it('is a question over 820 sets of actions', () => {
    expect(SETS).toHaveLength(1 + 9 + 81 + 729)
  })

  it.each(responses.map(({ code, message, meaning }) => ({ code, message, meaning })))('$code $message', ({ code, message, meaning }) => {
    const earners = EARNERS[meaning]
    if (earners === undefined) throw new Error(`no row for ${meaning}`)
    for (const set of SETS) {
      const { candidates, tickets } = written(set)
      const verdict = attribute({ code, message }, candidates)
      const wanted = expected(set, tickets, earners, meaning === 'pbx-retrying')
      if (JSON.stringify(verdict) !== JSON.stringify(wanted) || ('ticket' in wanted && (verdict as { ticket?: Ticket }).ticket !== wanted.ticket)) {
        expect({ set, verdict }).toEqual({ set, verdict: wanted })
      }
    }
  })

  it.each<[unknown, readonly ActionName[]]>([
    [{ destination: 'is not a number' }, ['call.redirect']],
    [{ unique_id: ['missing'] }, ['call.hangup', 'call.redirect']],
    [{ to: 'must be sent to a number, from an extension' }, ['call.create']],
    [[{ field: 'caller_id', text: 'not yours' }], ['call.create']],
    ['call_random_id has to be given', ['call.create']],
    ['destination', ['call.redirect']],
    ['the destination of the call is no number', ACTIONS],
    [{ number: 'a call from here to there is not allowed' }, ACTIONS],
    ['something has to be mended', ACTIONS],
    [{ other: 'x' }, ACTIONS],
    [undefined, ACTIONS],
    [null, ACTIONS],
    [[], ACTIONS],
  ])('400 with errors %j points to %j', (errors, earners) => {
    for (const set of SETS) {
      const { candidates, tickets } = written(set)
      expect(attribute({ code: 400, message: 'Inserted values are not valid', errors }, candidates)).toEqual(expected(set, tickets, earners, false))
    }
  })

  it('is nobody’s when the document does not know the response', () => {
    const { candidates } = written([{ action: 'call.create', standing: 'open' }])
    expect(attribute({ code: 418, message: 'I am a teapot' }, candidates)).toEqual({ kind: 'unmatched' })
  })
})
