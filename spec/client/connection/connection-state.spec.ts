import { describe, expect, it } from '@jest/globals'
import { type ConnectionStatus, type PbxReach, transition } from '../../../src/client/connection/connection-state.js'
import { ConnectionFailedError } from '../../../src/client/errors.js'

const idle: ConnectionStatus = { state: 'idle' }
const walk = (...happenings: (ConnectionStatus | PbxReach)[]) => happenings.reduce(transition, idle)
const attempt: ConnectionStatus = { state: 'connecting', attempt: 1 }
const opened: ConnectionStatus = { state: 'authenticating', attempt: 1 }
const loggedIn: ConnectionStatus = { state: 'online', since: 7, session: 1, pbx: 'unknown' }

describe('the status of a connection', () => {
  it('goes from idle over connecting and authenticating to online', () => {
    expect(walk(attempt)).toEqual({ state: 'connecting', attempt: 1 })
    expect(walk(attempt, opened)).toEqual({ state: 'authenticating', attempt: 1 })
    expect(walk(attempt, opened, loggedIn)).toEqual({ state: 'online', since: 7, session: 1, pbx: 'unknown' })
  })

  it('keeps what it knows of the PBX until something else is known', () => {
    const online = walk(attempt, opened, loggedIn, 'reachable')
    expect(online).toEqual({ state: 'online', since: 7, session: 1, pbx: 'reachable' })
    expect(transition(online, 'reachable')).toBe(online)
  })

  it('says nothing of the PBX while not online', () => {
    expect(walk(attempt, opened, 'reachable')).toEqual({ state: 'authenticating', attempt: 1 })
  })

  it('forgets the reach of the PBX with the session', () => {
    expect(walk(attempt, opened, loggedIn, 'retrying', attempt, opened, { ...loggedIn, session: 2 })).toEqual({
      state: 'online',
      since: 7,
      session: 2,
      pbx: 'unknown',
    })
  })

  it('never leaves closed', () => {
    const closed = walk({ state: 'closed' })
    const error = new ConnectionFailedError('')
    for (const happening of [attempt, opened, loggedIn, idle, { state: 'failed', error }, 'reachable'] as const)
      expect(transition(closed, happening)).toBe(closed)
  })
})
