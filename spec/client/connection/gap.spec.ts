import { afterEach, describe, expect, it } from '@jest/globals'
import { type Connection, createConnection } from '../../../src/client/connection/connection.js'
import type { Gap } from '../../../src/client/connection/gap.js'
import { createLog } from '../../../src/client/logger.js'
import { resolveOptions } from '../../../src/client/options.js'
import { systemClock } from '../../../src/shared/clock.js'
import { type BareServer, bareServer, within } from '../../support/bare-server.js'
import { EAGER } from '../../support/client.js'

describe('a gap', () => {
  let server: BareServer
  let connection: Connection | undefined
  afterEach(async () => {
    await server.close()
    await connection?.close()
  })

  it.each<[string, string]>([
    ['pong', 'pong'],
    ['frame', 'frame'],
  ])('begins at the last %s of the old session, not at its loss', async (_, sign) => {
    let time = 1_000
    server = await bareServer({
      autoPong: false,
      onPeer: async (peer, n) => {
        let pings = 0
        peer.socket.on('ping', () => {
          pings += 1
          // the second ping is sent only when the first was answered
          if (pings > 1) {
            time = 3_000
            return peer.socket.terminate()
          }
          time = 2_000
          if (sign === 'pong') return peer.socket.pong()
          peer.send({ event: 'call.hold' })
        })
        await peer.login()
        if (n > 1) peer.socket.removeAllListeners('ping')
      },
    })
    connection = createConnection(
      resolveOptions({
        url: server.url,
        credentials: { username: 'viptel', password: 'heslo' },
        keepAlive: { interval: 5, timeout: 5_000 },
        linger: 0,
        reconnect: EAGER,
      }),
      createLog(undefined),
      { frame: () => {}, sessionStarted: () => {}, sessionEnded: () => {}, connectionFailed: () => {} },
      { clock: { ...systemClock, now: () => time }, random: () => 0, networkEvents: () => () => {} },
    )
    const gap = new Promise<Gap>(resolve => connection?.gap$.subscribe(resolve))
    const holding = connection.holding$.subscribe()
    expect(await within(5_000, 'the gap', gap)).toMatchObject({
      from: 2_000,
      to: 3_000,
      session: 2,
      reason: { kind: 'torn' },
    })
    holding.unsubscribe()
  })
})
