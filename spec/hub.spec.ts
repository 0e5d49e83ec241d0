import { describe, expect, it } from '@jest/globals'
import { createHub } from '../src/hub.js'

const meta = { receivedAt: 0, seq: 1, session: 1 }

describe('the hub', () => {
  it('has one subject for a name as long as somebody listens to it', () => {
    const hub = createHub()
    const pickups = hub.named('call.pickup')
    pickups.subscribe()
    hub.named('call.end')
    expect(hub.named('call.pickup')).toBe(pickups)
  })

  it('forgets the names that nobody listens to any more, however many there were', () => {
    const hub = createHub()
    const names = Array.from({ length: 100 }, (_, n) => `name ${n}`)
    const used = names.map(name => {
      const subject = hub.named(name)
      subject.subscribe().unsubscribe()
      return subject
    })
    hub.named('call.end').subscribe()
    // the first look-up of a name would find a remembered subject
    const found = names.map(name => hub.named(name))
    expect(found.filter((subject, n) => subject === used[n])).toEqual([])
  })

  it('completes all that it remembers, and remembers nothing that is not listened to', () => {
    const hub = createHub()
    const completed: string[] = []
    const forgotten = hub.named('call.begin')
    hub.named('call.end').subscribe({ complete: () => completed.push('call.end') })
    hub.event$.subscribe({ complete: () => completed.push('event$') })
    forgotten.subscribe({ complete: () => completed.push('call.begin') }).unsubscribe()
    hub.named('queue.join')
    forgotten.subscribe({ complete: () => completed.push('forgotten') })
    hub.complete()
    expect(completed).toEqual(['event$', 'call.end'])
  })

  it('hands an unknown event to its name and not to event$', () => {
    const hub = createHub()
    const seen: string[] = []
    hub.event$.subscribe(({ event }) => seen.push(`event$ ${event}`))
    hub.named('__proto__').subscribe(({ event }) => seen.push(`named ${event}`))
    hub.unknown({ event: '__proto__', meta })
    hub.unknown({ event: 'call.hold', meta })
    expect(seen).toEqual(['named __proto__'])
  })
})
