import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { type ScenarioName, scenarios } from '../../../src/simulator/scenarios/index.js'

/** A frame in a few words, its id as a letter in order of appearance. */
function brief(frames: readonly object[]): string[] {
  const names = new Map<unknown, string>()
  const name = (id: unknown) => {
    const known = names.get(id) ?? String.fromCharCode(65 + names.size)
    names.set(id, known)
    return known
  }
  return frames.map(frame => {
    const {
      event,
      unique_id,
      from_queue_unique_id,
      caller,
      callee,
      status,
      queue,
      position,
      holdtime,
      member,
      code,
      message,
    } = frame as Record<string, unknown>
    if (code !== undefined) return `${code} ${message}`
    const id = unique_id === undefined ? '' : ` ${name(unique_id)}`
    switch (event) {
      case 'call.begin':
        return `begin${id}${from_queue_unique_id === undefined ? '' : ` of ${name(from_queue_unique_id)}`} ${caller}>${callee}`
      case 'call.end':
        return `end${id} ${status}`
      case 'queue.join':
        return `join${id} ${queue} ${position}`
      case 'queue.left':
        return `left${id} ${queue} ${holdtime}`
      case 'queue.add':
      case 'queue.remove':
      case 'queue.pause':
      case 'queue.unpause':
        return `${event.slice(6)} ${queue} ${member}`
      default:
        return `${String(event).replace('call.', '')}${id}`
    }
  })
}

