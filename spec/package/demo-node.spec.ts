import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callCentre, recordDay, type Simulator, startSimulator } from '../../src/simulator/index.js'
import { within } from '../support/bare-server.js'
import { folder, node } from './consumer.js'

/** ms after which a wait is taken for one that hangs. No spec depends on how long it is. */
const GUARD = 50_000
const SCRIPTS = ['call-log.js', 'missed-calls.js', 'screen-pop.js']
/** The demo beside the installed package, where nothing but its own dependencies can be found. */
const demo = join(folder, 'demo-node')

let sim: Simulator
let own: string
let running: ChildProcess[] = []
let servers: Server[] = []

beforeAll(async () => {
  await cp('demo/node', demo, {
    recursive: true,
    filter: path => !path.includes('node_modules') && !path.endsWith('.db'),
  })
  await symlink(join(process.cwd(), 'node_modules/@photostructure'), join(folder, 'node_modules/@photostructure'))
})
beforeEach(async () => {
  sim = await startSimulator()
  own = await mkdtemp(join(tmpdir(), 'viptel-pbx-demo-'))
})
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL')
  for (const server of servers) {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
  running = []
  servers = []
  await sim.close()
  await rm(own, { recursive: true })
})

/** Resolves when `isDone` is true. `listen` takes the function that looks again. */
function until(what: string, isDone: () => boolean, listen: (look: () => void) => void): Promise<void> {
  const done = new Promise<void>(resolve => {
    const look = () => {
      if (isDone()) resolve()
    }
    listen(look)
    look()
  })
  return within(GUARD, what, done)
}

function start(script: string, env: NodeJS.ProcessEnv = {}) {
  const login = { VIPTEL_URL: sim.url, VIPTEL_USERNAME: 'viptel', VIPTEL_PASSWORD: 'secret' }
  const child = spawn(process.execPath, [script], {
    cwd: demo,
    env: { ...process.env, NODE_OPTIONS: '', ...login, CALL_LOG: join(own, 'calls.db'), ...env },
  })
  running.push(child)
  let output = ''
  let complaints = ''
  child.stdout.on('data', data => {
    output += String(data)
  })
  child.stderr.on('data', data => {
    complaints += String(data)
  })
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  return {
    get complaints() {
      return complaints
    },
    said: (pattern: RegExp, times = 1) =>
      until(
        `${pattern}`,
        () => (complaints.match(new RegExp(pattern, 'g'))?.length ?? 0) >= times,
        look => child.stderr.on('data', look),
      ),
    /** Resolves when the script has dealt with everything that was sent before: a frame of its own shows that. */
    async absorbed() {
      const times = complaints.split('invalid-json').length
      sim.send('not json')
      await this.said(/invalid-json/, times)
    },
    async stop(signal: NodeJS.Signals = 'SIGTERM') {
      child.kill(signal)
      return this.end()
    },
    async end() {
      const code = await within(GUARD, `the end of ${script}`, ended)
      return { code, output, complaints }
    },
  }
}

/** The body of a request. */
interface Delivery {
  readonly id: string
  readonly call: string
  readonly [field: string]: unknown
}

/**
 * A server for the scripts' requests. Its answer is 204 unless `answer` gives another, from the body and all bodies so
 * far.
 */
