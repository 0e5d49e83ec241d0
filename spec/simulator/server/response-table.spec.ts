import { afterEach, describe, expect, it } from '@jest/globals'
import type { AnswerMeaning, Simulator, SimulatorOptions } from '../../../src/simulator/index.js'
import { responses } from '../../../src/simulator/server/response-table.js'
import { launch } from '../../../src/simulator/simulator.js'
import { type RawClient, rawClient, tearAll } from '../raw-client.js'

const HANGUP = { action: 'call.hangup', unique_id: '1453223070.4' }
const CREATE = { action: 'call.create', from: '12', to: '13', call_random_id: '1' }

/** What brings a response about; undone is what `online` does: connect and log in. */
interface Situation {
  when: string
  options?: SimulatorOptions
  /** The credentials; `false` to stay logged out. */
  login?: false | readonly [username: string, password: string]
  cause?: (client: RawClient, sim: Simulator) => void
  /** Whether the connection ends after it. */
  closes: boolean
}

const user = (more: object) => ({ users: [{ username: 'viptel', password: 'secret', ...more }] })

const SITUATIONS: Record<AnswerMeaning, Situation> = {
  greeting: { when: 'a connection is made', login: false, closes: false },
  bye: { when: 'a client logs out', cause: client => client.send({ action: 'user.logout' }), closes: true },
  closing: { when: 'the server closes', cause: (_, sim) => void sim.close(), closes: true },
  'logged-in': { when: 'the login is right', closes: false },
  'action-not-string': { when: 'the action is a number', cause: client => client.send({ action: 7 }), closes: false },
  'invalid-values': {
    when: 'a parameter is wrong',
    cause: client => client.send({ ...HANGUP, unique_id: 7 }),
    closes: false,
  },
  'user-not-activated': { when: 'the user is not activated', options: user({ activated: false }), closes: true },
  'wrong-credentials': { when: 'the password is wrong', login: ['viptel', 'wrong'], closes: true },
  'login-required': {
    when: 'an action comes before the login',
    login: false,
    cause: client => client.send(HANGUP),
    closes: false,
  },
  'not-allowed': {
    when: 'the user lacks the permission',
    options: user({ actions: [] }),
    cause: client => client.send(HANGUP),
    closes: false,
  },
  'missing-action': { when: 'there is no action', cause: client => client.send({}), closes: false },
  'call-not-found': {
    when: 'the exchange does not know the call',
    cause: client => client.send(HANGUP),
    closes: false,
  },
  'unknown-action': {
    when: 'there is no such action',
    cause: client => client.send({ action: 'call.hold' }),
    closes: false,
  },
  'login-timeout': { when: 'no login comes in time', options: { loginTimeout: 50 }, login: false, closes: true },
  'server-error': { when: 'the server fails', cause: (_, sim) => sim.fail(), closes: true },
  'action-failed': { when: 'the exchange cannot do it', cause: client => client.send(CREATE), closes: false },
  'pbx-unreachable': {
    when: 'the server gives up reaching the PBX',
    cause: (_, sim) => sim.giveUpPbx(),
    closes: false,
  },
  restarting: { when: 'the server restarts', cause: (_, sim) => void sim.restart(), closes: true },
  'pbx-retrying': { when: 'the server loses the PBX', cause: (_, sim) => sim.losePbx(), closes: false },
}

describe('every response of the document', () => {
  let sim: Simulator
  afterEach(async () => {
    tearAll()
    await sim.close()
  })

  it.each(responses.map(row => ({ ...row, ...SITUATIONS[row.meaning] })))(
    '$code $message: when $when',
    async ({ code, message, ...situation }) => {
      const { options = {}, login = ['viptel', 'secret'], cause, closes } = situation as Situation
      sim = await launch(options, {
        plugIn: () => ({
          now: Date.now,
          create: () => 'action-failed',
          hangup: () => 'call-not-found',
          redirect: () => undefined,
        }),
      })
      const client = await rawClient(sim.url)
      if (login) await client.login(...login)
      cause?.(client, sim)
      const frames: Record<string, unknown>[] = []
      if (closes) frames.push(...((await client.rest()) as typeof frames))
      else {
        // the last frame is the response in question: all that was sent has come once the pong is there
        await client.ping()
        frames.push(...client.frames.map(text => JSON.parse(String(text))))
        expect(frames.at(-1)).toMatchObject({ code, message })
      }
      expect(frames.filter(frame => frame['code'] === code && frame['message'] === message)).toHaveLength(1)
      // the document: before any close the server says so, unless the client asked for it
      if (closes && situation.meaning !== 'bye')
        expect(frames.at(-1)).toEqual({ code: 110, message: 'Closing connection, bye' })
      if (!closes) expect(client.socket.readyState).toBe(client.socket.OPEN)
    },
  )

  it('has a situation, and no situation is without a response', async () => {
    sim = await launch(
      {},
      {
        plugIn: () => ({
          now: Date.now,
          create: () => undefined,
          hangup: () => undefined,
          redirect: () => undefined,
        }),
      },
    )
    expect(Object.keys(SITUATIONS)).toEqual(responses.map(({ meaning }) => meaning))
  })
})