// what a person reads in the field notes, one after the other
const ORDERS = {
  'long-journey': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'begin C of A 0910000001>12',
    'end B noanswer',
    'begin D of A 0910000001>12',
    'end C noanswer',
    'left A 601 30',
    'end D noanswer',
    'join A 602 1',
    'begin E of A 0910000001>13',
    'pickup E',
    'end E answer',
    'end A answer',
  ],
  'queue-hop': [
    'pause 601 12',
    'pause 603 12',
    'begin A 0910000001>601',
    'join A 601 1',
    'left A 601 30',
    'join A 602 1',
    'begin B of A 0910000001>13',
    'left A 602 8',
    'end B cancel',
    'end A cancel',
  ],
  abandoned: [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'left A 601 7',
    'end B cancel',
    'end A cancel',
  ],
  'timed-out': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'end B noanswer',
    'begin C of A 0910000001>12',
    'left A 601 20',
    'end C noanswer',
    'end A noanswer',
  ],
  'given-up-as-cancel': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'end B cancel',
    'begin C of A 0910000001>12',
    'left A 601 14',
    'end C cancel',
    'end A cancel',
  ],
  'late-leg-end': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'begin C of A 0910000001>12',
    'end B noanswer',
    'pickup C',
    'end C answer',
    'end A answer',
  ],
  'agent-ends-first': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'pickup B',
    'end B answer',
    'end A answer',
  ],
  'caller-ends-first': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'pickup B',
    'end A answer',
    'end B answer',
  ],
  'ringing-leg-ends-last': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'left A 601 5',
    'end A cancel',
    'end B cancel',
  ],
  'offered-while-talking': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'pickup B',
    'begin C of A 0910000001>12',
    'end C noanswer',
    'end B answer',
    'end A answer',
  ],
  'announced-twice': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'begin B of A 0910000001>12',
    'pickup B',
    'end B answer',
    'end A answer',
  ],
  'queue-pickup': [
    'begin A 0910000001>601',
    'pickup A',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'pickup B',
    'end B answer',
    'end A answer',
  ],
  'left-after-pickup': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'pickup B',
    'left A 601 4',
    'end B answer',
    'end A answer',
  ],
  'leg-ends-early': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'pickup B',
    'end B answer',
    'end A answer',
  ],
  'second-caller-without-leg': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'begin C 0910000002>601',
    'join C 601 2',
    'left C 601 6',
    'end C cancel',
    'left A 601 9',
    'end B cancel',
    'end A cancel',
  ],
  'joins-at-one': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'pickup B',
    'begin C 0910000002>601',
    'join C 601 1',
    'left C 601 5',
    'end C cancel',
    'end B answer',
    'end A answer',
  ],
  'moved-up': [
    'pause 601 12',
    'pause 603 12',
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B 0910000002>601',
    'join B 601 2',
    'left A 601 6',
    'end A cancel',
    'left B 601 12',
    'end B cancel',
  ],
  'ring-all': [
    'begin A 0910000001>603',
    'join A 603 1',
    'begin B of A 0910000001>12',
    'begin C of A 0910000001>13',
    'pickup C',
    'end B cancel',
    'end C answer',
    'end A answer',
  ],
  'interleaved-counters': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>11',
    'begin C 0910000002>601',
    'join C 601 2',
    'begin D of C 0910000002>12',
    'pickup D',
    'pickup B',
    'end D answer',
    'end C answer',
    'end B answer',
    'end A answer',
  ],
  'redirect-from-queue': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'left A 601 3',
    'end B noanswer',
    'begin A 0220282028>13',
    'pickup A',
    'end A answer',
  ],
  transferred: [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'pickup B',
    'end B answer',
    'begin A 0220282028>13',
    'pickup A',
    'end A answer',
  ],
  'transferred-to-nowhere': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'pickup B',
    'end B answer',
    'begin A 0220282028>0888888888',
    'end A chanunavail',
  ],
  'attended-transfer': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'pickup B',
    'begin C 12>13',
    'pickup C',
    'end C answer',
    'end B answer',
    'end A answer',
  ],
  forwarded: ['begin A 11>12', 'begin A 11>13', 'pickup A', 'end A answer'],
  'hangup-of-ringing-leg': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'end B cancel',
    'begin C of A 0910000001>13',
    'left A 601 9',
    'end C cancel',
    'end A cancel',
  ],
  'hangup-of-talking-leg': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'pickup B',
    'end B answer',
    'end A answer',
  ],
  'hangup-after-reconnect': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    '404 Call not found',
    'left A 601 9',
    'end B cancel',
    'end A cancel',
  ],
  'hangup-of-caller': [
    'begin A 0910000001>601',
    'join A 601 1',
    'begin B of A 0910000001>12',
    'left A 601 3',
    'end B cancel',
    'end A cancel',
  ],
  'created-two-ids': ['create_response A', 'create_response B', 'begin B 11>0911222333', 'pickup B', 'end B answer'],
  'created-six-responses': [
    'create_response A',
    'create_response B',
    'create_response C',
    'create_response D',
    'create_response E',
    'create_response F',
    'begin F 11>0911222333',
    'pickup F',
    'end F answer',
  ],
  'created-one-id': ['create_response A', 'begin A 11>0911222333', 'pickup A', 'end A answer'],
  'created-from-unregistered': ['500 Action failed'],
  'created-to-unregistered': ['create_response A', 'begin A 11>14', 'end A chanunavail'],
  'created-to-unknown': ['create_response A', 'create_response B', 'begin B 11>0888888888', 'end B chanunavail'],
  'created-not-answered': ['create_response A', 'end A noanswer'],
  'created-ends-without-begin': ['create_response A', 'create_response B', 'end B chanunavail'],
  'begin-before-response': [
    'create_response A',
    'begin B 11>0911222333',
    'create_response B',
    'pickup B',
    'end B answer',
  ],
  'begin-before-first-response': ['begin A 11>0911222333', 'create_response A', 'pickup A', 'end A answer'],
  'document-example': ['create_response A', 'create_response B', 'end C chanunavail'],
  'hangup-by-first-id': ['create_response A', 'create_response B', 'begin B 11>0911222333', 'pickup B', 'end B answer'],
  'redirect-replaces-callee': [
    'create_response A',
    'create_response B',
    'begin B 11>0911222333',
    'pickup B',
    'begin B 0220282028>13',
    'pickup B',
    'end B answer',
  ],
  'all-statuses': [
    'begin A 11>13',
    'pickup A',
    'end A answer',
    'begin B 11>13',
    'end B busy',
    'begin C 11>13',
    'end C dontcall',
    'begin D 11>13',
    'end D noanswer',
    'begin E 11>13',
    'end E cancel',
    'begin F 11>14',
    'end F chanunavail',
    'begin G 11>abc',
    'end G invalidargs',
    'begin H 11>0888888888',
    'end H chanunavail',
    'begin I 11>0888888888',
    'end I chanunavail',
    'begin J 11>0888888888',
    'end J chanunavail',
    'begin K 11>0888888888',
    'end K chanunavail',
    'begin L 11>0888888888',
    'end L chanunavail',
    'begin M 11>0888888888',
    'end M chanunavail',
    'begin N 11>0888888888',
    'end N chanunavail',
    'begin O 11>0888888888',
    'end O chanunavail',
    'begin P 11>0888888888',
    'end P congestion',
    'begin Q 11>0888888888',
    'end Q chanunavail',
    'begin R 11>0888888888',
    'end R chanunavail',
    'begin S 11>0888888888',
    'end S chanunavail',
  ],
  'begin-and-end-at-once': ['begin A 0910000001>14', 'end A chanunavail'],
  'paused-again': ['pause 601 12', 'pause 601 12'],
  'added-as-paused': ['add 601 13'],
  'paused-everywhere': ['pause 601 12', 'pause 603 12'],
  'member-comes-and-goes': ['add 601 11', 'remove 601 11'],
  'numbers-or-strings': ['join A 601 1', 'left A 601 30', 'pause 601 12'],
  'codes-as-strings': ['504 Can not connect to PBX, try your action again later'],
  'names-missing': ['begin A 0910000001>12', 'end A null'],
  'unknown-events-and-fields': ['hold A', 'pickup A'],
  'one-party-many-writings': [
    'begin A 0910000001>12',
    'begin B 421910000001>12',
    'begin C 00421910000001>12',
    'begin D +421910000001>12',
  ],
} satisfies Partial<Record<ScenarioName, string[]>>

