import { describe, expect, it } from '@jest/globals'
import { config, NEVER, Observable, type Subscriber } from 'rxjs'
import { createEventBus } from '../../src/client/event-bus.js'
import type { PbxEvent } from '../../src/protocol/events.js'

const meta = { receivedAt: 0, seq: 1, session: 1 }
const pickup: PbxEvent = { event: 'call.pickup', unique_id: '1795418999.1', meta }

describe('the event bus', () => {
  it('emits an event to the subscribers of its name and of all known names, and to no other', () => {
    const bus = createEventBus(NEVER)
    const seen: string[] = []
    for (const name of [undefined, 'call.pickup', 'call.pickup', 'call.end', ''])
      bus.events(name).subscribe(({ event }) => seen.push(`${name ?? 'event$'}: ${event}`))
    bus.publish(pickup, true)
    expect(seen).toEqual(['event$: call.pickup', 'call.pickup: call.pickup', 'call.pickup: call.pickup'])
  })

  it('emits an event of an unknown name to the subscribers of that name alone; names of Object are just names', () => {
    const bus = createEventBus(NEVER)
    const seen: string[] = []
    bus.events().subscribe(({ event }) => seen.push(`event$ ${event}`))
    bus.events('__proto__').subscribe(({ event }) => seen.push(`named ${event}`))
    bus.publish({ event: '__proto__', meta }, false)
    bus.publish({ event: 'constructor', meta }, false)
    expect(seen).toEqual(['named __proto__'])
  })

  it('keeps no name without a subscriber, however many there were', () => {
    const byName = new Map()
    const bus = createEventBus(NEVER, byName)
    const kept = bus.events('call.end').subscribe()
    for (let n = 0; n < 100; n += 1) bus.events(`name ${n}`).subscribe().unsubscribe()
    expect([...byName.keys()]).toEqual(['call.end'])
    kept.unsubscribe()
    expect(byName.size).toBe(0)
  })

  it('is subscribed before it holds the connection, and lets go of both', () => {
    const byName = new Map<string, readonly unknown[]>()
    const order: string[] = []
    let held: Subscriber<never> | undefined
    const holding$ = new Observable<never>(subscriber => {
      held = subscriber
      order.push(byName.get('call.pickup')?.length === 1 ? 'held, subscribed' : 'held')
      return () => order.push('let go')
    })
    const bus = createEventBus(holding$, byName as never)
    bus.events('call.pickup').subscribe().unsubscribe()
    bus.events('call.pickup').subscribe({ error: error => order.push(String(error)) })
    held?.error('refused')
    bus.events('call.pickup').subscribe({ complete: () => order.push('complete') })
    held?.complete()
    expect(order).toEqual([
      'held, subscribed',
      'let go',
      'held, subscribed',
      'refused',
      'let go',
      'held, subscribed',
      'complete',
      'let go',
    ])
    expect(byName.size).toBe(0)
  })

  it('goes on with the other subscribers when one unsubscribes in its own callback', () => {
    const bus = createEventBus(NEVER)
    const seen: string[] = []
    const first = bus.events('call.pickup').subscribe(() => first.unsubscribe())
    bus.events('call.pickup').subscribe(() => seen.push('second'))
    bus.publish(pickup, true)
    bus.publish(pickup, true)
    expect(seen).toEqual(['second', 'second'])
  })

  it('emits an event to those who were there when it came, as a Subject does', () => {
    const bus = createEventBus(NEVER)
    const seen: string[] = []
    const last = () => bus.events('call.pickup').subscribe(() => seen.push('late'))
    bus.events('call.pickup').subscribe(() => {
      seen.push('first')
      last()
      leaving.unsubscribe()
    })
    const leaving = bus.events('call.pickup').subscribe(() => seen.push('left'))
    bus.publish(pickup, true)
    expect(seen).toEqual(['first'])
    bus.publish(pickup, true)
    expect(seen).toEqual(['first', 'first', 'late'])
  })

  it('goes on with the others when a subscriber throws, and lets RxJS report the error', async () => {
    const bus = createEventBus(NEVER)
    const seen: string[] = []
    const reported: unknown[] = []
    const both = new Promise<void>(resolve => {
      config.onUnhandledError = error => {
        if (reported.push(error) === 2) resolve()
      }
    })
    bus.events('call.pickup').subscribe(() => {
      throw new Error('mine')
    })
    bus.events('call.pickup').subscribe(() => seen.push('second'))
    bus.publish(pickup, true)
    bus.publish(pickup, true)
    expect(seen).toEqual(['second', 'second'])
    await both
    expect(reported).toEqual([new Error('mine'), new Error('mine')])
    config.onUnhandledError = null
  })
})
