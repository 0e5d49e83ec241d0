import { afterEach, describe, expect, it } from '@jest/globals'
import { type SimulatedUser, type Simulator, startSimulator } from '../../../src/simulator/index.js'
import { type RawClient, rawClient, tearAll } from '../raw-client.js'

const VALID = {
  'call.create': { from: '12', to: '0220282028', call_random_id: '13798421854' },
  'call.hangup': { unique_id: '1453223070.4' },
  'call.redirect': { unique_id: '1453223070.4', destination: '13' },
}
const NOT_ALLOWED = { code: 403, message: 'You are not allowed to use this action' }

describe('what a user may', () => {
  let sim: Simulator
  const online = async (...permissions: Partial<SimulatedUser>[]): Promise<RawClient[]> => {
    sim = await startSimulator({
      users: permissions.map((given, index) => ({ username: `user${index}`, password: 'secret', ...given })),
    })
    const clients: RawClient[] = []
    for (const index of permissions.keys()) {
      const client = await rawClient(sim.url)
      await client.login(`user${index}`)
      clients.push(client)
    }
    return clients
  }
  const names = (client: RawClient) => client.frames.slice(2).map(text => JSON.parse(String(text)).event)
  afterEach(async () => {
    tearAll()
    await sim.close()
  })

  describe('do', () => {
    it.each<[string, readonly string[] | undefined, readonly string[]]>([
      ['anything, by default', undefined, ['call.create', 'call.hangup', 'call.redirect']],
      ['what is listed', ['call.hangup'], ['call.hangup']],
      ['nothing, by an empty list', [], []],
    ])('is %s', async (_, actions, allowed) => {
      const [client] = await online({ actions })
      for (const [action, parameters] of Object.entries(VALID)) {
        client?.send({ action, ...parameters })
        const answer = await client?.next()
        // there are no telephones, so what is allowed comes to nothing in another way
        if (allowed.includes(action)) expect(answer).not.toEqual(NOT_ALLOWED)
        else expect(answer).toEqual(NOT_ALLOWED)
      }
    })

    it('is always to log out', async () => {
      const [client] = await online({ actions: [] })
      client?.send({ action: 'user.logout' })
      expect(await client?.next()).toEqual({ code: 110, message: 'Bye' })
    })

    it('is each user’s own', async () => {
      const [first, second] = await online({ actions: [] }, {})
      first?.send({ action: 'call.hangup', unique_id: '1.2' })
      second?.send({ action: 'call.hangup', unique_id: '1.2' })
      expect([await first?.next(), await second?.next()]).toMatchObject([{ code: 403 }, { code: 404 }])
    })
  })

  describe('see', () => {
    const EVENTS = ['call.begin', 'call.end', 'queue.join', 'callback.begin', 'parking.begin']
    const play = async (clients: RawClient[]) => {
      const reached = EVENTS.map(event => sim.send({ event }))
      for (const client of clients) await client.ping()
      return reached
    }

    it.each<[readonly string[] | undefined, readonly string[]]>([
      [undefined, EVENTS],
      [['call'], ['call.begin', 'call.end']],
      [['queue'], ['queue.join']],
      [
        ['call.end', 'queue.join'],
        ['call.end', 'queue.join'],
      ],
      [
        ['queue', 'parking.begin'],
        ['queue.join', 'parking.begin'],
      ],
      [[], []],
    ])('with events: %j', async (events, seen) => {
      const clients = await online({ events })
      await play(clients)
      expect(clients.map(names)).toEqual([seen])
    })

    it('is each user’s own, and counted', async () => {
      const clients = await online({ events: ['call'] }, { events: ['queue'] }, {})
      expect(await play(clients)).toEqual([2, 2, 2, 1, 1])
      expect(clients.map(names)).toEqual([['call.begin', 'call.end'], ['queue.join'], EVENTS])
    })

    it('holds for what is played and for events sent as text', async () => {
      const [client] = await online({ events: ['call'] })
      await sim.play(EVENTS.map(event => ({ t: 0, frame: { event } })))
      sim.send('{"event":"queue.join"}')
      await client?.ping()
      expect(client && names(client)).toEqual(['call.begin', 'call.end'])
    })

    it('does not hold for what is no event, nor for what is sent to one client', async () => {
      const [client] = await online({ events: [] })
      sim.announce('pbx-retrying')
      sim.send('rubbish')
      sim.send({ event: 7 })
      sim.sendTo(1, { event: 'call.begin' })
      await client?.ping()
      expect(client?.frames.slice(2).map(String)).toEqual([
        '{"code":504,"message":"Can not connect to PBX, try your action again later"}',
        'rubbish',
        '{"event":7}',
        '{"event":"call.begin"}',
      ])
    })
  })
})