describe('the scenarios of the field', () => {
  it.each(Object.entries(ORDERS))('%s', (name, order) => {
    const scenario = scenarios[name as ScenarioName]
    if (!('record' in scenario)) throw new Error(`${name} is not a recording`)
    expect(brief(scenario.record().map(({ frame }) => frame))).toEqual(order)
    // the same at every call
    expect(scenario.record()).toEqual(scenario.record())
  })

  it('are all here', () => {
    const recorded = Object.entries(scenarios).flatMap(([name, scenario]) => ('record' in scenario ? [name] : []))
    expect(Object.keys(ORDERS).sort()).toEqual(recorded.sort())
  })

  it('are in the documentation, and nothing else is', () => {
    const [, table = ''] = /\n## Scenarios\n.*?\n(\|.*?)\n\n/s.exec(readFileSync('docs/simulator.md', 'utf8')) ?? []
    const names = [...table.matchAll(/`([^`]+)`/g)].map(([, name]) => name)
    expect(names.sort()).toEqual(Object.keys(scenarios).sort())
  })

  it('that are a hangup of the API’s end the call then, by whatever id', () => {
    const recording = scenarios['hangup-by-first-id'].record()
    // the second it is answered after, and the five that it is let talk
    expect(recording.at(-1)).toMatchObject({ t: 7_000, frame: { event: 'call.end' } })
  })

  it('can begin and end a call in one moment', () => {
    expect(scenarios['begin-and-end-at-once'].record().map(({ t }) => t)).toEqual([0, 0])
  })

  it('show all eight words that a call can end with', () => {
    const { record } = scenarios['all-statuses']
    const words = record().flatMap(({ frame }) => ('status' in frame ? [frame.status] : []))
    expect(new Set(words)).toEqual(
      new Set(['answer', 'busy', 'noanswer', 'cancel', 'congestion', 'chanunavail', 'dontcall', 'invalidargs']),
    )
  })

  it('keep the counters of two callers’ legs apart by their parents only', () => {
    const begun = scenarios['interleaved-counters']
      .record()
      .flatMap(({ frame }) =>
        'from_queue_unique_id' in frame ? [frame as { unique_id: string; from_queue_unique_id: string }] : [],
      )
    expect(begun).toHaveLength(2)
    const counter = (id: string | undefined) => Number(id?.split('.')[1])
    // the second caller's channel came between the first caller's and the first caller's leg
    expect(counter(begun[1]?.from_queue_unique_id)).toBeGreaterThan(counter(begun[0]?.from_queue_unique_id))
    expect(counter(begun[1]?.unique_id)).toBeGreaterThan(counter(begun[0]?.unique_id))
  })
})
