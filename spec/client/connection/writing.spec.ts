import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { createPbxClient, type PbxClient } from '../../../src/index.js'
import { CLOSING } from '../../support/bare-server.js'
import { createWire, type Wire } from '../../support/page-socket.js'

const PROBE = '{"action":""}'
const LOGOUT = '{"action":"user.logout"}'
const MISSING = { code: 404, message: 'Missing action' }

describe('a client that probes', () => {
  let wire: Wire
  let pbx: PbxClient
  beforeEach(async () => {
    jest.useFakeTimers()
    wire = createWire()
    pbx = createPbxClient({
      url: 'ws://localhost:1',
      credentials: { username: 'viptel', password: 'heslo' },
      keepAlive: { interval: 100, timeout: 10_000, probe: true },
      reconnect: { initialDelay: 60_000, maxDelay: 60_000, jitter: 0 },
      WebSocket: wire.WebSocket,
    })
    pbx.connect()
    await wire.socket.login()
  })
  afterEach(async () => {
    const closed = pbx.close()
    await jest.advanceTimersByTimeAsync(5_000)
    await closed
    jest.useRealTimers()
  })

  /** What was written after the login. */
  const written = () => wire.sockets[0]?.written.slice(1)
  const answeredProbe = async () => {
    await jest.advanceTimersByTimeAsync(100)
    wire.socket.receive(MISSING)
  }

  it('probes at every interval from the login on', async () => {
    expect(written()).toEqual([])
    await answeredProbe()
    await answeredProbe()
    expect(written()).toEqual([PROBE, PROBE])
  })

  it.each([
    ['110', CLOSING],
    ['the notice of a restart', { code: 503, message: 'Server is restarting, please reconnect' }],
    ['an unexpected error', { code: 500, message: 'An unexpected error has occurred, closing connection' }],
    ['a 401 that ends the session', { code: 401, message: 'User is not activated' }],
  ])('writes nothing more once the server has announced the end by %s', async (_, notice) => {
    await answeredProbe()
    wire.socket.receive(notice)
    await jest.advanceTimersByTimeAsync(999)
    expect(pbx.status.state).toBe('online')
    expect(written()).toEqual([PROBE])
    await jest.advanceTimersByTimeAsync(1)
    expect(pbx.status.state).toBe('waiting')
    expect(written()).toEqual([PROBE])
  })

  it('writes no logout either after the server has announced the end', async () => {
    wire.socket.receive(CLOSING)
    const closed = pbx.close()
    await jest.advanceTimersByTimeAsync(1_000)
    await closed
    expect(written()).toEqual([])
  })

  it('writes nothing more after the logout, however long its answer takes', async () => {
    await answeredProbe()
    const closed = pbx.close()
    expect(written()).toEqual([PROBE, LOGOUT])
    await jest.advanceTimersByTimeAsync(1_999)
    expect(wire.socket.readyState).toBe(1)
    await jest.advanceTimersByTimeAsync(1)
    await closed
    expect(written()).toEqual([PROBE, LOGOUT])
  })
})
