import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { internalsOf } from '../../src/client/client-internals.js'
import { createPbxClient } from '../../src/client/create-client.js'
import type { PbxClient } from '../../src/client/pbx-client.js'
import type { SessionObserver } from '../../src/client/session-observer.js'
import { createWire, type Wire } from '../support/page-socket.js'

const TORN = { code: 1006, wasClean: false }
const begin = (id: string) => ({ event: 'call.begin', unique_id: id, caller: '12', callee: '13', called_number: '13' })

describe('the parts of a client', () => {
  let wire: Wire
  let pbx: PbxClient
  let order: string[]

  const observe = (name: string, observer: Partial<SessionObserver> = {}) => {
    const quiet: SessionObserver = {
      sessionStarted: () => order.push(`${name} started`),
      event: () => order.push(`${name} event`),
      eventDispatched: () => order.push(`${name} dispatched`),
      response: () => {},
      sessionEnded: () => order.push(`${name} ended`),
      connectionFailed: () => {},
      closed: () => order.push(`${name} closed`),
    }
    internalsOf(pbx).trackers.add({ ...quiet, ...observer })
  }

  beforeEach(() => {
    jest.useFakeTimers()
    wire = createWire()
    order = []
    pbx = createPbxClient({
      url: 'ws://localhost:1',
      credentials: { username: 'viptel', password: 'heslo' },
      WebSocket: wire.WebSocket,
    })
  })
  afterEach(async () => {
    const closed = pbx.close()
    await jest.advanceTimersByTimeAsync(5_000)
    await closed
    jest.useRealTimers()
  })

  it('let every observer absorb an event before one of them notifies, and `on()` emit last', async () => {
    observe('a')
    observe('b')
    pbx.on('call.begin').subscribe(() => order.push('on()'))
    await wire.socket.login()
    order.length = 0
    wire.socket.receive(begin('1.1'))
    expect(order).toEqual(['a event', 'b event', 'a dispatched', 'b dispatched', 'on()'])
  })

  it('hear of the end of a session though one of them throws at it', async () => {
    const failed: string[] = []
    observe('a', {
      sessionEnded: () => {
        throw new Error('mine')
      },
    })
    observe('b')
    pbx.connect()
    await wire.socket.login()
    pbx.createCall({ from: '12', to: '13' }).subscribe({ error: error => failed.push(error.name) })
    order.length = 0
    wire.socket.end(TORN)
    expect(order).toContain('b ended')
    expect(failed).toEqual(['DeliveryUncertainError'])
  })

  it('lose the session when one of them throws at an event, and go on with the next', async () => {
    let isBroken = true
    observe('a', {
      event: () => {
        if (isBroken) throw new Error('mine')
      },
    })
    pbx.connect()
    await wire.socket.login()
    wire.socket.receive(begin('1.1'))
    expect(pbx.status).toMatchObject({ state: 'waiting', reason: { kind: 'torn' } })
    isBroken = false
    await jest.advanceTimersByTimeAsync(30_000)
    await wire.socket.login()
    expect(pbx.status.state).toBe('online')
  })

  it('report an unmatched error though the socket answers while an action is written', async () => {
    const anomalies: string[] = []
    pbx.anomaly$.subscribe(({ kind, detail }) => anomalies.push(`${kind}: ${detail}`))
    pbx.connect()
    await wire.socket.login()
    const { socket } = wire
    const send = socket.send.bind(socket)
    socket.send = text => {
      send(text)
      if (text.includes('call.create')) socket.receive({ code: 404, message: 'Call not found' })
    }
    pbx.createCall({ from: '12', to: '13' }).subscribe({ error: () => {} })
    expect(anomalies).toEqual(['unmatched-error: an error of no action: 404 Call not found'])
  })
})
