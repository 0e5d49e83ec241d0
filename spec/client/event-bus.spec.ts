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
    bus.event$.subscribe(({ event }) => seen.push(`event$: ${event}`))
    for (const name of ['call.pickup', 'call.pickup', 'call.end', ''])
      bus.on(name).subscribe(({ event }) => seen.push(`${name}: ${event}`))
    bus.publish(pickup)
    expect(seen).toEqual(['event$: call.pickup', 'call.pickup: call.pickup', 'call.pickup: call.pickup'])
  })

  it('emits an event of an unknown name to the subscribers of that name alone; names of Object are just names', () => {
    const bus = createEventBus(NEVER)
    const seen: string[] = []
    bus.event$.subscribe(({ event }) => seen.push(`event$ ${event}`))
    bus.on('__proto__').subscribe(({ event }) => seen.push(`named ${event}`))
    bus.publishUnknown({ event: '__proto__', meta })
    bus.publishUnknown({ event: 'constructor', meta })
    expect(seen).toEqual(['named __proto__'])
  })

  it('keeps no name without a subscriber, however many there were', () => {
    const byName = new Map()
    const bus = createEventBus(NEVER, byName)
    const kept = bus.on('call.end').subscribe()
    for (let n = 0; n < 100; n += 1) bus.on(`name ${n}`).subscribe().unsubscribe()
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
    bus.on('call.pickup').subscribe().unsubscribe()
    bus.on('call.pickup').subscribe({ error: error => order.push(String(error)) })
    held?.error('refused')
    bus.on('call.pickup').subscribe({ complete: () => order.push('complete') })
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
    const first = bus.on('call.pickup').subscribe(() => first.unsubscribe())
    bus.on('call.pickup').subscribe(() => seen.push('second'))
    bus.publish(pickup)
    bus.publish(pickup)
    expect(seen).toEqual(['second', 'second'])
  })

  it('emits an event to those who were there when it came, as a Subject does', () => {
    const bus = createEventBus(NEVER)
    const seen: string[] = []
    const last = () => bus.on('call.pickup').subscribe(() => seen.push('late'))
    bus.on('call.pickup').subscribe(() => {
      seen.push('first')
      last()
      leaving.unsubscribe()
    })
    const leaving = bus.on('call.pickup').subscribe(() => seen.push('left'))
    bus.publish(pickup)
    expect(seen).toEqual(['first'])
    bus.publish(pickup)
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
    bus.on('call.pickup').subscribe(() => {
      throw new Error('mine')
    })
    bus.on('call.pickup').subscribe(() => seen.push('second'))
    bus.publish(pickup)
    bus.publish(pickup)
    expect(seen).toEqual(['second', 'second'])
    await both
    expect(reported).toEqual([new Error('mine'), new Error('mine')])
    config.onUnhandledError = null
  })
})
