import { describe, expect, it } from '@jest/globals'
import { lastValueFrom, tap } from 'rxjs'
import { unmatchedDetail } from '../../src/client/anomaly.js'
import type { Anomaly, OutboundCall, PbxResponse } from '../../src/index.js'
import { bareServer, within } from '../support/bare-server.js'
import { watchedClient } from '../support/client.js'
import { createStage, watch } from './actions/stage.js'

const meta = { receivedAt: 0, seq: 1, session: 1 }
const MISSING = { code: 404, message: 'Missing action', meta }
const NOT_FOUND = { code: 404, message: 'Call not found', meta }
const UNDOCUMENTED = { code: 299, message: 'something new', meta }
const ONLINE = { loggedIn: true, probing: false }

/** With no action under way. */
const unmatched = (response: PbxResponse, { loggedIn, probing }: { loggedIn: boolean; probing: boolean }) =>
  unmatchedDetail(response, loggedIn ? createStage().unmatchedBy(response) : undefined, probing)

describe('an error that belongs to no action', () => {
  it('is reported with its words', () => {
    expect(unmatched(NOT_FOUND, ONLINE)).toBe('an error of no action: 404 Call not found')
  })

  it('is not one when it answers the probe, which only a probing client sends', () => {
    expect(unmatched(MISSING, { loggedIn: true, probing: true })).toBeUndefined()
    expect(unmatched(MISSING, ONLINE)).toContain('an error of no action')
    expect(unmatched(NOT_FOUND, { loggedIn: true, probing: true })).toContain('an error of no action')
  })

  it('is the login’s before the login, and nobody’s after it', () => {
    const refused = { code: 400, message: 'Inserted values are not valid', meta }
    expect(unmatched(refused, { loggedIn: false, probing: false })).toBeUndefined()
    expect(unmatched(refused, ONLINE)).toContain('an error of no action')
  })

  it('is reported even before the login when the document does not know it', () => {
    for (const loggedIn of [false, true]) {
      expect(unmatched(UNDOCUMENTED, { loggedIn, probing: false })).toBe('an undocumented response: 299 something new')
    }
  })

  it('is quoted at 500 characters', () => {
    const detail = unmatched({ code: 299, message: `a${' '.repeat(1_000_000)}b`, meta }, ONLINE)
    expect(detail).toHaveLength('an undocumented response: 299 '.length + 501)
  })

  it.each([
    [100, 'hello'],
    [110, 'Bye'],
    [110, 'Closing connection, bye'],
    [202, 'Login successfull'],
    [401, 'User is not activated'],
    [401, 'Wrong username and/or password'],
    [401, 'You have to login with action: user.login, username and password'],
    [408, 'Login timeout'],
    [500, 'An unexpected error has occurred, closing connection'],
    [503, 'Unable to connect to PBX'],
    [503, 'Server is restarting, please reconnect'],
    [504, 'Can not connect to PBX, try your action again later'],
  ])('is not one when it is the session’s business: %d %s', (code, message) => {
    expect(unmatched({ code, message, meta }, ONLINE)).toBeUndefined()
  })
})

describe('an id too many of one call', () => {
  it('is reported at most once a minute', () => {
    const stage = createStage()
    watch(stage.actions.createCall({ from: '12', to: '13', callRandomId: 'r1' }))
    const overflow = (from: number) => {
      for (let index = from; index < from + 100; index += 1) stage.created('r1', `1795419091.${index}`)
    }
    overflow(0)
    expect(stage.limits).toEqual([expect.stringContaining('call.create r1 has 64 ids')])
    stage.clock.pass(59_999)
    overflow(100)
    expect(stage.limits).toHaveLength(1)
    stage.clock.pass(1)
    overflow(200)
    expect(stage.limits).toHaveLength(2)
  })

  it('is an anomaly with its frame, and the call goes on', async () => {
    const server = await bareServer()
    const { pbx } = watchedClient({ url: server.url })
    const anomalies: Anomaly[] = []
    pbx.anomaly$.subscribe(anomaly => anomalies.push(anomaly))
    const calls: OutboundCall[] = []
    const ended = lastValueFrom(
      pbx.createCall({ from: '12', to: '13', callRandomId: 'r1' }).pipe(tap(call => calls.push(call))),
    )
    const peer = await server.peer(1)
    await peer.login()
    expect(await within(5_000, 'the call', peer.next())).toContain('call.create')
    for (let index = 1; index <= 1_000; index += 1)
      peer.send({ event: 'call.create_response', unique_id: `1795419091.${index}`, call_random_id: 'r1' })
    peer.send({ event: 'call.end', unique_id: '1795419091.64', status: 'busy' })
    expect(await ended).toMatchObject({ status: 'busy', uniqueIds: { length: 64 } })
    expect(calls).toHaveLength(1 + 64 + 1)
    expect(anomalies).toMatchObject([
      { kind: 'limit', raw: expect.stringContaining('1795419091.65'), meta: { session: 1 } },
    ])
    peer.socket.terminate()
    await pbx.close()
    await server.close()
  })
})
