import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { firstValueFrom } from 'rxjs'
import { createPseudonyms } from '../../src/cli/pseudonymize.js'
import { createPseudonymizer } from '../../src/cli/pseudonymize-recording.js'
import { createRecorder } from '../../src/cli/recorder.js'
import { type CallChange, createPbxClient, trackCalls } from '../../src/index.js'
import {
  callCentre,
  parseRecording,
  type RecordedLine,
  recordDay,
  type Simulator,
  startSimulator,
} from '../../src/simulator/index.js'
import { EAGER } from '../support/client.js'
import { type Running, run } from './running.js'

const credentials = { username: 'viptel', password: 'secret' }

/** All of a change but its times, and without its parties where they have pseudonyms. */
function summaryOf({ kind, call, into, leg, event }: CallChange, isPseudonymized: boolean) {
  const party = (number: string | undefined) => (isPseudonymized ? number?.length : number)
  return {
    kind,
    into: into?.id,
    leg: leg?.uniqueId,
    event: event?.event,
    session: event?.meta.session,
    call: call && {
      ids: [call.id, ...call.uniqueIds],
      parties: [call.caller, call.callee, call.calledNumber, call.answeredBy].map(party),
      state: [
        call.phase,
        call.direction,
        call.status,
        call.missed,
        call.controllable,
        call.stale,
        call.queue?.queue,
        call.queue?.position,
      ],
      legs: call.legs.map(({ uniqueId, callee, kind: way, answeredAt, endedAt, status }) => [
        uniqueId,
        party(callee),
        way,
        answeredAt !== undefined,
        endedAt !== undefined,
        status,
      ]),
    },
  }
}

/** A client whose calls are watched; no time limit plays a part in it. */
function watchedCalls(options: { url: string; WebSocket?: ReturnType<typeof createRecorder>['WebSocket'] }) {
  const pbx = createPbxClient({ credentials, reconnect: EAGER, ...options })
  const changes: CallChange[] = []
  trackCalls(pbx, { hopGrace: 3_600_000, keepEnded: 3_600_000 }).change$.subscribe(change => changes.push(change))
  return { pbx, changes }
}

/** The changes that the recording makes, all at once. */
async function replayed(text: string): Promise<CallChange[]> {
  const sim = await startSimulator()
  const { pbx, changes } = watchedCalls({ url: sim.url })
  await sim.waitForLogin()
  await sim.play(parseRecording(text), { speed: Number.POSITIVE_INFINITY })
  // the answer to the last login may still be on its way
  await pbx.online()
  await pbx.close()
  await sim.close()
  return changes
}

/** An hour of calls in twelve parts, with what goes wrong between and during them. */
async function playWithFaults(sim: Simulator): Promise<void> {
  const hour = recordDay(callCentre({ agents: 12, callsPerHour: 300, seed: 4 }))
  const size = Math.ceil(hour.length / 12)
  let part = 0
  /** Sends the next part. All of it is sent when this returns, to those who are logged in then. */
  const play = () => {
    const frames = hour.slice(part * size, (part + 1) * size)
    part += 1
    return sim.play(frames, { speed: Number.POSITIVE_INFINITY })
  }
  await sim.waitForLogin()
  sim.setFaults({ duplicate: 0.2, reorder: 0.1, corrupt: 0.05, rubbish: 0.1, unknownEvents: 0.1 })
  await play()
  sim.setFaults(undefined)
  await play()
  // a part of which nobody hears
  sim.drop()
  await play()
  await sim.waitForLogin(2)
  await play()
  await sim.restart({ downFor: 10 })
  await play()
  await sim.waitForLogin(3)
  sim.losePbx()
  await play()
  sim.findPbx()
  sim.setFaults({ delay: [0, 20], duplicate: 0.2, corrupt: 0.05, seed: 2 })
  await play()
  sim.setFaults(undefined)
  await play()
  sim.drop()
  await sim.waitForLogin(4)
  await play()
  await sim.restart()
  await sim.waitForLogin(5)
  await play()
  sim.drop()
  await play()
  await sim.waitForLogin(6)
  await play()
}

