import { afterEach, describe, expect, it } from '@jest/globals'
import WebSocket from 'isomorphic-ws'
import { firstValueFrom, lastValueFrom, type Observable, tap, toArray } from 'rxjs'
import {
  type Anomaly,
  ClientClosedError,
  LoginRejectedError,
  type OutboundCall,
  type PbxClient,
  type PbxOptions,
  reached,
} from '../../../src/index.js'
import {
  type ExchangePlan,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../../src/simulator/index.js'
import { freePort, within } from '../../support/bare-server.js'
import { EAGER, type WatchedClient, watchedClient } from '../../support/client.js'

const PLAN: ExchangePlan = {
  extensions: [
    { number: '11', name: 'Jana', behaviour: { kind: 'answer', after: 5 } },
    { number: '12', name: 'Peter', behaviour: { kind: 'answer', after: 5 } },
    { number: '13', name: 'Eva' },
    { number: '14', name: 'Robert', behaviour: { kind: 'unregistered' } },
  ],
  outside: [{ number: '0911222333', behaviour: { kind: 'answer', after: 5 } }],
  lines: [{ number: '0220282028', to: '13' }],
}
const CREDENTIALS = { username: 'viptel', password: 'secret' }
const OUT = { from: '11', to: '0911222333' }

/** The error of an action. */
const failure = (outcome$: Observable<unknown>): Promise<unknown> =>
  lastValueFrom(outcome$, { defaultValue: undefined }).then(
    value => {
      throw new Error(`it did not fail, but gave ${JSON.stringify(value)}`)
    },
    (error: unknown) => error,
  )

describe('actions over the wire', () => {
  let sim: Simulator
  let client: WatchedClient
  let anomalies: Anomaly[]
  const start = async (options: Partial<PbxOptions> = {}, pbx: SimulatorOptions = {}): Promise<PbxClient> => {
    sim = await startSimulator({ exchange: PLAN, ...pbx })
    client = watchedClient({ url: sim.url, credentials: CREDENTIALS, ...options })
    anomalies = []
    client.pbx.anomaly$.subscribe(anomaly => anomalies.push(anomaly))
    return client.pbx
  }
  const answered = (pbx: PbxClient) => firstValueFrom(pbx.createCall(OUT).pipe(reached('answered')))
  const sent = (action: string) =>
    sim.received.flatMap(({ frame }) => ((frame as { action?: string }).action === action ? [frame] : []))
  afterEach(async () => {
    await client.pbx.close()
    await sim.close()
  })

  it('asked for as another fails at once, it holds the connection until it is over, and no longer', async () => {
    let broken = true
    class Breaking extends WebSocket {
      constructor(...given: ConstructorParameters<typeof WebSocket>) {
        if (broken) {
          broken = false
          throw new Error('no socket')
        }
        super(...given)
      }
    }
    const pbx = await start({
      WebSocket: Breaking,
      reconnect: { maxAttempts: 1, initialDelay: 1, jitter: 0 },
      linger: 20,
    })
    const second = new Promise(resolve => {
      pbx.createCall(OUT).subscribe({ error: () => pbx.hangup('1795500000.1').subscribe({ error: resolve }) })
    })
    expect(await second).toMatchObject({ name: 'ActionRejectedError' })
    await within(5_000, 'the logout', sim.waitForFrame('user.logout'))
  })

  it('a call is followed from its first id to its end, and what was sent is the document’s frame', async () => {
    const pbx = await start()
    const hangUpOnceAnswered = tap<OutboundCall>(
      ({ phase, uniqueId = '' }) => phase === 'answered' && sim.exchange.hangUp(uniqueId),
    )
    const steps = await lastValueFrom(
      pbx.createCall({ ...OUT, callRandomId: 'r1', callerId: '0220282028' }).pipe(hangUpOnceAnswered, toArray()),
    )
    expect(steps.map(({ phase }) => phase)).toEqual(['sent', 'created', 'created', 'ringing', 'answered', 'ended'])
    expect(steps.map(({ uniqueIds }) => uniqueIds.length)).toEqual([0, 1, 2, 2, 2, 2])
    expect(steps.at(-1)).toMatchObject({
      callRandomId: 'r1',
      dialled: true,
      status: 'answer',
      stale: false,
      event: { event: 'call.end' },
    })
    expect(sent('call.create')).toEqual([
      { action: 'call.create', from: '11', to: '0911222333', call_random_id: 'r1', caller_id: '0220282028' },
    ])
  })

  it('a call is hung up by its snapshot, by the id that is the newest then', async () => {
    const pbx = await start()
    const call = await answered(pbx)
    const [first = '', newest = ''] = call.uniqueIds
    const old = { ...call, uniqueId: first }
    expect(await lastValueFrom(pbx.hangup(old))).toMatchObject({
      event: 'call.end',
      unique_id: newest,
      status: 'answer',
    })
    expect(sent('call.hangup')).toEqual([{ action: 'call.hangup', unique_id: newest }])
  })

  it('a call is redirected, and the other party answers', async () => {
    const pbx = await start()
    const call = await answered(pbx)
    const steps = await lastValueFrom(pbx.redirect(call, '12').pipe(toArray()))
    expect(steps.map(({ phase }) => phase)).toEqual(['sent', 'ringing', 'answered'])
    expect(steps.every(({ uniqueId, destination }) => uniqueId === call.uniqueId && destination === '12')).toBe(true)
  })

  it('a redirected call that ends ends, with its status', async () => {
    const pbx = await start()
    const steps = await lastValueFrom(pbx.redirect(await answered(pbx), '0888888888').pipe(toArray()))
    expect(steps.map(({ phase }) => phase)).toEqual(['sent', 'ringing', 'ended'])
    expect(steps.at(-1)?.status).toMatch(/chanunavail|congestion/)
  })

  it.each<[string, (pbx: PbxClient) => Observable<unknown>, SimulatorOptions, object]>([
    ['404 Call not found', pbx => pbx.hangup('1795500000.1'), {}, { code: 404, action: 'call.hangup' }],
    [
      '404 Call not found, redirecting',
      pbx => pbx.redirect('1795500000.1', '12'),
      {},
      { code: 404, action: 'call.redirect' },
    ],
    [
      '500 Action failed',
      pbx => pbx.createCall({ from: '14', to: '12', callRandomId: 'r1' }),
      {},
      { code: 500, action: 'call.create', callRandomId: 'r1' },
    ],
    [
      '403',
      pbx => pbx.createCall(OUT),
      { users: [{ ...CREDENTIALS, actions: [] }] },
      { code: 403, action: 'call.create' },
    ],
  ])('%s is a certain rejection, safe to repeat', async (_, act, options, details) => {
    const pbx = await start({}, options)
    expect(await failure(act(pbx))).toMatchObject({
      name: 'ActionRejectedError',
      attribution: 'certain',
      safeToRepeat: true,
      sentAt: expect.any(Number),
      ...details,
    })
    expect(anomalies).toEqual([])
  })

  it('504 rejects the action, and the status says that the PBX is being looked for', async () => {
    const pbx = await start()
    pbx.connect()
    await pbx.online()
    sim.losePbx()
    await client.status('online', ({ pbx: reach }) => reach === 'retrying')
    expect(await failure(pbx.createCall(OUT))).toMatchObject({
      name: 'ActionRejectedError',
      code: 504,
      safeToRepeat: true,
    })
    expect(pbx.status).toMatchObject({ state: 'online', pbx: 'retrying' })
  })

  it('what was written before the connection was lost is uncertain at once, and never written again', async () => {
    const pbx = await start()
    await pbx.online()
    sim.setFaults({ muteAfterLogin: true })
    const uncertain = failure(pbx.createCall({ ...OUT, callRandomId: 'r1' }))
    await sim.waitForFrame('call.create')
    sim.drop()
    expect(await uncertain).toMatchObject({
      name: 'DeliveryUncertainError',
      callRandomId: 'r1',
      safeToRepeat: false,
      sentAt: expect.any(Number),
    })
    sim.setFaults(undefined)
    await pbx.online()
    await pbx.close()
    expect(sent('call.create')).toHaveLength(1)
  })

  it('500 with a close makes what is open uncertain', async () => {
    const pbx = await start()
    await pbx.online()
    sim.setFaults({ muteAfterLogin: true })
    const uncertain = failure(pbx.createCall(OUT))
    await sim.waitForFrame('call.create')
    sim.setFaults(undefined)
    sim.fail()
    expect(await uncertain).toMatchObject({
      name: 'DeliveryUncertainError',
      message: expect.stringContaining('unexpected error'),
    })
  })

  it('an error that comes after its action was given up is an anomaly that names it', async () => {
    const pbx = await start()
    await pbx.online()
    pbx.connect()
    // remembered for as long as it was waited for, 400 ms here
    sim.setFaults({ lateAnswers: { share: 1, by: 500 } })
    const unmatched = firstValueFrom(pbx.anomaly$)
    const uncertain = failure(pbx.createCall({ from: '14', to: '12', callRandomId: 'late1' }, { confirmWithin: 400 }))
    expect(await uncertain).toMatchObject({ name: 'DeliveryUncertainError' })
    expect(await unmatched).toMatchObject({
      kind: 'unmatched-error',
      detail: expect.stringContaining('call.create late1'),
    })
  })

  it('what cannot be sent within sendWithin is not sent, not even when the PBX comes back', async () => {
    const port = await freePort()
    const pbx = await start({
      url: `ws://127.0.0.1:${port}`,
      reconnect: { initialDelay: 200, maxDelay: 200, jitter: 0 },
    })
    expect(await failure(pbx.createCall(OUT, { sendWithin: 20 }))).toMatchObject({
      name: 'NotSentError',
      sentAt: undefined,
      safeToRepeat: true,
    })
    await sim.close()
    sim = await startSimulator({ port, exchange: PLAN })
    await pbx.online()
    await pbx.close()
    expect(sent('call.create')).toEqual([])
  })

  it('nothing is sent when the login is refused, and the reason is the cause', async () => {
    const pbx = await start({ credentials: { username: 'viptel', password: 'wrong' } })
    expect(await failure(pbx.createCall(OUT))).toMatchObject({
      name: 'NotSentError',
      cause: expect.any(LoginRejectedError),
    })
  })

  it('close() ends the unwritten as not sent and the written as uncertain, and leaves nothing behind', async () => {
    const pbx = await start()
    await pbx.online()
    sim.setFaults({ muteAfterLogin: true })
    const written = failure(pbx.createCall(OUT))
    const waiting = failure(pbx.createCall(OUT))
    await sim.waitForFrame('call.create')
    await pbx.close()
    expect(await written).toMatchObject({ name: 'DeliveryUncertainError', cause: expect.any(ClientClosedError) })
    expect(await waiting).toMatchObject({ name: 'NotSentError', cause: expect.any(ClientClosedError) })
    expect(await failure(pbx.createCall(OUT))).toMatchObject({
      name: 'NotSentError',
      cause: expect.any(ClientClosedError),
    })
    expect(sent('call.create')).toHaveLength(1)
  })

  it('a call holds the connection until it ends, watched or not', async () => {
    const pbx = await start({ linger: 0 })
    const call = await answered(pbx)
    // nobody is subscribed any more
    await new Promise(setImmediate)
    expect(pbx.status.state).toBe('online')
    sim.exchange.hangUp(call.uniqueId ?? '')
    await client.status('idle', idle => idle !== client.statuses[0])
  })

  it('after a gap a running call is stale until its next event', async () => {
    const pbx = await start({ reconnect: EAGER })
    const steps: OutboundCall[] = []
    const over = lastValueFrom(pbx.createCall(OUT).pipe(tap(call => steps.push(call))))
    const call = await firstValueFrom(pbx.event$.pipe(), { defaultValue: undefined })
    expect(call).toBeDefined()
    await sim.waitForFrame('call.create')
    await firstValueFrom(pbx.on('call.pickup'))
    sim.drop()
    await sim.waitForLogin(2)
    const { id } = [...sim.exchange.calls.values()][0] ?? { id: '' }
    sim.exchange.hangUp(id)
    await over
    expect(steps.map(({ phase, stale }) => `${phase}${stale ? ' stale' : ''}`).slice(-3)).toEqual([
      'answered',
      'answered stale',
      'ended',
    ])
  })

  it('one action at a time is on the wire, so that an error is attributed to the right one', async () => {
    const pbx = await start()
    const [first, second, third] = [
      failure(pbx.hangup('1795500000.1')),
      lastValueFrom(pbx.createCall(OUT).pipe(reached('created'))),
      failure(pbx.hangup('1795500000.2')),
    ]
    expect(await first).toMatchObject({ attribution: 'certain', code: 404 })
    expect(await second).toMatchObject({ phase: 'created' })
    expect(await third).toMatchObject({ code: 404 })
  })

  it('bad requests never reach the wire', async () => {
    const pbx = await start()
    for (const act of [
      pbx.createCall({ from: '', to: '12' }),
      pbx.createCall({ from: '+12', to: '12' }),
      pbx.createCall({ from: '11', to: '*21' }),
      pbx.createCall({ from: '11', to: '12', callRandomId: 'r-1' }),
      pbx.createCall({ from: 11 as unknown as string, to: '12' }),
      pbx.hangup(''),
      pbx.hangup({}),
      pbx.redirect('1.1', 'abc'),
    ]) {
      expect(await failure(act)).toMatchObject({
        name: 'InvalidRequestError',
        message: expect.stringMatching(/^'|The call/),
      })
    }
    expect(sim.received).toEqual([])
    expect(pbx.status.state).toBe('idle')
  })
})
