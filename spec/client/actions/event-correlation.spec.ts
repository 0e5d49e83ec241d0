import { beforeEach, describe, expect, it } from '@jest/globals'
import { EventCorrelation } from '../../../src/client/actions/event-correlation.js'
import { type ActionPlan, createPendingAction, type PendingAction } from '../../../src/client/actions/pending-action.js'
import type { ActionName, CallTarget } from '../../../src/index.js'
import type { PbxEvent, WireEvent } from '../../../src/protocol/events.js'
import { createStage, IDS, POLICY, watch } from './stage.js'

const [ID1, ID2, ID3, FOREIGN] = IDS
const KEPT = 30_000
const meta = { receivedAt: 0, seq: 1, session: 1 }

/** An action that was written. */
const written = (action: ActionName, { callRandomId, target }: { callRandomId?: string; target?: CallTarget }) => {
  const plan: ActionPlan<unknown> = {
    action,
    callRandomId,
    target,
    fields: undefined,
    afterWrite: () => undefined,
    afterEvent: () => undefined,
    afterLoss: () => undefined,
  }
  const sink = { emit: () => {}, complete: () => {}, fail: () => {} }
  const pending = createPendingAction(plan, { sendWithin: 1, confirmWithin: 1 }, 0, sink)
  pending.sentAt = 1
  return pending
}

describe('which ids are one call', () => {
  let time: number
  let correlation: EventCorrelation
  let delivered: (readonly [PendingAction, string])[]
  let limits: string[]
  let calls: Map<string, PendingAction>
  /** The call that an event was delivered to, and the events that were. */
  const place = (event: WireEvent) => {
    delivered = []
    correlation.correlate({ ...event, meta } as PbxEvent)
    const [[call] = []] = delivered
    return call && [call.callRandomId, ...delivered.map(([, what]) => what)].join(', ')
  }
  const created = (call_random_id: string, unique_id: string) =>
    place({ event: 'call.create_response', call_random_id, unique_id })
  const begin = (unique_id: string, extra = {}) =>
    place({
      event: 'call.begin',
      caller: '12',
      caller_name: '',
      callee: '13',
      callee_name: '',
      called_number: '13',
      unique_id,
      ...extra,
    })
  const pickup = (unique_id: string) => place({ event: 'call.pickup', unique_id })
  const end = (unique_id: string) => place({ event: 'call.end', unique_id, status: 'answer' })
  /** A call that was asked for and written. */
  const follow = (callRandomId: string) => {
    const call = written('call.create', { callRandomId })
    calls.set(callRandomId, call)
    correlation.reserve(call)
    correlation.follow(call)
  }
  const forget = (callRandomId: string) => {
    const call = calls.get(callRandomId)
    if (call) correlation.forget(call)
  }
  /** The id that an action about this would be sent with. */
  const targetId = (target: CallTarget) => correlation.resolveTargetId(written('call.hangup', { target }))
  beforeEach(() => {
    time = 0
    delivered = []
    limits = []
    calls = new Map()
    correlation = new EventCorrelation({
      keptFor: KEPT,
      now: () => time,
      deliver: (call, { event, unique_id }) => delivered.push([call, `${event} ${unique_id}`]),
      reportLimit: detail => limits.push(detail),
    })
    follow('r1')
  })

  it('is said by call.create_response alone, and every event of every id is the call’s from then on', () => {
    expect(created('r1', ID1)).toBe(`r1, call.create_response ${ID1}`)
    expect(created('r1', ID2)).toBe(`r1, call.create_response ${ID2}`)
    for (const id of [ID1, ID2]) {
      expect(begin(id)).toBe(`r1, call.begin ${id}`)
      expect(pickup(id)).toBe(`r1, call.pickup ${id}`)
      expect(end(id)).toBe(`r1, call.end ${id}`)
    }
    expect([ID1, ID2, ID3, { callRandomId: 'r1' } as CallTarget].map(targetId)).toEqual([ID2, ID2, ID3, ID2])
  })

  it('knows nothing of the calls of others', () => {
    expect(created('someone', FOREIGN)).toBeUndefined()
    expect(begin(FOREIGN)).toBeUndefined()
    expect(place({ event: 'queue.left', queue: '601', unique_id: ID1, holdtime: 1 })).toBeUndefined()
    expect(targetId(FOREIGN)).toBe(FOREIGN)
  })

  it('keeps what came before the id was known, in its order, and delivers it once', () => {
    begin(ID1)
    begin(ID2)
    pickup(ID1)
    end(ID1)
    expect(created('r1', ID1)).toBe(
      `r1, call.create_response ${ID1}, call.begin ${ID1}, call.pickup ${ID1}, call.end ${ID1}`,
    )
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

  it('is nobody’s before the call is written, and one random id is one open call’s', () => {
    const waiting = written('call.create', { callRandomId: 'r2' })
    waiting.sentAt = undefined
    correlation.reserve(waiting)
    expect(created('r2', ID1)).toBeUndefined()
    expect(() => correlation.reserve(waiting)).toThrow(/'callRandomId' r2 is in use/)
    expect(created('r1', ID1)).toBe(`r1, call.create_response ${ID1}`)
  })

  it('keeps nothing of what queues offer to agents', () => {
    expect(begin(ID1, { from_queue_unique_id: FOREIGN })).toBeUndefined()
    expect(created('r1', ID1)).toBe(`r1, call.create_response ${ID1}`)
  })

  it('forgets a call with all its ids, and what was kept once nobody can claim it', () => {
    created('r1', ID1)
    created('r1', ID2)
    begin(ID3)
    forget('r1')
    expect([ID1, ID2].map(targetId)).toEqual([ID1, ID2])
    expect(() => targetId({ callRandomId: 'r1' } as CallTarget)).toThrow('no unique_id yet')
    expect([created('r1', ID1), begin(ID2)]).toEqual([undefined, undefined])
    follow('r2')
    expect(created('r2', ID3)).toBe(`r2, call.create_response ${ID3}`)
  })

  it('keeps nothing while it follows nobody', () => {
    forget('r1')
    begin(ID1)
    follow('r1')
    expect(created('r1', ID1)).toBe(`r1, call.create_response ${ID1}`)
  })

  it('are 64 at most: a further id is not kept and is reported, but the events of the newest count', () => {
    const idOf = (index: number) => `1795419091.${index}`
    for (let index = 0; index < 64; index += 1) expect(created('r1', idOf(index))).toContain('r1, ')
    expect(limits).toEqual([])
    expect([created('r1', idOf(64)), created('r1', idOf(65))]).toEqual([undefined, undefined])
    expect(limits).toEqual(Array(2).fill('call.create r1 has 64 ids; further ids are not kept'))
    expect([pickup(idOf(64)), end(idOf(64))]).toEqual([undefined, undefined])
    expect(pickup(idOf(65))).toBe(`r1, call.pickup ${idOf(65)}`)
    expect(end(idOf(65))).toBe(`r1, call.end ${idOf(65)}`)
    expect(created('r1', idOf(3))).toBe(`r1, call.create_response ${idOf(3)}`)
    expect(targetId(idOf(0))).toBe(idOf(63))
    expect(end(idOf(63))).toBe(`r1, call.end ${idOf(63)}`)
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
      follow('r2')
      created('r1', '14550.679')
      created('r2', '15550.679')
      expect(end('1453466550.679')).toBeUndefined()
      forget('r1')
      expect(pickup('1453466550.679')).toBe('r2, call.pickup 1453466550.679')
      follow('r3')
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
      follow('r2')
      created('r1', '179541909.342')
      created('r2', '1795419091.342')
      expect(end('1795419091.342')).toBe('r2, call.end 1795419091.342')
      expect(end('1795500000.342')).toBe('r1, call.end 1795500000.342')
    })
  })
})

