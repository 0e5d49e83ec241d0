import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Simulator, startSimulator } from '../../../src/simulator/index.js'
import { launch } from '../../../src/simulator/simulator.js'
import { type RawClient, rawClient, tearAll } from '../raw-client.js'

const VALID = {
  'call.create': { from: '12', to: '0220282028', call_random_id: '13798421854' },
  'call.hangup': { unique_id: '1453223070.4' },
  'call.redirect': { unique_id: '1453223070.4', destination: '13' },
}
type Action = keyof typeof VALID

describe('the parameters of a call action', () => {
  let sim: Simulator
  let client: RawClient
  beforeAll(async () => {
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
    client = await rawClient(sim.url)
    await client.login()
  })
  afterAll(async () => {
    tearAll()
    await sim.close()
  })
  let count = 0
  /** What the simulator said to it, at once. */
  const ask = (frame: object | string): Promise<unknown> => {
    count += 1
    const dealt = sim.waitForAction(undefined, count + 1)
    client.send(frame)
    return dealt.then(({ answer }) => answer)
  }

  it.each<[Action, string, unknown]>([
    ['call.create', 'from', 12],
    ['call.create', 'from', '012345678901234567'],
    ['call.create', 'to', 12],
    ['call.create', 'to', '12'],
    ['call.create', 'to', '+421900111222'],
    ['call.create', 'call_random_id', 'a'],
    ['call.create', 'call_random_id', 'aZ09'.repeat(16)],
    ['call.create', 'caller_id', '0220282028'],
    ['call.create', 'caller_id', '+421220282028'],
    ['call.create', 'caller_id', undefined],
    ['call.hangup', 'unique_id', '14549.678'],
    ['call.redirect', 'unique_id', '1453223070.40'],
    ['call.redirect', 'destination', 13],
    ['call.redirect', 'destination', '+421900111222'],
    ['call.redirect', 'more', { of: 'something' }],
  ])('%s takes %s %j', async (action, field, value) => {
    expect(await ask({ action, ...VALID[action], [field]: value })).toBeUndefined()
  })

  const extension = 'must be an extension: an Integer or a String of digits'
  const number = 'must be a number: an Integer, or a String of digits that may begin with +'
  const callerId = 'must be a number: a String of digits that may begin with +'
  const randomId = 'must be a String of 1 to 64 alphanumeric characters'
  const uniqueId = "must be a String of the form 'number.number'"
  const missing = 'is missing'
  it.each<[Action, string, string, readonly unknown[]]>([
    ['call.create', 'from', extension, ['', ' 12', '1a', '+12', '12\n', -1, 1.5, 1e300, true, null, ['12'], {}]],
    ['call.create', 'to', number, ['', '+', '++421', '0900 111', '*21*', 'abc', '１２', -13, 0.1, false, null, [13]]],
    ['call.create', 'call_random_id', randomId, ['', 'a-b', 'ž', 'a'.repeat(65), 13798421854, null, ['a']]],
    ['call.create', 'caller_id', callerId, ['', 'me', 220282028, null, {}]],
    [
      'call.hangup',
      'unique_id',
      uniqueId,
      ['', '1453223070', '.4', '4.', '1.2.3', '1453223070,4', 1453223070.4, null, ['1.2']],
    ],
    ['call.redirect', 'unique_id', uniqueId, ['', 'a.b', 1453223070.4]],
    ['call.redirect', 'destination', number, ['', '+', '13#', -13, null]],
    ['call.create', 'from', missing, [undefined]],
    ['call.create', 'to', missing, [undefined]],
    ['call.create', 'call_random_id', missing, [undefined]],
    ['call.hangup', 'unique_id', missing, [undefined]],
    ['call.redirect', 'unique_id', missing, [undefined]],
    ['call.redirect', 'destination', missing, [undefined]],
  ])('%s: %s %s', async (action, field, message, values) => {
    for (const value of values) {
      const answer = await ask({ action, ...VALID[action], [field]: value })
      expect({ value, answer }).toEqual({
        value,
        answer: { code: 400, message: 'Inserted values are not valid', errors: { [field]: message } },
      })
    }
  })

  it('may have * and # where feature codes are allowed, in the number that is called', async () => {
    const other = await launch(
      { featureCodes: true },
      {
        plugIn: () => ({
          now: Date.now,
          create: asked,
          hangup: () => undefined,
          redirect: asked,
        }),
      },
    )
    const numbers: string[] = []
    function asked(request: { to: string } | { destination: string }): undefined {
      numbers.push('to' in request ? request.to : request.destination)
    }
    const dialler = await rawClient(other.url)
    await dialler.login()
    const codes = ['*21*0910000001#', '#21#', '+*1', '**']
    for (const code of codes) {
      dialler.send({ action: 'call.create', ...VALID['call.create'], to: code })
      dialler.send({ action: 'call.redirect', ...VALID['call.redirect'], destination: code })
    }
    await dialler.ping()
    expect(dialler.frames).toHaveLength(2)
    expect(numbers).toEqual(codes.flatMap(code => [code, code]))

    const must = 'must be a number: an Integer, or a String of digits, * and # that may begin with +'
    for (const to of ['', '+', '*+', 'a*', '* 1', null]) {
      dialler.send({ action: 'call.create', ...VALID['call.create'], to })
      expect(await dialler.next()).toMatchObject({ code: 400, errors: { to: must } })
    }
    // nowhere else
    dialler.send({ action: 'call.create', ...VALID['call.create'], from: '*1', caller_id: '#1' })
    expect(await dialler.next()).toMatchObject({ code: 400, errors: { from: extension, caller_id: callerId } })
    await other.close()
  })

  it('are all named that are wrong', async () => {
    expect(await ask({ action: 'call.create', to: null, caller_id: 1 })).toMatchObject({
      code: 400,
      errors: { from: missing, to: number, call_random_id: missing, caller_id: callerId },
    })
    expect(await ask({ action: 'call.redirect' })).toMatchObject({
      code: 400,
      errors: { unique_id: missing, destination: missing },
    })
  })

  it('are read without the names that every object has', async () => {
    expect(await ask('{"action":"call.hangup","__proto__":{"unique_id":"1.2"}}')).toMatchObject({
      code: 400,
      errors: { unique_id: missing },
    })
  })
})

describe('a feature code', () => {
  it('is dialled where the simulator takes it, and the exchange has no such number', async () => {
    const sim = await startSimulator({ exchange: { extensions: [{ number: '11', name: 'Jana' }] }, featureCodes: true })
    const client = await rawClient(sim.url)
    await client.login()
    client.send({ action: 'call.create', from: '11', to: '*21#', call_random_id: 'r1' })
    const { unique_id: id } = await client.next()
    sim.exchange.answer(String(id))
    await client.next()
    expect(await client.next()).toMatchObject({ event: 'call.begin', callee: '*21#' })
    expect(await client.next()).toMatchObject({ event: 'call.end', status: 'invalidargs' })
    await sim.close()
  })
})
