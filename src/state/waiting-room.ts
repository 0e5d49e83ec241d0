import type { Journey } from './register.js'

/** Somebody's place in a queue. */
export interface Place {
  readonly journey: Journey
  readonly queue: string
  /** From 1. The PBX tells it at the join only; from then on we count. */
  position: number
  /** ms since the epoch: this queue. */
  readonly joinedAt: number
  /** ms since the epoch: the first queue of this wait. */
  readonly waitingSince: number
  /** Orders joins and leavings of one queue. */
  readonly joined: number
  left: number | undefined
}

/** Who waits in which queue, in order. */
export interface WaitingRooms {
  /** Those who wait, by queue; who was first to join comes first. */
  of(queue: string): readonly Place[]
  /** How many wait. */
  readonly size: number
  join(place: Pick<Place, 'journey' | 'queue' | 'joinedAt' | 'waitingSince' | 'position'>): Place
  /** Left, perhaps for another queue: keeps the place until taken out. */
  leave(place: Place): void
  /** Gone: those behind move up. */
  takeOut(place: Place): void
  /** Was never gone. */
  putBack(place: Place): void
  /** Somebody whom we never saw joining has gone: they stood before all whom we did. */
  strangerLeft(queue: string): void
  /** These come first, in this order; who joined later follows. */
  arrange(queue: string, first: readonly Journey[]): void
}

/** @param moved told of each whose position has changed */
export function createWaitingRooms(moved: (place: Place) => void): WaitingRooms {
  const rooms = new Map<string, Set<Place>>()
  let order = 0

  /** Those behind move up; who joined after someone had left was never behind. */
  const shift = (room: Iterable<Place>, from: Place, by: 1 | -1) => {
    for (const place of room) {
      if (place.position < from.position || place === from || place.joined > (from.left ?? Number.POSITIVE_INFINITY)) continue
      if (by === -1 && place.position === from.position) continue
      place.position += by
      moved(place)
    }
  }

  const of = (queue: string) => [...(rooms.get(queue) ?? [])].sort((a, b) => a.position - b.position || a.joined - b.joined)

  return {
    of,
    get size() {
      return [...rooms.values()].reduce((sum, room) => sum + room.size, 0)
    },
    join: place => {
      order += 1
      const room = rooms.get(place.queue) ?? new Set()
      const waiting = [...room].filter(({ left }) => left === undefined).length
      const joined: Place = { ...place, position: place.position >= 1 ? place.position : waiting + 1, joined: order, left: undefined }
      rooms.set(place.queue, room.add(joined))
      return joined
    },
    leave: place => {
      order += 1
      place.left = order
    },
    takeOut: place => {
      const room = rooms.get(place.queue)
      if (room?.delete(place) !== true) return
      if (room.size === 0) rooms.delete(place.queue)
      shift(room, place, -1)
    },
    putBack: place => {
      const room = rooms.get(place.queue) ?? new Set()
      shift(room, place, 1)
      rooms.set(place.queue, room.add(place))
    },
    strangerLeft: queue => {
      for (const place of rooms.get(queue) ?? []) {
        if (place.position <= 1) continue
        place.position -= 1
        moved(place)
      }
    },
    arrange: (queue, first) => {
      const ranks = new Map(first.map((journey, rank) => [journey, rank]))
      const rank = ({ journey }: Place) => ranks.get(journey) ?? first.length
      const staying = of(queue).filter(({ left }) => left === undefined)
      for (const [index, place] of [...staying].sort((a, b) => rank(a) - rank(b)).entries()) {
        if (place.position === index + 1) continue
        place.position = index + 1
        moved(place)
      }
    },
  }
}