async function listener(answer: (body: Delivery, all: readonly Delivery[]) => number = () => 204) {
  const requests: { headers: IncomingHttpHeaders; body: Delivery; status: number }[] = []
  let wake = () => {}
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', data => {
      text += String(data)
    })
    request.on('end', () => {
      const body = JSON.parse(text) as Delivery
      const status = answer(body, [...requests.map(one => one.body), body])
      requests.push({ headers: request.headers, body, status })
      response.writeHead(status, status === 302 ? { location: '/' } : {}).end()
      wake()
    })
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/calls`,
    requests,
    taken: () => requests.filter(({ status }) => status < 300).map(({ body }) => body),
    requested: (n: number) =>
      until(
        `request ${n}`,
        () => requests.length >= n,
        look => {
          wake = look
        },
      ),
  }
}

const NAME = '\u001b[2J\u202e\u009b31m\r\nx-evil: 1\u2028\'"); DROP TABLE calls;--=cmd|A0'
const id = (n: number | string) => `17955000${String(n).padStart(2, '0')}.${n}`
const begin = (n: number | string, parties: object = {}) =>
  sim.send({
    event: 'call.begin',
    unique_id: id(n),
    caller: '0900111222',
    caller_name: NAME,
    called_number: '0220282028',
    callee: '12',
    ...parties,
  })
const pickup = (n: number | string) => sim.send({ event: 'call.pickup', unique_id: id(n) })
const end = (n: number | string, status = 'noanswer') => sim.send({ event: 'call.end', unique_id: id(n), status })
const join601 = (n: number | string) =>
  sim.send({
    event: 'queue.join',
    unique_id: id(n),
    queue: '601',
    position: 1,
    caller: '0900111222',
    caller_name: NAME,
  })
const offer = (n: number | string, of: number | string, callee = '12') =>
  begin(n, { from_queue_unique_id: id(of), callee })
const created = (n: number | string) =>
  sim.send({ event: 'call.create_response', unique_id: id(n), call_random_id: 'abc' })

async function restart(script: ReturnType<typeof start>): Promise<void> {
  await sim.restart()
  await sim.waitForLogin(2)
  await script.said(/may have been missed, in part or at all \(restart\)/)
}

describe('demo/node', () => {
  it('has scripts that one can read: under sixty lines each', async () => {
    for (const script of SCRIPTS)
      expect((await readFile(join('demo/node', script), 'utf8')).trimEnd().split('\n').length).toBeLessThan(60)
  })

  it('names the library that this project proves it with', async () => {
    const [own, root] = (
      await Promise.all(['demo/node/package.json', 'package.json'].map(path => readFile(path, 'utf8')))
    ).map(text => JSON.parse(text))
    expect(own.dependencies['@photostructure/sqlite']).toBe(root.devDependencies['@photostructure/sqlite'])
    expect(own.dependencies.rxjs).toBe(root.dependencies.rxjs)
  })

  it('names every variable in its README', async () => {
    const texts = await Promise.all(
      (await readdir('demo/node'))
        .filter(name => name.endsWith('.js'))
        .map(name => readFile(join('demo/node', name), 'utf8')),
    )
    const names = texts.flatMap(text => [...text.matchAll(/(?:setting\(|env\[)'(\w+)'/g)].map(found => found[1] ?? ''))
    expect(names.length).toBeGreaterThan(6)
    const readme = await readFile('demo/node/README.md', 'utf8')
    expect(names.filter(name => !readme.includes(`\`${name}\``))).toEqual([])
  })

  it.each(SCRIPTS)('%s says what is not set', async script => {
    expect(
      await start(script, {
        VIPTEL_USERNAME: '',
        CRM_URL: 'http://127.0.0.1',
        EXTENSIONS: '12',
        WEBHOOK_URL: 'http://127.0.0.1',
      }).end(),
    ).toEqual({
      code: 2,
      output: '',
      complaints: expect.stringContaining('Set VIPTEL_USERNAME'),
    })
  })

  it.each(SCRIPTS)('%s ends with 1 when the PBX refuses the login', async script => {
    const { code, complaints } = await start(script, {
      VIPTEL_PASSWORD: 'wrong',
      CRM_URL: 'http://127.0.0.1:1',
      EXTENSIONS: '12',
      WEBHOOK_URL: 'http://127.0.0.1:1',
    }).end()
    expect(code).toBe(1)
    expect(complaints).toContain('refused the login')
  })

  it.each(SCRIPTS)('%s logs out at SIGINT, and says what it will not hear', async script => {
    const running = start(script, {
      CRM_URL: 'http://127.0.0.1:1',
      EXTENSIONS: '99',
      WEBHOOK_URL: 'http://127.0.0.1:1',
    })
    await running.said(/Listening/)
    begin(1)
    await running.absorbed()
    const { code, output, complaints } = await running.stop('SIGINT')
    expect({ code, output }).toEqual({ code: 0, output: '' })
    expect(complaints).toContain('1 calls are still running')
    expect((await sim.waitForFrame('user.logout')).client).toBe(1)
  })

  it('says so when the server has lost the PBX behind it, though it stays connected', async () => {
    const log = start('call-log.js')
    await log.said(/Listening/)
    sim.losePbx()
    sim.findPbx()
    begin(1)
    await log.said(/may have been missed, in part or at all \(pbx-away\)/)
    expect((await log.stop()).code).toBe(0)
    expect(await rows('SELECT reason FROM gaps')).toEqual([{ reason: 'pbx-away' }])
  })
})

/** Rows of the log, read by another process. */
async function rows(sql: string): Promise<Record<string, unknown>[]> {
  const program = `
    import { DatabaseSync } from '@photostructure/sqlite'
    console.log(JSON.stringify(new DatabaseSync(process.argv[1], { readOnly: true }).prepare(process.argv[2]).all()))`
  const { code, output } = await node(['--input-type=module', '-e', program, join(own, 'calls.db'), sql], GUARD)
  if (code !== 0) throw new Error(output)
  return JSON.parse(output) as Record<string, unknown>[]
}

