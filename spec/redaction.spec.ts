import { inspect } from 'node:util'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { createLog } from '../src/client/logger.js'
import type { Logger, PbxOptions } from '../src/index.js'
import { loginHash, passwordDigest } from '../src/protocol/login-hash.js'
import { type BareServer, bareServer, CLOSING, GREETING } from './support/bare-server.js'
import { type WatchedClient, watchedClient } from './support/client.js'

const DIGEST = passwordDigest('viptel', 'heslo')
const HASH = loginHash(DIGEST, 'abc')

describe('a full debug log', () => {
  let server: BareServer
  let client: WatchedClient
  afterEach(async () => {
    await server.close()
    await client.pbx.close()
  })

  it.each<[string, PbxOptions['credentials']]>([
    ['a password', { username: 'viptel', password: 'heslo' }],
    ['a digest', { username: 'viptel', passwordDigest: DIGEST }],
    ['a digest in capitals', { username: 'viptel', passwordDigest: DIGEST.toUpperCase() }],
    ['a signer', { username: 'viptel', sign: () => HASH }],
  ])('holds no secret of a login by %s, not even what the server repeats', async (_, credentials) => {
    server = await bareServer({
      onPeer: async (peer, n) => {
        peer.send(GREETING)
        const login = await peer.next()
        peer.send({ code: 400, message: 'Inserted values are not valid', errors: { echo: login } })
        if (n === 1) return peer.socket.terminate()
        peer.send({ code: 202, message: `Login successfull ${HASH}` })
        peer.send({ event: 'debug', echo: [login, DIGEST] })
        peer.send(`not json ${HASH}`)
        peer.send({ code: 401, message: `Wrong ${HASH}` })
        return peer.send(CLOSING)
      },
    })
    const lines: string[] = []
    const at = (level: string) => (message: string, details?: unknown) =>
      lines.push(`${level} ${message} ${inspect(details, { depth: 20 })}`)
    const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
    client = watchedClient({ url: server.url, credentials, logger, reconnect: { initialDelay: 1, maxAttempts: 3 } })
    const holding = client.pbx.connect()
    await client.status('online', online => online.session === 1)
    await client.status('waiting', waiting => waiting.reason.kind === 'credentials')
    holding.unsubscribe()
    await client.pbx.close()
    const log = lines.join('\n')
    expect(lines.length).toBeGreaterThan(10)
    for (const secret of ['heslo', DIGEST, HASH]) {
      if (secret === DIGEST && typeof credentials === 'object' && 'sign' in credentials) continue
      expect(log).not.toContain(secret)
    }
  })
})

describe('the log', () => {
  it('lets a logger that throws harm nobody', async () => {
    const fault = new Error('disk full')
    const throwing = () => {
      throw fault
    }
    jest.useFakeTimers()
    const log = createLog({ debug: throwing, info: throwing, warn: throwing, error: throwing })
    log.write('info', 'hello', {})
    log.write('info', 'hello again', {})
    for (let n = 0; n < 2; n += 1) expect(jest.advanceTimersToNextTimer).toThrow(fault)
    expect(jest.getTimerCount()).toBe(0)
    jest.useRealTimers()
  })

  it('hides secrets anywhere in the details, and in errors', () => {
    const lines: unknown[] = []
    const log = createLog({ debug: () => {}, info: (...line) => lines.push(line), warn: () => {}, error: () => {} })
    log.hide(['heslo', ''])
    log.write('info', 'the heslo', { deep: [{ heslo: 'x', text: 'my heslo' }], error: new Error('heslo') })
    expect(JSON.stringify(lines)).not.toMatch(/my heslo|the heslo|Error: heslo/)
    expect(lines).toEqual([
      ['the [hidden]', { deep: [{ '[hidden]': 'x', text: 'my [hidden]' }], error: 'Error: [hidden]' }],
    ])
  })
})
