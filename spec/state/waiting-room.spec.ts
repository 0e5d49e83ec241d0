import { beforeEach, describe, expect, it } from '@jest/globals'
import { newCall } from '../../src/state/journey.js'
import { createRegister } from '../../src/state/register.js'
import { createWaitingRooms, type Place, type WaitingRooms } from '../../src/state/waiting-room.js'

describe('a waiting room', () => {
  let rooms: WaitingRooms
  let moved: string[]
  let register: ReturnType<typeof createRegister>
  beforeEach(() => {
    moved = []
    rooms = createWaitingRooms(({ journey, position }) => moved.push(`${journey.call.id}@${position}`))
    register = createRegister()
  })
  const join = (id: string, position: number, queue = '601'): Place =>
    rooms.join({ journey: register.find(id) ?? register.add(newCall(id, 0, true)), queue, position, joinedAt: 0, waitingSince: 0 })
  const shown = (queue = '601') => rooms.of(queue).map(({ journey, position }) => `${journey.call.id}@${position}`)

  it('is in the order of positions, and of joining where they are the same', () => {
    join('C', 2)
    join('D', 1)
    join('E', 2)
    expect(shown()).toEqual(['D@1', 'C@2', 'E@2'])
  })

  it('of a queue that nobody waits in is empty', () => {
    expect(rooms.of('601')).toEqual([])
    expect(rooms.size).toBe(0)
  })

  it('puts who joins without a position, or with one that counts nothing, behind those who wait and have not left', () => {
    join('C', 1)
    rooms.leave(join('D', 2))
    join('E', Number.NaN)
    join('F', 0)
    expect(shown()).toEqual(['C@1', 'D@2', 'E@2', 'F@3'])
  })

  it('moves those behind up when one is taken out, and tells of each', () => {
    join('C', 1)
    const place = join('D', 2)
    join('E', 3)
    join('F', 4)
    rooms.takeOut(place)
    expect(shown()).toEqual(['C@1', 'E@2', 'F@3'])
    expect(moved).toEqual(['E@2', 'F@3'])
  })

  it('moves nobody of the same position, who joined while the other was being served', () => {
    const place = join('C', 1)
    join('D', 1)
    join('E', 2)
    rooms.takeOut(place)
    expect(shown()).toEqual(['D@1', 'E@1'])
  })

  it('moves nobody who joined after the other had left', () => {
    const place = join('C', 1)
    join('D', 2)
    rooms.leave(place)
    join('E', 2)
    expect(moved).toEqual([])
    rooms.takeOut(place)
    expect(shown()).toEqual(['D@1', 'E@2'])
  })

  it('is not moved by a second taking out, nor by another queue', () => {
    const place = join('C', 1)
    join('D', 2)
    join('E', 2, '602')
    rooms.takeOut(place)
    rooms.takeOut(place)
    expect([shown(), shown('602')]).toEqual([['D@1'], ['E@2']])
    expect(rooms.size).toBe(2)
  })

  it('takes back who was never gone, before those who were behind', () => {
    const place = join('C', 1)
    join('D', 2)
    rooms.takeOut(place)
    rooms.putBack(place)
    expect(shown()).toEqual(['C@1', 'D@2'])
    rooms.takeOut(place)
    expect(shown()).toEqual(['D@1'])
  })

  it('takes back the only one', () => {
    const place = join('C', 1)
    rooms.takeOut(place)
    expect(rooms.size).toBe(0)
    rooms.putBack(place)
    expect(shown()).toEqual(['C@1'])
  })

  it('moves all up when a stranger has left, nobody before the first place', () => {
    join('C', 2)
    join('D', 3)
    rooms.strangerLeft('601')
    rooms.strangerLeft('601')
    rooms.strangerLeft('602')
    expect(shown()).toEqual(['C@1', 'D@1'])
    expect(moved).toEqual(['C@1', 'D@2', 'D@1'])
  })

  it('can be arranged: those named come first, in that order, and who has left stays where they were', () => {
    const [gone, c, d] = [join('C', 1), join('D', 2), join('E', 3), join('F', 4)]
    rooms.leave(gone)
    rooms.arrange('601', [d.journey, c.journey])
    expect(shown()).toEqual(['C@1', 'E@1', 'D@2', 'F@3'])
    expect(moved).toEqual(['E@1', 'F@3'])
  })

  it('forgets a queue that nobody waits in any more', () => {
    rooms.takeOut(join('C', 1))
    expect(rooms.size).toBe(0)
  })
})