const CALLS = 'SELECT id, outcome, caller_name, answered_by, status, unsure FROM calls ORDER BY id'

describe('demo/node/call-log.js', () => {
  it('keeps one row for each journey over a restart of the PBX, and the gap', async () => {
    const log = start('call-log.js')
    await log.said(/Listening/)
    begin(1, { callee: '601' })
    join601(1)
    offer(2, 1)
    pickup(2)
    end(2, 'answer')
    end(1, 'answer')
    begin(3)
    await log.absorbed()
    await restart(log)
    end(3, 'answer')
    begin(4)
    end(4)
    // the same end again, and the end of a call whose beginning nobody saw
    end(4)
    end(1, 'answer')
    end(5, 'busy')
    await log.absorbed()
    const { code, output, complaints } = await log.stop()
    expect({ code, output }).toEqual({ code: 0, output: '' })
    expect(complaints).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u)
    const known = { caller_name: NAME, answered_by: null, status: 'noanswer', unsure: 0 }
    const expected = [
      { ...known, id: id(1), outcome: 'answered', answered_by: '12', status: 'answer' },
      // nobody can know whether it was answered
      { ...known, id: id(3), outcome: 'unanswered', status: 'answer', unsure: 1 },
      { ...known, id: id(4), outcome: 'unanswered' },
      { ...known, id: id(5), outcome: 'unseen', caller_name: null, status: 'busy', unsure: 1 },
    ]
    expect(await rows(CALLS)).toEqual(expected)
    expect(await rows('SELECT reason, from_time <= to_time AS ordered FROM gaps')).toEqual([
      { reason: 'restart', ordered: 1 },
    ])

    // another day
    const again = start('call-log.js')
    await again.said(/Listening/)
    end(1, 'answer')
    await again.absorbed()
    expect((await again.stop()).code).toBe(0)
    expect(await rows(CALLS)).toEqual(expected)
    expect(await rows('SELECT reason FROM gaps ORDER BY to_time')).toEqual([
      { reason: 'restart' },
      { reason: 'not-running' },
    ])
  })

  it('takes two ids of one call together, whichever ended first', async () => {
    const log = start('call-log.js')
    await log.said(/Listening/)
    // what came first turns out to be the second id of a call of the API
    created(1)
    begin(2, { caller: '12', callee: '0911222333' })
    end(2, 'busy')
    created(2)
    // an agent's leg that ended before an event named its call
    begin(3, { callee: '601' })
    join601(3)
    end(4)
    offer(4, 3)
    end(3)
    // the same, of one that is still running
    begin(6, { callee: '601' })
    join601(6)
    begin(5)
    end(5)
    offer(5, 6)
    await log.absorbed()
    expect((await log.stop()).code).toBe(0)
    expect(await rows('SELECT id, outcome, status FROM calls ORDER BY id')).toEqual([
      { id: id(1), outcome: 'unanswered', status: 'busy' },
      { id: id(3), outcome: 'unanswered', status: 'noanswer' },
    ])
  })

  it('goes on while somebody reads it', async () => {
    const log = start('call-log.js')
    await log.said(/Listening/)
    const program = `
      import { DatabaseSync } from '@photostructure/sqlite'
      const db = new DatabaseSync(process.argv[1])
      db.exec('BEGIN')
      console.log(db.prepare('SELECT count(*) FROM calls').all())
      process.stdin.on('data', () => db.exec('COMMIT'))`
    const reader = spawn(process.execPath, ['--input-type=module', '-e', program, join(own, 'calls.db')], {
      cwd: demo,
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    running.push(reader)
    await within(GUARD, 'the reading', new Promise(resolve => reader.stdout.once('data', resolve)))
    begin(1)
    end(1)
    await log.absorbed()
    expect((await log.stop()).code).toBe(0)
    expect(await rows('SELECT id FROM calls')).toEqual([{ id: id(1) }])
  })

  it('corrects a row by what comes late', async () => {
    const log = start('call-log.js')
    await log.said(/Listening/)
    begin(1)
    end(1, 'answer')
    pickup(1)
    await log.absorbed()
    expect((await log.stop()).code).toBe(0)
    expect(await rows('SELECT outcome, answered_by FROM calls')).toEqual([{ outcome: 'answered', answered_by: '12' }])
  })

  it('has a row for each call of a busy hour with a restart in the middle, and no other', async () => {
    const hour = recordDay(callCentre({ agents: 8, queues: 2, callsPerHour: 300, seed: 'log' }))
    const half = Math.floor(hour.length / 2)
    const log = start('call-log.js')
    await log.said(/Listening/)
    await sim.play(hour.slice(0, half), { speed: Number.POSITIVE_INFINITY })
    await log.absorbed()
    await restart(log)
    await sim.play(hour.slice(half), { speed: Number.POSITIVE_INFINITY })
    await log.absorbed()
    expect((await log.stop()).code).toBe(0)

    const frames = sim.sent.flatMap(({ frame }) =>
      typeof frame === 'object' && frame !== null && 'unique_id' in frame ? [frame] : [],
    )
    const idsOf = (suits: (frame: object) => boolean) =>
      new Set(frames.filter(suits).map(frame => String(frame.unique_id)))
    const legs = idsOf(frame => 'from_queue_unique_id' in frame)
    const ended = idsOf(frame => 'event' in frame && frame.event === 'call.end')
    const journeys = [...ended].filter(one => !legs.has(one))
    expect(journeys.length).toBeGreaterThan(200)
    expect((await rows('SELECT id FROM calls')).map(row => row['id']).sort()).toEqual(journeys.sort())
  })
})

describe('demo/node/missed-calls.js', () => {
  it('delivers each missed call once and in order, over a restart and a server that fails', async () => {
    const crm = await listener((_, all) => (all.length <= 2 ? 503 : 204))
    const script = start('missed-calls.js', { WEBHOOK_URL: crm.url, WEBHOOK_TOKEN: 'key' })
    await script.said(/Listening/)
    const evil = '1\r\nx-evil: 1'
    begin(evil)
    begin(2)
    begin(3)
    begin(4)
    begin(5)
    pickup(4)
    end(3)
    end(evil, 'cancel')
    end(4, 'answer')
    // its pickup comes late
    end(5)
    pickup(5)
    await crm.requested(1)
    await restart(script)
    end(2)
    begin(6, { caller: '', caller_name: null })
    end(6)
    // an outbound call that nobody took is not missed
    begin(7, { caller: '12', callee: '0911222333' })
    end(7)
    end(8)
    await crm.requested(6)
    const { code, complaints } = await script.stop()
    expect({ code, taken: crm.taken().map(body => body.id) }).toEqual({
      code: 0,
      taken: [id(3), id(evil), id(2), id(6)],
    })
    expect(crm.taken().map(({ unsure }) => unsure)).toEqual([false, false, true, false])
    expect(crm.taken()[0]).toMatchObject({
      caller: '0900111222',
      callerName: NAME,
      calledNumber: '0220282028',
      rung: ['12'],
      status: 'noanswer',
    })
    const keys = crm.requests.map(({ headers }) => headers['idempotency-key'])
    const digest = createHash('sha256').update(id(evil)).digest('hex')
    expect(keys).toEqual([id(3), id(3), id(3), digest, id(2), id(6)])
    for (const { headers } of crm.requests)
      expect(headers).toMatchObject({ authorization: 'Bearer key', 'content-type': 'application/json' })
    for (const { headers } of crm.requests) expect(headers).not.toHaveProperty('x-evil')
    expect(complaints).toContain(`Call ${id(8)} ended (noanswer); how it began was not heard`)
    expect(complaints).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u)
  })

  it.each([
    ['refuses', 422],
    ['sends elsewhere', 302],
    ['fails for too long', 500],
  ])(
    'goes on to the next when the server %s, and prints the call that was not delivered on stderr',
    async (_, status) => {
      const crm = await listener(body => (body.id === id(1) ? status : 204))
      const script = start('missed-calls.js', { WEBHOOK_URL: crm.url, RETRY_FOR: '6' })
      await script.said(/Listening/)
      for (const n of [1, 2]) {
        begin(n)
        end(n)
      }
      await script.said(/NOT DELIVERED/)
      await until(
        'the next',
        () => crm.taken().length > 0,
        look => servers[0]?.on('request', request => request.on('close', look)),
      )
      const { complaints } = await script.stop()
      expect(crm.taken().map(body => body.id)).toEqual([id(2)])
      const [, reason, json = ''] = /NOT DELIVERED \((.*?)\): (.*)/.exec(complaints) ?? []
      expect(reason).toBe(`HTTP ${status}`)
      expect(json).toMatch(/^[ -~]+$/)
      expect(JSON.parse(json)).toMatchObject({ id: id(1), callerName: NAME })
      expect(crm.requests.length === 2).toBe(status !== 500)
    },
  )

  it('tries once more at its end, and says what is left', async () => {
    let isUp = false
    const crm = await listener(body => (isUp && body.id === id(1) ? 204 : 500))
    const script = start('missed-calls.js', { WEBHOOK_URL: crm.url })
    await script.said(/Listening/)
    for (const n of [1, 2]) {
      begin(n)
      end(n)
    }
    await crm.requested(1)
    isUp = true
    const { code, complaints } = await script.stop()
    expect(code).toBe(0)
    expect(crm.taken().map(body => body.id)).toEqual([id(1)])
    expect(complaints.match(/NOT DELIVERED.*/g)).toEqual([expect.stringContaining(id(2))])
  })

  it.each([
    [{ WEBHOOK_URL: 'file:///etc' }, 'http:'],
    [{ WEBHOOK_URL: 'http://127.0.0.1:1', RETRY_FOR: 'long' }, 'RETRY_FOR'],
  ])('refuses %j', async (env, said) => {
    const { code, complaints } = await start('missed-calls.js', env).end()
    expect(code).toBe(2)
    expect(complaints).toContain(said)
  })
})

