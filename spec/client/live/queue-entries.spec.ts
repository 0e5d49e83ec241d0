import { beforeEach, describe, expect, it } from '@jest/globals'
import { draftOf, newCallDraft, newCallState } from '../../../src/client/live/call-state.js'
import { commit, openCall } from '../../../src/client/live/call-store.js'
import type { CallStore, QueueEntry } from '../../../src/client/live/model.js'
import {
  addEntry,
  arrangeEntries,
  entriesOf,
  markLeaving,
  moveEntry,
  removeEntry,
  restoreEntry,
  shiftEntries,
} from '../../../src/client/live/queue-entries.js'
import { stage } from './stage.js'

describe('a waiting list', () => {
  let store: CallStore
  let shownLast: Map<string, string>
  beforeEach(() => {
    store = stage().store
    shownLast = new Map()
  })
  const join = (id: string, position: number, queue = '601'): QueueEntry => {
    const state = store.byId.get(id) ?? openCall(store, newCallState(newCallDraft(id, 0)))
    const draft = draftOf(state.call)
    addEntry(store, state, draft, { queue, position, joinedAt: 0, waitingSince: 0 })
    commit(store, state, draft)
    moved()
    if (state.entry === undefined) throw new Error(`${id} does not wait`)
    return state.entry
  }
  const putBack = (entry: QueueEntry) => {
    const draft = draftOf(entry.state.call)
    restoreEntry(store, entry.state, draft, entry)
    commit(store, entry.state, draft)
  }
  const shown = (queue = '601') =>
    entriesOf(store, queue).map(({ state, snapshot }) => `${state.call.id}@${snapshot.position}`)
  /** The calls that show another position than at the last reading. */
  const moved = () => {
    const now = new Map(
      [...store.current.values()].flatMap(({ id, queue }) =>
        queue === undefined ? [] : [[id, `${id}@${queue.position}`]],
      ),
    )
    const news = [...now].flatMap(([id, line]) => (line === shownLast.get(id) ? [] : [line]))
    shownLast = now
    return news
  }

  it('is in the order of positions, and of joining where they are the same', () => {
    join('C', 2)
    join('D', 1)
    join('E', 2)
    expect(shown()).toEqual(['D@1', 'C@2', 'E@2'])
  })

  it('of a queue that nobody waits in is empty', () => {
    expect(shown()).toEqual([])
  })

  it('puts who joins without a position, or with one that counts nothing, behind those who wait and have not left', () => {
    join('C', 1)
    markLeaving(store, join('D', 2))
    join('E', Number.NaN)
    join('F', 0)
    expect(shown()).toEqual(['C@1', 'D@2', 'E@2', 'F@3'])
  })

  it('moves those behind up when one is taken out, and their calls show it', () => {
    join('C', 1)
    const { state } = join('D', 2)
    join('E', 3)
    join('F', 4)
    removeEntry(store, state)
    expect(shown()).toEqual(['C@1', 'E@2', 'F@3'])
    expect(moved()).toEqual(['E@2', 'F@3'])
  })

  it('moves nobody of the same position, who joined while the other was being served', () => {
    const { state } = join('C', 1)
    join('D', 1)
    join('E', 2)
    removeEntry(store, state)
    expect(shown()).toEqual(['D@1', 'E@1'])
  })

  it('moves nobody who joined after the other had left', () => {
    const entry = join('C', 1)
    join('D', 2)
    markLeaving(store, entry)
    join('E', 2)
    removeEntry(store, entry.state)
    expect(shown()).toEqual(['D@1', 'E@2'])
    expect(moved()).toEqual(['D@1'])
  })

  it('is not moved by a second taking out, nor by another queue', () => {
    const { state } = join('C', 1)
    join('D', 2)
    join('E', 2, '602')
    removeEntry(store, state)
    removeEntry(store, state)
    expect([shown(), shown('602')]).toEqual([['D@1'], ['E@2']])
  })

  it('takes back a caller who was never gone, before those who were behind', () => {
    const entry = join('C', 1)
    join('D', 2)
    removeEntry(store, entry.state)
    putBack(entry)
    expect(shown()).toEqual(['C@1', 'D@2'])
    removeEntry(store, entry.state)
    expect(shown()).toEqual(['D@1'])
  })

  it('takes back the only one', () => {
    const entry = join('C', 1)
    removeEntry(store, entry.state)
    expect(shown()).toEqual([])
    putBack(entry)
    expect(shown()).toEqual(['C@1'])
  })

  it('moves all up when a stranger has left, nobody before the first place', () => {
    join('C', 2)
    join('D', 3)
    for (const queue of ['601', '601', '602']) shiftEntries(store, queue, 1, -1)
    expect(shown()).toEqual(['C@1', 'D@1'])
    expect(moved()).toEqual(['C@1', 'D@1'])
  })

  it('can be arranged: those named come first, in that order, and who has left stays where they were', () => {
    const [gone, c, d] = [join('C', 1), join('D', 2), join('E', 3), join('F', 4)]
    markLeaving(store, gone)
    arrangeEntries(store, '601', [d.state, c.state])
    expect(shown()).toEqual(['C@1', 'E@1', 'D@2', 'F@3'])
    expect(moved()).toEqual(['E@1', 'F@3'])
  })

  it('stays in order when one is moved up past others, and when one who joined later is not moved with those ahead', () => {
    join('C', 1)
    join('D', 2)
    const last = join('E', 3)
    moveEntry(store, last, 1)
    expect(shown()).toEqual(['C@1', 'E@1', 'D@2'])
    const first = join('F', 1, '602')
    join('G', 3, '602')
    markLeaving(store, first)
    join('H', 2, '602')
    removeEntry(store, first.state)
    expect(shown('602')).toEqual(['G@2', 'H@2'])
  })
})
