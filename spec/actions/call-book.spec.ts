import { beforeEach, describe, expect, it } from '@jest/globals'
import { type CallBook, createCallBook, type Follower } from '../../src/actions/call-book.js'
import type { PbxEvent, WireEvent } from '../../src/protocol/events.js'
import { createStage, hear, IDS, POLICY } from './stage.js'

const [ID1, ID2, ID3, FOREIGN] = IDS
const KEPT = 30_000
const meta = { receivedAt: 0, seq: 1, session: 1 }

describe('which ids are one call', () => {
  let time: number
  let book: CallBook<Follower>
  const place = (event: WireEvent) => {
    const placed = book.place({ ...event, meta } as PbxEvent)
    return placed && [placed.follower.callRandomId, ...placed.events.map(one => `${one.event} ${one.unique_id}`)].join(', ')
  }
  const created = (call_random_id: string, unique_id: string) => place({ event: 'call.create_response', call_random_id, unique_id })
  const begin = (unique_id: string, extra = {}) =>
    place({ event: 'call.begin', caller: '12', caller_name: '', callee: '13', callee_name: '', called_number: '13', unique_id, ...extra })
  const pickup = (unique_id: string) => place({ event: 'call.pickup', unique_id })
  const end = (unique_id: string) => place({ event: 'call.end', unique_id, status: 'answer' })
  const followers = Object.fromEntries(['r1', 'r2', 'r3'].map(callRandomId => [callRandomId, { callRandomId }])) as Record<'r1' | 'r2' | 'r3', Follower>
  beforeEach(() => {
    time = 0
    book = createCallBook({ orphansFor: KEPT, now: () => time })
    book.follow(followers.r1)
  })

  it('is told by call.create_response alone, and every event of every id is the call’s from then on', () => {
    expect(created('r1', ID1)).toBe(`r1, call.create_response ${ID1}`)
    expect(created('r1', ID2)).toBe(`r1, call.create_response ${ID2}`)
    for (const id of [ID1, ID2]) {
      expect(begin(id)).toBe(`r1, call.begin ${id}`)
      expect(pickup(id)).toBe(`r1, call.pickup ${id}`)
      expect(end(id)).toBe(`r1, call.end ${id}`)
    }
    expect(book.newest(followers.r1)).toBe(ID2)
    expect([ID1, ID2, ID3].map(book.byUniqueId)).toEqual([followers.r1, followers.r1, undefined])
  })

  it('knows nothing of the calls of others', () => {
    expect(created('someone', FOREIGN)).toBeUndefined()
    expect(begin(FOREIGN)).toBeUndefined()
    expect(place({ event: 'queue.left', queue: '601', unique_id: ID1, holdtime: 1 })).toBeUndefined()
    expect(book.byUniqueId(FOREIGN)).toBeUndefined()
  })

  it('keeps what came before the id was known, in its order, and gives it once', () => {
    begin(ID1)
    begin(ID2)
    pickup(ID1)
    end(ID1)
    expect(created('r1', ID1)).toBe(`r1, call.create_response ${ID1}, call.begin ${ID1}, call.pickup ${ID1}, call.end ${ID1}`)
    expect(created('r1', ID1)).toBe(`r1, call.create_response ${ID1}`)
    expect(created('r1', ID2)).toBe(`r1, call.create_response ${ID2}, call.begin ${ID2}`)
  })

  it('keeps it for as long as an action is waited for, and no longer', () => {
    begin(ID1)
    time = 1
    begin(ID2)
    time = KEPT
    begin(FOREIGN)
    expect(created('r1', ID1)).toBe(`r1, call.create_response ${ID1}, call.begin ${ID1}`)
    time = KEPT + 2
    begin(FOREIGN)
    expect(created('r1', ID2)).toBe(`r1, call.create_response ${ID2}`)
  })

  it('keeps nothing of what queues offer to agents', () => {
    expect(begin(ID1, { from_queue_unique_id: FOREIGN })).toBeUndefined()
    expect(created('r1', ID1)).toBe(`r1, call.create_response ${ID1}`)
  })

  it('forgets a call with all its ids, and what was kept once nobody can claim it', () => {
    created('r1', ID1)
    created('r1', ID2)
    begin(ID3)
    book.forget(followers.r1)
    expect(book.size).toBe(0)
    expect([ID1, ID2].map(book.byUniqueId)).toEqual([undefined, undefined])
    expect(book.byRandomId('r1')).toBeUndefined()
    expect(book.newest(followers.r1)).toBeUndefined()
    book.follow(followers.r2)
    expect(created('r2', ID3)).toBe(`r2, call.create_response ${ID3}`)
  })

  it('keeps nothing while it follows nobody', () => {
    book.forget(followers.r1)
    begin(ID1)
    book.follow(followers.r1)
    expect(created('r1', ID1)).toBe(`r1, call.create_response ${ID1}`)
  })

  describe('with the abbreviated ids of the document’s example', () => {
    it('takes an end or a pickup of the same counter for the call', () => {
      created('r1', '14549.678')
      created('r1', '14550.679')
      expect(pickup('1453466550.679')).toBe('r1, call.pickup 1453466550.679')
      expect(end('1453466550.679')).toBe('r1, call.end 1453466550.679')
    })

    it.each<[string, () => string | undefined]>([
      ['a begin', () => begin('1453466550.679')],
      ['the counter of a superseded id', () => end('1453466549.678')],
      ['another counter', () => end('1453466550.680')],
      ['a counter that only ends alike', () => end('1453466550.1679')],
      ['a counter alone', () => end('679')],
      ['an id that goes on', () => end('1453466550.679.1')],
    ])('does not take %s', (_, placed) => {
      created('r1', '14549.678')
      created('r1', '14550.679')
      expect(placed()).toBeUndefined()
    })

    it('takes none that could be meant for two calls, until one of them is over or has another id', () => {
      book.follow(followers.r2)
      created('r1', '14550.679')
      created('r2', '15550.679')
      expect(end('1453466550.679')).toBeUndefined()
      book.forget(followers.r1)
      expect(pickup('1453466550.679')).toBe('r2, call.pickup 1453466550.679')
      book.follow(followers.r3)
      created('r3', '16550.679')
      expect(end('1453466550.679')).toBeUndefined()
      created('r2', ID1)
      expect(end('1453466550.679')).toBe('r3, call.end 1453466550.679')
    })

    it.each([
      ['1795419091.342', '1795500000.342'],
      ['1795419091.342', '91.342'],
      ['0000000001.342', '1795500000.342'],
    ])('never takes a real id, as %s is, by its tail', (id, other) => {
      created('r1', id)
      expect(end(other)).toBeUndefined()
      expect(pickup(other)).toBeUndefined()
      expect(end(id)).toBe(`r1, call.end ${id}`)
    })

    it('takes nine digits for abbreviated, and an id of its own before any that is like it', () => {
      book.follow(followers.r2)
      created('r1', '179541909.342')
      created('r2', '1795419091.342')
      expect(end('1795419091.342')).toBe('r2, call.end 1795419091.342')
      expect(end('1795500000.342')).toBe('r1, call.end 1795500000.342')
    })
  })
})

describe('the memory of calls', () => {
  it('does not grow with the calls made', () => {
    const stage = createStage({ concurrency: 8 })
    const round = (from: number) => {
      for (let index = from; index < from + 100; index += 1) {
        const id = `1795419091.${index}`
        const heard = hear(stage.desk.createCall({ from: '12', to: '13', callRandomId: `r${index}` }))
        if (index % 10 === 0) stage.answer(500, 'Action failed')
        if (index % 10 === 1) stage.clock.pass(POLICY.confirmWithin)
        if (index % 10 === 2) stage.lose()
        if (index % 10 === 2) stage.desk.began()
        stage.begin(id)
        stage.created(`r${index}`, id)
        hear(stage.desk.hangup(id))
        hear(stage.desk.redirect(id, '13'))
        stage.end(id)
        stage.begin(`1795500000.${index}`)
        expect(heard.ends).toBe(1)
      }
      stage.clock.pass(3 * POLICY.confirmWithin)
      expect(stage.isClean()).toBe(true)
    }
    round(0)
    // the same ids once more: whatever was kept of them would show
    round(0)
    expect(new Set(stage.sent.map(({ call_random_id }) => call_random_id).filter(id => id !== undefined)).size).toBe(100)
  })
})
