import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Anomaly, PbxEvent, PbxResponse, UnknownEvent } from '../src/index.js'
import { type BareServer, bareServer, type Peer, within } from './support/bare-server.js'
import { type WatchedClient, watchedClient } from './support/client.js'

const LAST = { event: 'call.end', unique_id: 'last', status: 'answer' }

describe('rubbish from the wire', () => {
  let server: BareServer
  let client: WatchedClient
  let peer: Peer
  let anomalies: Anomaly[]
  let events: PbxEvent[]
  let responses: PbxResponse[]
  let ended: unknown[]

  beforeEach(async () => {
    server = await bareServer({ onPeer: other => void other.login() })
    // a process that stands still for long must not lose its session
    client = watchedClient({ url: server.url, maxFrame: 100_000, keepAlive: false })
    anomalies = []
    events = []
    responses = []
    ended = []
    client.pbx.anomaly$.subscribe(anomaly => anomalies.push(anomaly))
    client.pbx.response$.subscribe(response => responses.push(response))
    client.pbx.event$.subscribe({
      next: event => events.push(event),
      error: error => ended.push(error),
      complete: () => ended.push('complete'),
    })
    await client.status('online')
    peer = await server.peer(1)
  })
  afterEach(async () => {
    await server.close()
    await client.pbx.close()
  })

  /** Sends the frames and a last good one, and waits for that one. */
  const survive = async (...frames: (string | object)[]) => {
    const last = new Promise<void>(resolve => {
      const subscription = client.pbx.on('call.end').subscribe(event => {
        if (event.unique_id !== 'last') return
        subscription.unsubscribe()
        resolve()
      })
    })
    for (const frame of [...frames, LAST]) peer.send(frame)
    await within(30_000, 'the frame after the rubbish', last)
    expect(ended).toEqual([])
    expect(server.count).toBe(1)
    const { received, events: known, responses: answers, unknown, invalid } = client.pbx.stats
    expect(received).toBe(known + answers + unknown + invalid)
    return { invalid, unknown }
  }

  it.each<[string, string | Uint8Array, Anomaly['kind']]>([
    ['an empty frame', '', 'invalid-json'],
    ['a truncated frame', '{"event":"call.begin","caller":"12', 'invalid-json'],
    ['text', 'hello', 'invalid-json'],
    ['null', 'null', 'invalid-frame'],
    ['a number', '42', 'invalid-frame'],
    ['a string', '"call.end"', 'invalid-frame'],
    ['an array', '[{"event":"call.end","unique_id":"1.1"}]', 'invalid-frame'],
    ['an empty object', '{}', 'invalid-frame'],
    ['an event whose name is no string', '{"event":7,"unique_id":"1.1"}', 'invalid-frame'],
    ['an event without its identity', '{"event":"call.pickup"}', 'invalid-frame'],
    ['an event whose id is a number', '{"event":"call.pickup","unique_id":1795418999.10}', 'invalid-frame'],
    ['a queue event without its queue', '{"event":"queue.pause","queue":null,"member":"12"}', 'invalid-frame'],
    ['a wrong type', '{"event":"call.end","unique_id":"1.1","status":{"word":"answer"}}', 'invalid-frame'],
    ['a response whose code is no number', '{"code":"abc","message":"x"}', 'invalid-frame'],
    ['an unknown event', '{"event":"call.hold","unique_id":"1.1"}', 'unknown-event'],
    ['an event called __proto__', '{"event":"__proto__","polluted":true}', 'unknown-event'],
    ['an event called constructor', '{"event":"constructor"}', 'unknown-event'],
    ['an event called toString', '{"event":"toString"}', 'unknown-event'],
    ['an unknown code', '{"code":299,"message":"something new"}', 'unmatched-error'],
    ['an error that no action has caused', '{"code":404,"message":"Call not found"}', 'unmatched-error'],
    ['the answer to a probe that was never sent', '{"code":404,"message":"Missing action"}', 'unmatched-error'],
    ['depth', `${'['.repeat(50_000)}`, 'invalid-json'],
  ])('%s is counted, reported with its text, and survived', async (_, frame, kind) => {
    await survive(frame)
    expect(anomalies).toMatchObject([{ kind, raw: String(frame).slice(0, 4_096), meta: { session: 1, seq: 3 } }])
    expect(anomalies[0]?.detail).not.toBe('')
    expect({}).not.toHaveProperty('polluted')
  })

  it('a binary frame is counted and reported without its bytes', async () => {
    const { invalid } = await survive(new Uint8Array([1, 2, 3]))
    expect(invalid).toBe(1)
    expect(anomalies).toMatchObject([{ kind: 'invalid-frame', raw: '', detail: expect.stringContaining('binary') }])
  })

  it('a long frame is reported with its first 4 096 characters', async () => {
    await survive(`"${'x'.repeat(50_000)}"`)
    expect(anomalies[0]?.raw).toHaveLength(4_096)
  })

  it('an unknown event is on its own name too, with all its fields and meta', async () => {
    const unknown: UnknownEvent[] = []
    client.pbx.on('call.hold').subscribe(event => unknown.push(event))
    client.pbx.on('__proto__').subscribe(event => unknown.push(event))
    await survive({ event: 'call.hold', unique_id: '1.1', by: 12 }, '{"event":"__proto__","n":1}')
    expect(unknown).toMatchObject([
      { event: 'call.hold', unique_id: '1.1', by: 12, meta: { session: 1, seq: 3 } },
      { event: '__proto__', n: 1 },
    ])
  })

  it('unknown fields stay, and a meta from the wire is kept as meta.wire', async () => {
    await survive(
      { event: 'call.pickup', unique_id: '1.1', extra: { a: 1 }, meta: 'theirs' },
      '{"event":"call.pickup","unique_id":"1.2","__proto__":{"polluted":1}}',
    )
    expect(events[0]).toMatchObject({ extra: { a: 1 }, meta: { wire: 'theirs', session: 1, seq: 3 } })
    expect(Object.getPrototypeOf(events[1])).toBe(Object.prototype)
  })

  it('an error before the login belongs to the login and is no anomaly', async () => {
    const complaining = await bareServer({
      onPeer: other => {
        other.send({ code: 404, message: 'Call not found' })
        void other.login()
      },
    })
    const { pbx } = watchedClient({ url: complaining.url })
    const seen: (string | number)[] = []
    pbx.anomaly$.subscribe(({ kind }) => seen.push(kind))
    pbx.response$.subscribe(({ code }) => seen.push(code))
    await pbx.online()
    expect(seen).toEqual([404, 100, 202])
    await complaining.close()
    await pbx.close()
  })

  it('two equal frames are two events', async () => {
    const pause = { event: 'queue.pause', queue: 601, member: '12' }
    await survive(pause, pause)
    expect(events.filter(({ event }) => event === 'queue.pause')).toHaveLength(2)
  })

  it('of any kind and in any order is survived', async () => {
    const field = fc.constantFrom(
      'event',
      'code',
      'message',
      'unique_id',
      'queue',
      'member',
      'status',
      '__proto__',
      'constructor',
      'meta',
    )
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('call.begin', 'call.end', 'queue.join', 'queue.left', '1795418999.1', 404, '500', null),
    )
    const frame = fc.oneof(
      fc.string(),
      fc.json(),
      fc.dictionary(field, value).map(fields => JSON.stringify(fields)),
    )
    // a response that ends the session is no rubbish
    const harmless = frame.filter(text => !/"code"\s*:\s*"?\s*(110|401|408|5\d\d)/.test(text))
    await fc.assert(
      fc.asyncProperty(fc.array(harmless, { minLength: 1, maxLength: 50 }), async frames => {
        const before = client.pbx.stats.received
        await survive(...frames)
        expect(client.pbx.stats.received - before).toBe(frames.length + 1)
      }),
      { numRuns: 50 },
    )
  })
})