describe('a recorded hour with faults', () => {
  it('replays to the same journeys, pseudonymized or not', async () => {
    const sim = await startSimulator()
    const lines: RecordedLine[] = []
    const pseudonymized: RecordedLine[] = []
    const pseudonymizer = createPseudonymizer(createPseudonyms(), line => pseudonymized.push(line))
    const recorder = createRecorder({
      credentials,
      write: line => {
        lines.push(line)
        pseudonymizer.write(line)
      },
    })
    const { pbx, changes } = watchedCalls({ url: sim.url, WebSocket: recorder.WebSocket })
    const recording = recorder.follow(pbx)
    await playWithFaults(sim)
    // an event of its own shows that all before it have come
    const lastEvent = firstValueFrom(pbx.on('spec.end'))
    sim.send({ event: 'spec.end' })
    await lastEvent
    recording.unsubscribe()
    const original = [...changes]
    pseudonymizer.end()
    await pbx.close()
    await sim.close()

    expect(lines.filter(({ kind }) => kind === 'login')).toHaveLength(6)
    expect(original.filter(({ kind }) => kind === 'end').length).toBeGreaterThan(100)
    expect(original.some(({ call }) => call?.controllable === false)).toBe(true)
    expect(lines.some(({ kind }) => kind === 'text')).toBe(true)
    const text = (all: readonly RecordedLine[]) => all.map(line => JSON.stringify(line)).join('\n')
    expect((await replayed(text(lines))).map(change => summaryOf(change, false))).toEqual(
      original.map(change => summaryOf(change, false)),
    )
    expect((await replayed(text(pseudonymized))).map(change => summaryOf(change, true))).toEqual(
      original.map(change => summaryOf(change, true)),
    )
    expect(text(pseudonymized)).not.toMatch(/"(Jana|Peter|Eva|Robert)"|"022028200\d"/)
  })
})

describe('replay', () => {
  let replaying: Running
  let folder: string
  const file = (text: string) => {
    const path = join(folder, 'day.jsonl')
    writeFileSync(path, text)
    return path
  }
  const begin = (n: number) => ({
    event: 'call.begin',
    unique_id: `1795418999.${n}`,
    caller: '12',
    callee: '13',
    called_number: '13',
  })
  const DAY = [
    { t: 0, kind: 'login', frame: { session: 1 } },
    { t: 10, frame: begin(1) },
    { t: 20, kind: 'text', frame: { text: 'rubbish' } },
    { t: 30, kind: 'binary', frame: { base64: 'AP8=' } },
    { t: 40, kind: 'close', frame: { code: 1006 } },
    { t: 50, frame: begin(2) },
    { t: 60, kind: 'login', frame: { session: 2 } },
    { t: 70, frame: begin(3) },
  ]
    .map(line => JSON.stringify(line))
    .join('\n')
  const client = async () => {
    await replaying.said('stdout', /PASSWORD/)
    const { VIPTEL_URL, VIPTEL_PASSWORD } = parseEnv(replaying.stdout)
    return createPbxClient({
      url: VIPTEL_URL,
      credentials: { username: 'viptel', password: VIPTEL_PASSWORD ?? '' },
      reconnect: EAGER,
    })
  }
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'viptel-pbx-replay-'))
  })
  afterEach(async () => {
    replaying.signal('SIGINT')
    await replaying.ended
    rmSync(folder, { recursive: true })
  })

  it.each(['1', 'max'])(
    'plays all of it to who has logged in, with its losses, at the speed %s, and ends',
    async speed => {
      replaying = run(['replay', file(DAY), '--port', '0', '--speed', speed])
      const pbx = await client()
      const heard: unknown[] = []
      pbx.gap$.subscribe(({ session }) => heard.push(`gap before ${session}`))
      pbx.anomaly$.subscribe(({ kind }) => heard.push(kind))
      pbx.event$.subscribe(event => heard.push('unique_id' in event && event.unique_id))
      expect(await replaying.ended).toBe(0)
      await pbx.close()
      expect(heard).toEqual([
        '1795418999.1',
        'invalid-json',
        'invalid-frame',
        'gap before 2',
        '1795418999.2',
        '1795418999.3',
      ])
    },
  )

  it('waits for somebody to log in, and ends at Ctrl+C', async () => {
    replaying = run(['replay', file(DAY), '--port', '0'])
    await replaying.said('stdout', /PASSWORD/)
    replaying.signal('SIGINT')
    expect(await replaying.ended).toBe(0)
  })

  it('ends at Ctrl+C in the midst of it', async () => {
    replaying = run([
      'replay',
      file(`${JSON.stringify({ t: 0, frame: begin(1) })}\n${JSON.stringify({ t: 600_000, frame: begin(2) })}`),
      '--port',
      '0',
    ])
    const pbx = await client()
    await new Promise(resolve => pbx.event$.subscribe(resolve))
    replaying.signal('SIGTERM')
    expect(await replaying.ended).toBe(0)
    await pbx.close()
  })

  it.each([
    [() => [], 'FILE'],
    [() => [file(DAY), '--speed', '0'], '--speed must be a number over 0'],
    [() => [file(DAY), '--port', '-1'], '--port'],
    [() => [join(folder, 'none.jsonl')], 'cannot be read'],
    [() => [file('')], 'has no line'],
    [() => [file('{"t":0,"frame":{}}\n{"t":1}')], 'Line 2 of the recording has no frame'],
    [() => [file('{"t":0,"kind":"lost","frame":{}}')], 'Line 1 of the recording has an unknown kind'],
  ])('says with wrong usage %# in one line what was wrong', async (args, said) => {
    replaying = run(['replay', ...args()])
    expect(await replaying.ended).toBe(2)
    expect(replaying.stderr).toContain(said)
    expect(replaying.stderr).toMatch(/^[^\n]+ See 'viptel-pbx replay --help'\.\n$/)
  })
})
