import { beforeEach, describe, expect, it } from '@jest/globals'
import { file, open, shift, takeOut } from '../../../src/client/live/call-index.js'
import { newCall, type Place } from '../../../src/client/live/call-state.js'
import type { Ledger } from '../../../src/client/live/call-store.js'
import { arrange, giveBack, leave, placesOf, wait } from '../../../src/client/live/queue-entries.js'
import { stage } from './stage.js'

describe('a waiting room', () => {
  let ledger: Ledger
  let shownLast: Map<string, string>
  beforeEach(() => {
    ledger = stage().ledger
    shownLast = new Map()
  })
  const join = (id: string, position: number, queue = '601'): Place => {
    const journey = ledger.byId.get(id) ?? open(ledger, newCall(id, 0))
    const draft = { ...journey.call }
    wait(ledger, journey, draft, { queue, position, joinedAt: 0, waitingSince: 0 })
    file(ledger, journey, draft)
    moved()
    return placed(id)
  }
  const putBack = (place: Place) => {
    const draft = { ...place.journey.call }
    giveBack(ledger, place.journey, draft, place)
    file(ledger, place.journey, draft)
  }
  const placed = (id: string): Place => {
    const place = ledger.byId.get(id)?.place
    if (place === undefined) throw new Error(`${id} does not wait`)
    return place
  }
  const shown = (queue = '601') =>
    placesOf(ledger, queue).map(({ journey, seat }) => `${journey.call.id}@${seat.position}`)
  /** Whose call shows another position since this was asked last. */
  const moved = () => {
    const now = new Map(
      [...ledger.current.values()].flatMap(({ id, queue }) =>
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
    leave(ledger, join('D', 2))
    join('E', Number.NaN)
    join('F', 0)
    expect(shown()).toEqual(['C@1', 'D@2', 'E@2', 'F@3'])
  })

  it('moves those behind up when one is taken out, and their calls show it', () => {
    join('C', 1)
    const { journey } = join('D', 2)
    join('E', 3)
    join('F', 4)
    takeOut(ledger, journey)
    expect(shown()).toEqual(['C@1', 'E@2', 'F@3'])
    expect(moved()).toEqual(['E@2', 'F@3'])
  })

  it('moves nobody of the same position, who joined while the other was being served', () => {
    const { journey } = join('C', 1)
    join('D', 1)
    join('E', 2)
    takeOut(ledger, journey)
    expect(shown()).toEqual(['D@1', 'E@1'])
  })

  it('moves nobody who joined after the other had left', () => {
    const place = join('C', 1)
    join('D', 2)
    leave(ledger, place)
    join('E', 2)
    takeOut(ledger, place.journey)
    expect(shown()).toEqual(['D@1', 'E@2'])
    expect(moved()).toEqual(['D@1'])
  })

  it('is not moved by a second taking out, nor by another queue', () => {
    const { journey } = join('C', 1)
    join('D', 2)
    join('E', 2, '602')
    takeOut(ledger, journey)
    takeOut(ledger, journey)
    expect([shown(), shown('602')]).toEqual([['D@1'], ['E@2']])
  })

  it('takes back who was never gone, before those who were behind', () => {
    const place = join('C', 1)
    join('D', 2)
    takeOut(ledger, place.journey)
    putBack(place)
    expect(shown()).toEqual(['C@1', 'D@2'])
    takeOut(ledger, place.journey)
    expect(shown()).toEqual(['D@1'])
  })

  it('takes back the only one', () => {
    const place = join('C', 1)
    takeOut(ledger, place.journey)
    expect(shown()).toEqual([])
    putBack(place)
    expect(shown()).toEqual(['C@1'])
  })

  it('moves all up when a stranger has left, nobody before the first place', () => {
    join('C', 2)
    join('D', 3)
    for (const queue of ['601', '601', '602']) shift(ledger, queue, 1, -1)
    expect(shown()).toEqual(['C@1', 'D@1'])
    expect(moved()).toEqual(['C@1', 'D@1'])
  })

  it('can be arranged: those named come first, in that order, and who has left stays where they were', () => {
    const [gone, c, d] = [join('C', 1), join('D', 2), join('E', 3), join('F', 4)]
    leave(ledger, gone)
    arrange(ledger, '601', [d.journey, c.journey])
    expect(shown()).toEqual(['C@1', 'E@1', 'D@2', 'F@3'])
    expect(moved()).toEqual(['E@1', 'F@3'])
  })
})
