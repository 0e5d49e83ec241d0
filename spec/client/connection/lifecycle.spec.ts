import { afterEach, describe, expect, it } from '@jest/globals'
import type { ConnectionStatus, Gap } from '../../../src/index.js'
import { type BareServer, bareServer, CLOSING, GREETING, type Peer, within } from '../../support/bare-server.js'
import { type WatchedClient, watchedClient } from '../../support/client.js'

const BYE = { code: 110, message: 'Bye' }
const WRONG = { code: 401, message: 'Wrong username and/or password' }
const UNEXPECTED = { code: 500, message: 'An unexpected error has occurred, closing connection' }

const courteous = async (peer: Peer) => {
  await peer.login()
  await peer.next()
  peer.send(BYE)
  peer.socket.close()
}
const refusing = (response: object) => async (peer: Peer) => {
  peer.send(GREETING)
  await peer.next()
  peer.send(response)
  peer.send(CLOSING)
  peer.socket.close()
}

describe('the life of a connection', () => {
  let server: BareServer
  let client: WatchedClient
  afterEach(async () => {
    await server.close()
    await client.pbx.close()
  })

  it('does not start a second time while the old connection takes its time to close, however users come and go', async () => {
    const order: string[] = []
    server = await bareServer({
      onPeer: async (peer, n) => {
        order.push(`open ${n}`)
        void peer.closed.then(() => order.push(`closed ${n}`))
        await peer.login()
        await peer.next()
        order.push(`logout ${n}`)
        peer.send(BYE)
        // the first one takes no part in the closing handshake
        if (n > 1) peer.socket.close()
        else peer.socket.pause()
      },
    })
    client = watchedClient({ url: server.url, linger: 0 })
    const { pbx, status, statuses } = client
    const gaps: Gap[] = []
    pbx.gap$.subscribe(gap => gaps.push(gap))
    await pbx.online()
    await status('idle', idle => idle !== statuses[0])
    pbx.connect().unsubscribe()
    const holding = pbx.connect()
    await status('online', online => online.session === 2)
    expect(gaps.map(({ session }) => session)).toEqual([2])
    holding.unsubscribe()
    const second = await server.peer(2)
    await within(5_000, 'the second goodbye', second.closed)
    expect(order.filter(line => !line.startsWith('closed'))).toEqual(['open 1', 'logout 1', 'open 2', 'logout 2'])
    ;(await server.peer(1)).socket.terminate()
  }, 10_000)

  it('after a refusal waits its time, even when who waits for it leaves and comes back', async () => {
    server = await bareServer({ onPeer: peer => void refusing(WRONG)(peer) })
    client = watchedClient({
      url: server.url,
      linger: 0,
      reconnect: { initialDelay: 60_000, maxDelay: 60_000, jitter: 0 },
    })
    const { pbx, status, statuses } = client
    pbx.connect()
    await status('failed')
    for (let round = 0; round < 3; round += 1) {
      const holding = pbx.connect()
      expect(pbx.status).toMatchObject({ state: 'waiting', reason: { kind: 'credentials', code: 401 } })
      const seen = statuses.length
      holding.unsubscribe()
      await status('idle', idle => statuses.indexOf(idle) >= seen)
    }
    expect(server.count).toBe(1)
  })

  it('keeps the wait of any loss when its users leave and come back', async () => {
    server = await bareServer({ onPeer: peer => void refusing(UNEXPECTED)(peer) })
    client = watchedClient({
      url: server.url,
      linger: 0,
      reconnect: { initialDelay: 60_000, maxDelay: 60_000, jitter: 0 },
    })
    const { pbx, status, statuses } = client
    const first = pbx.connect()
    const { retryAt } = await status('waiting')
    first.unsubscribe()
    await status('idle', idle => idle !== statuses[0])
    pbx.connect()
    expect(pbx.status).toMatchObject({ state: 'waiting', retryAt })
    expect(server.count).toBe(1)
  })

  it.each<[string, ConnectionStatus['state'], (client: WatchedClient) => unknown]>([
    ['close()', 'online', ({ pbx }) => pbx.close()],
    ['connect()', 'failed', ({ pbx }) => pbx.connect()],
  ])('notifies all its watchers in the same order, though one calls %s when it is %s', async (_, state, react) => {
    server = await bareServer({ onPeer: peer => void (state === 'failed' ? refusing(WRONG)(peer) : courteous(peer)) })
    client = watchedClient({ url: server.url, reconnect: { initialDelay: 60_000, maxDelay: 60_000, jitter: 0 } })
    const { pbx, statuses } = client
    const others: ConnectionStatus[] = []
    let reacted = false
    pbx.status$.subscribe(status => {
      if (status.state !== state || reacted) return
      reacted = true
      react(client)
    })
    pbx.status$.subscribe(status => others.push(status))
    pbx.connect()
    await client.status(state === 'failed' ? 'waiting' : 'closed')
    expect(others).toEqual(statuses)
    expect(others.at(-1)).toBe(pbx.status)
  })
})
