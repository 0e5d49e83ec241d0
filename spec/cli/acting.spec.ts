import { type ExchangePlan, type Simulator, startSimulator } from '../../src/simulator/index.js'
import { freePort } from '../support/bare-server.js'
import { objects, run } from './running.js'

const PLAN: ExchangePlan = {
  extensions: [
    { number: '12', name: 'Peter', behaviour: { kind: 'answer', after: 1 } },
    { number: '13', name: 'Eva', behaviour: { kind: 'answer', after: 1 } },
    // rings until somebody answers
    { number: '14', name: 'Jana' },
    { number: '15', name: 'Ivan', behaviour: { kind: 'reject', after: 1 } },
  ],
}
const ID = '1795418999.319'

describe('call, hangup and redirect', () => {
  let sim: Simulator
  beforeEach(async () => {
    sim = await startSimulator({ exchange: PLAN })
  })
  afterEach(() => sim.close())
  const act = (...args: string[]) =>
    run(args, { VIPTEL_URL: sim.url, VIPTEL_USERNAME: 'viptel', VIPTEL_PASSWORD: 'secret' })

  describe('call', () => {
    it('shows each step until the end', async () => {
      const running = act('call', '12', '13')
      const [, id = ''] = await running.said('stdout', /answered {2}\((\S+)\)/)
      sim.exchange.hangUp(id)
      expect(await running.ended).toBe(0)
      expect(running.stdout).toMatch(
        /^sent\ncreated: .*\n(created: .*\n)*ringing: .*\nanswered .*\nended: answer {2}\(\S+\)\n$/,
      )
      expect(running.stderr).toBe('')
      await sim.waitForAction('user.logout')
    })

    it.each(['created', 'ringing', 'answered'])('leaves at --until=%s; the call goes on', async phase => {
      const running = act('call', '12', '13', `--until=${phase}`, '--json')
      expect(await running.ended).toBe(0)
      expect(objects(running).at(-1)).toMatchObject({ phase })
      expect(new Set(sim.exchange.calls.values()).size).toBe(1)
    })

    it('ends with 1 when the call ends before what was waited for', async () => {
      const running = act('call', '12', '15', '--until', 'answered')
      expect(await running.ended).toBe(1)
      expect(running.stderr).toBe('The call ended before it was answered.\n')
    })

    it('ends with 1 when the PBX refuses it, and says that nothing was done', async () => {
      const running = act('call', '77', '13', '--json')
      expect(await running.ended).toBe(1)
      expect(running.stderr).toMatch(/rejected call\.create: Action failed \(500\)\. Nothing was done\./)
      expect(objects(running).at(-1)).toMatchObject({
        error: 'ActionRejectedError',
        code: 500,
        attribution: 'certain',
        safeToRepeat: true,
      })
    })

    it('ends with 1 when the login is refused', async () => {
      sim.refuseLogins('wrong-credentials')
      const running = act('call', '12', '13')
      expect(await running.ended).toBe(1)
      expect(running.stderr).toMatch(/was not sent.*refused the login/)
    })

    it('ends with 3 when there is no connection, and may be repeated', async () => {
      const running = run(['call', '12', '13', '--json'], {
        VIPTEL_URL: `ws://127.0.0.1:${await freePort()}`,
        VIPTEL_USERNAME: 'viptel',
        VIPTEL_PASSWORD: 'secret',
      })
      expect(await running.ended).toBe(3)
      expect(objects(running)).toEqual([expect.objectContaining({ error: 'NotSentError', safeToRepeat: true })])
      expect(running.stderr).toMatch(/is safe to repeat/)
    })

    it('ends with 4 when nothing shows what came of it, and must not be repeated blindly', async () => {
      sim.setFaults({ loseAnswers: 1 })
      const running = act('call', '77', '13', '--json', '--wait', '1')
      expect(await running.ended).toBe(4)
      expect(running.stderr).toMatch(/Look whether it was done before you repeat it/)
      expect(objects(running).at(-1)).toMatchObject({ error: 'DeliveryUncertainError', safeToRepeat: false })
    })

    it('ends with 4 when the connection is torn by it', async () => {
      sim.setFaults({ tearOnAction: true })
      expect(await act('call', '12', '13').ended).toBe(4)
    })

    it('left before the login was never sent', async () => {
      sim.refuseLogins('mute')
      const running = act('call', '12', '13')
      await sim.waitForClient()
      running.signal('SIGINT')
      expect(await running.ended).toBe(3)
      expect(running.stderr).toMatch(/call\.create was not sent/)
      expect(sim.received.some(({ raw }) => raw.includes('call.create'))).toBe(false)
    })

    it('left before any sign of it is uncertain', async () => {
      sim.setFaults({ loseAnswers: 1 })
      const running = act('call', '77', '13')
      await running.said('stdout', /sent/)
      running.signal('SIGTERM')
      expect(await running.ended).toBe(4)
      await sim.waitForAction('user.logout')
    })

    it.each([
      [[], 0],
      [['--until', 'answered'], 4],
    ])('left while it rings goes on, %j', async (args, code) => {
      const running = act('call', '12', '14', ...args)
      await running.said('stdout', /ringing/)
      running.signal('SIGINT')
      expect(await running.ended).toBe(code)
      expect(running.stderr).toBe('No longer watched: the call goes on. It was ringing.\n')
      await sim.waitForAction('user.logout')
      expect(new Set(sim.exchange.calls.values()).size).toBe(1)
    })

    it('that nobody reads any more is left quietly', async () => {
      const running = act('call', '12', '13')
      await running.said('stdout', /sent/)
      running.hangUp()
      expect(await running.ended).toBe(0)
      expect(running.stderr).toBe('')
    })

    it('that nobody ever read still says so when it is uncertain', async () => {
      sim.setFaults({ loseAnswers: 1 })
      const running = act('call', '77', '13', '--wait', '1')
      running.hangUp()
      expect(await running.ended).toBe(4)
      expect(running.stderr).toMatch(/The outcome of call\.create is not known/)
    })

    it('gives the number that the called party sees', async () => {
      const running = act('call', '12', '13', '--caller-id', '0220282028', '--until', 'created')
      await running.ended
      expect((await sim.waitForFrame('call.create')).raw).toContain('"caller_id":"0220282028"')
    })
  })

  describe('hangup', () => {
    it('shows that the call has ended', async () => {
      sim.setFaults({ loseAnswers: 1 })
      const running = act('hangup', ID)
      await sim.waitForAction('call.hangup')
      sim.send({ event: 'call.end', unique_id: ID, status: 'answer' })
      expect(await running.ended).toBe(0)
      expect(running.stdout).toBe(`ended: answer  (${ID})\n`)
    })

    it('ends with 1 for a call that the PBX does not know', async () => {
      const running = act('hangup', ID)
      expect(await running.ended).toBe(1)
      expect(running.stderr).toMatch(/Call not found \(404\)\. Nothing was done\./)
    })

    it('ends with 4 when Ctrl+C comes before an answer', async () => {
      sim.setFaults({ loseAnswers: 1 })
      const running = act('hangup', ID)
      await sim.waitForAction('call.hangup')
      running.signal('SIGINT')
      expect(await running.ended).toBe(4)
    })

    it('ends with 3 when Ctrl+C comes before the login', async () => {
      sim.refuseLogins('no-greeting')
      const running = act('hangup', ID)
      await sim.waitForClient()
      running.signal('SIGINT')
      expect(await running.ended).toBe(3)
    })
  })

  describe('redirect', () => {
    it('shows each step until somebody answers', async () => {
      sim.setFaults({ loseAnswers: 1 })
      const running = act('redirect', ID, '13', '--json')
      await sim.waitForAction('call.redirect')
      sim.send({ event: 'call.begin', unique_id: ID, caller: '0910000001', callee: '13', called_number: '13' })
      sim.send({ event: 'call.pickup', unique_id: ID })
      expect(await running.ended).toBe(0)
      expect(objects(running).map(({ phase }) => phase)).toEqual(['sent', 'ringing', 'answered'])
    })

    it('left while the destination rings goes on', async () => {
      sim.setFaults({ loseAnswers: 1 })
      const running = act('redirect', ID, '13')
      await sim.waitForAction('call.redirect')
      sim.send({ event: 'call.begin', unique_id: ID, caller: '0910000001', callee: '13', called_number: '13' })
      await running.said('stdout', /ringing/)
      running.signal('SIGINT')
      expect(await running.ended).toBe(0)
      expect(running.stderr).toBe('No longer watched: the redirect goes on.\n')
    })

    it('ends with 1 when the PBX refuses it, and with 4 when nothing shows what came of it', async () => {
      expect(await act('redirect', ID, '13').ended).toBe(1)
      sim.setFaults({ tearOnAction: true })
      expect(await act('redirect', ID, '13').ended).toBe(4)
    })
  })
})