describe('demo/node/screen-pop.js', () => {
  const legs = (bodies: readonly Delivery[]) =>
    bodies.map(({ call, extension, kind }) => [call, extension, kind]).sort()

  it('delivers one pop for each time that an extension rings, over a restart', async () => {
    const crm = await listener()
    const script = start('screen-pop.js', { CRM_URL: crm.url, EXTENSIONS: '12, 13' })
    await script.said(/Listening/)
    // direct, announced again, redirected to the other, and back
    begin(1)
    begin(1)
    begin(1, { caller: '0220282028', callee: '13' })
    begin(1, { caller: '0220282028', callee: '12' })
    // a queue rings all; 14 is nobody's
    begin(2, { callee: '601' })
    join601(2)
    offer(3, 2, '12')
    offer(4, 2, '13')
    offer(5, 2, '14')
    offer(3, 2, '12')
    pickup(4)
    await crm.requested(5)
    await restart(script)
    end(3)
    end(5)
    end(4, 'answer')
    end(2, 'answer')
    end(1)
    begin(6)
    await crm.requested(6)
    const { code, output, complaints } = await script.stop()
    expect({ code, output }).toEqual({ code: 0, output: '' })
    expect(legs(crm.taken())).toEqual([
      [id(1), '12', 'direct'],
      [id(1), '12', 'redirect'],
      [id(1), '13', 'redirect'],
      [id(2), '12', 'agent'],
      [id(2), '13', 'agent'],
      [id(6), '12', 'direct'],
    ])
    for (const body of crm.taken())
      expect(body).toMatchObject({
        caller: '0900111222',
        callerName: NAME,
        calledNumber: '0220282028',
        direction: 'inbound',
      })
    expect(new Set(crm.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(6)
    for (const { headers } of crm.requests) expect(headers).not.toHaveProperty('x-evil')
    expect(complaints).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u)
  })

  it('delivers one pop for a leg that turns out to be another call’s', async () => {
    const crm = await listener()
    const script = start('screen-pop.js', { CRM_URL: crm.url, EXTENSIONS: '12,13' })
    await script.said(/Listening/)
    // of a call of the API: its destination rings before an event names its call
    created(1)
    begin(2, { caller: '40', callee: '13' })
    created(2)
    // of a queue: the agent rings before an event names the caller
    begin(3, { callee: '601' })
    join601(3)
    begin(4)
    offer(4, 3)
    begin(5)
    await crm.requested(3)
    await script.absorbed()
    expect((await script.stop()).code).toBe(0)
    expect(legs(crm.taken())).toEqual([
      [id(2), '13', 'direct'],
      [id(4), '12', 'direct'],
      [id(5), '12', 'direct'],
    ])
  })

  it('delivers again with the same key when the CRM fails, and keeps no other waiting', async () => {
    const crm = await listener((body, all) => (body.call === id(1) && all.length === 1 ? 500 : 204))
    const script = start('screen-pop.js', { CRM_URL: crm.url, EXTENSIONS: '12' })
    await script.said(/Listening/)
    begin(1)
    await crm.requested(1)
    begin(2)
    await crm.requested(3)
    expect((await script.stop()).code).toBe(0)
    expect(crm.taken().map(({ call }) => call)).toEqual([id(2), id(1)])
    const [first, , again] = crm.requests
    expect(again?.headers['idempotency-key']).toBe(first?.headers['idempotency-key'])
  })
})
