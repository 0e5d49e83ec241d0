import { describe, expect, it } from '@jest/globals'
import { type ConnectionStatus, type Happening, transition } from '../../src/connection/status.js'
import { ConnectionFailedError } from '../../src/errors.js'

const idle: ConnectionStatus = { state: 'idle' }
const walk = (...happenings: Happening[]) => happenings.reduce(transition, idle)
const attempt: Happening = { type: 'attempt', attempt: 1 }
const opened: Happening = { type: 'opened' }
const loggedIn: Happening = { type: 'logged-in', at: 7, session: 1 }

describe('the status of a connection', () => {
  it('goes from idle over connecting and authenticating to online', () => {
    expect(walk(attempt)).toEqual({ state: 'connecting', attempt: 1 })
    expect(walk(attempt, opened)).toEqual({ state: 'authenticating', attempt: 1 })
    expect(walk(attempt, opened, loggedIn)).toEqual({ state: 'online', since: 7, session: 1, pbx: 'unknown' })
  })

  it('keeps what it knows of the PBX until something else is known', () => {
    const online = walk(attempt, opened, loggedIn, { type: 'pbx', pbx: 'reachable' })
    expect(online).toEqual({ state: 'online', since: 7, session: 1, pbx: 'reachable' })
    expect(transition(online, { type: 'pbx', pbx: 'reachable' })).toBe(online)
  })

  it('says nothing of the PBX while not online', () => {
    expect(walk(attempt, opened, { type: 'pbx', pbx: 'reachable' })).toEqual({ state: 'authenticating', attempt: 1 })
  })

  it('forgets the reach of the PBX with the session', () => {
    expect(walk(attempt, opened, loggedIn, { type: 'pbx', pbx: 'retrying' }, attempt, opened, { ...loggedIn, session: 2 })).toEqual({
      state: 'online',
      since: 7,
      session: 2,
      pbx: 'unknown',
    })
  })

  it('never leaves closed', () => {
    const closed = walk({ type: 'closed' })
    const error = new ConnectionFailedError('')
    for (const happening of [attempt, opened, loggedIn, { type: 'left' }, { type: 'failed', error }] as const)
      expect(transition(closed, happening)).toBe(closed)
  })
})