describe('a call that is created', () => {
  it('is not dialled by the leg that a queue offers to an agent, though that bears its id', () => {
    const stage = createStage()
    const watched = watch(stage.actions.createCall({ from: '12', to: '13', callRandomId: 'r1' }))
    stage.created('r1', ID1)
    stage.begin(ID1, '14', { from_queue_unique_id: FOREIGN } as Partial<WireEvent>)
    expect(watched.values.at(-1)).toMatchObject({ phase: 'created', dialled: false })
  })

  it('is known from a write at the very epoch on, as tests set their clocks', () => {
    const stage = createStage({}, { start: 0 })
    const watched = watch(stage.actions.createCall({ from: '12', to: '13', callRandomId: 'r1' }))
    stage.created('r1', ID1)
    expect(watched.values.at(-1)).toMatchObject({ phase: 'created' })
  })
})

describe('the memory of calls', () => {
  it('does not grow with the calls made', () => {
    const stage = createStage({ concurrency: 8 })
    const troubles: readonly (() => void)[] = [
      () => stage.answer(500, 'Action failed'),
      () => stage.clock.pass(POLICY.confirmWithin),
      () => {
        stage.lose()
        stage.actions.sessionStarted(0)
      },
    ]
    const round = () => {
      for (let index = 0; index < 100; index += 1) {
        const id = `1795419091.${index}`
        const watched = watch(stage.actions.createCall({ from: '12', to: '13', callRandomId: `r${index}` }))
        troubles[index % 10]?.()
        stage.begin(id)
        stage.created(`r${index}`, id)
        watch(stage.actions.hangup(id))
        watch(stage.actions.redirect(id, '13'))
        stage.end(id)
        stage.begin(`1795500000.${index}`)
        expect(watched.ends).toBe(1)
      }
      stage.clock.pass(3 * POLICY.confirmWithin)
      expect(stage.isClean()).toBe(true)
    }
    round()
    // the same ids once more: whatever was kept of them would show
    round()
    expect(new Set(stage.sent.map(({ call_random_id }) => call_random_id).filter(id => id !== undefined)).size).toBe(
      100,
    )
  })
})
