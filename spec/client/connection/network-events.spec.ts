import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { pageNetworkEvents } from '../../../src/client/connection/network-events.js'
import { createPbxClient } from '../../../src/index.js'
import { createWire } from '../../support/page-socket.js'

/** What of a page's `window` and `document` can be listened to, with a count of who does. */
class Place extends EventTarget {
  listeners = 0
  visibilityState = 'visible'

  override addEventListener(...listener: Parameters<EventTarget['addEventListener']>): void {
    this.listeners += 1
    super.addEventListener(...listener)
  }

  override removeEventListener(...listener: Parameters<EventTarget['removeEventListener']>): void {
    this.listeners -= 1
    super.removeEventListener(...listener)
  }
}

const globals = globalThis as unknown as Record<string, unknown>
const PAGE = ['addEventListener', 'removeEventListener', 'document']

describe('on a page', () => {
  let page: Place
  let document: Place
  let before: PropertyDescriptor[]
  beforeEach(() => {
    page = new Place()
    document = new Place()
    before = PAGE.flatMap(name => Object.getOwnPropertyDescriptor(globalThis, name) ?? [])
    Object.assign(globals, {
      addEventListener: page.addEventListener.bind(page),
      removeEventListener: page.removeEventListener.bind(page),
      document,
    })
  })
  afterEach(() => {
    jest.useRealTimers()
    for (const name of PAGE) delete globals[name]
    expect(before).toEqual([])
  })

  const listen = () => {
    const seen: string[] = []
    const stop = pageNetworkEvents(event => seen.push((event as Event).type))
    return { seen, stop }
  }
  const hide = (visibilityState: string) => {
    document.visibilityState = visibilityState
    document.dispatchEvent(new Event('visibilitychange'))
  }

  it('the network’s return, the page’s return and its thawing wake', () => {
    const { seen, stop } = listen()
    page.dispatchEvent(new Event('online'))
    page.dispatchEvent(new Event('pageshow'))
    document.dispatchEvent(new Event('resume'))
    expect(seen).toEqual(['online', 'pageshow', 'resume'])
    stop()
  })

  it('being looked at again wakes, being hidden does not', () => {
    const { seen, stop } = listen()
    hide('hidden')
    expect(seen).toEqual([])
    hide('visible')
    expect(seen).toEqual(['visibilitychange'])
    stop()
  })

  it('nothing is listened to before there is something to wait for, nor after', () => {
    expect([page.listeners, document.listeners]).toEqual([0, 0])
    const { stop } = listen()
    expect(page.listeners).toBeGreaterThan(0)
    expect(document.listeners).toBeGreaterThan(0)
    stop()
    expect([page.listeners, document.listeners]).toEqual([0, 0])
  })

  it('without a document, as in a worker, the network’s return wakes', () => {
    delete globals['document']
    const { seen, stop } = listen()
    page.dispatchEvent(new Event('online'))
    expect(seen).toEqual(['online'])
    stop()
  })

  it('a waiting client comes back at once when the network does, and leaves no listener', async () => {
    jest.useFakeTimers()
    const wire = createWire()
    const pbx = createPbxClient({
      url: 'ws://localhost:1',
      credentials: { username: 'viptel', password: 'heslo' },
      reconnect: { initialDelay: 60_000, maxDelay: 60_000, jitter: 0 },
      WebSocket: wire.WebSocket,
    })
    pbx.connect()
    wire.socket.end({ code: 1006, wasClean: false })
    expect(pbx.status.state).toBe('waiting')
    hide('hidden')
    expect(pbx.status.state).toBe('waiting')
    page.dispatchEvent(new Event('online'))
    expect(pbx.status).toEqual({ state: 'connecting', attempt: 2 })
    expect([page.listeners, document.listeners]).toEqual([0, 0])
    wire.socket.end({ code: 1006, wasClean: false })
    expect(page.listeners).toBeGreaterThan(0)
    await pbx.close()
    expect([page.listeners, document.listeners]).toEqual([0, 0])
  })
})

describe('in Node', () => {
  it('there is no page, and nothing to listen to', () => {
    expect(pageNetworkEvents(() => {})).not.toThrow()
  })
})
