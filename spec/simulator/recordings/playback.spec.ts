import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  InvalidRecordingError,
  parseRecording,
  type RecordedLine,
  type Simulator,
  startSimulator,
} from '../../../src/simulator/index.js'
import { type WatchedClient, watchedClient } from '../../support/client.js'
import { launchHeld } from '../held-simulator.js'

const frame = (n: number) => ({ event: 'call.end', unique_id: `1795418999.${n}`, status: 'answer' })

describe('a recording with a lost connection', () => {
  let sim: Simulator
  let clients: WatchedClient[]
  const client = async () => {
    const watched = watchedClient({ url: sim.url, credentials: { username: 'viptel', password: 'secret' } })
    clients.push(watched)
    const seen: string[] = []
    watched.pbx.gap$.subscribe(({ session, reason }) =>
      seen.push(`gap before ${session}: ${reason.kind} ${reason.closeCode}`),
    )
    watched.pbx.event$.subscribe(event => seen.push('unique_id' in event ? (event.unique_id.split('.')[1] ?? '') : ''))
    await watched.pbx.online()
    return { ...watched, seen }
  }
  beforeEach(async () => {
    sim = await startSimulator()
    clients = []
  })
  afterEach(async () => {
    for (const { pbx } of clients) await pbx.close()
    await sim.close()
  })

  it.each([
    ['as recorded', 1],
    ['all at once', Number.POSITIVE_INFINITY],
  ])('loses it for all who listen, and goes on when they are back, %s', async (_, speed) => {
    const [one, other] = [await client(), await client()]
    const recording: RecordedLine[] = [
      { t: 0, kind: 'login', frame: { session: 1 } },
      { t: 0, frame: frame(1) },
      { t: 5, kind: 'close', frame: { code: 1012 } },
      // came before the 202
      { t: 6, frame: frame(2) },
      { t: 8, kind: 'login', frame: { session: 2 } },
      { t: 9, frame: frame(3) },
      { t: 10, kind: 'close', frame: { code: 1006 } },
      { t: 11, kind: 'login', frame: { session: 3 } },
      { t: 12, frame: frame(4) },
    ]
    await sim.play(recording, { speed })
    for (const { pbx, seen } of [one, other]) {
      await pbx.online()
      await pbx.close()
      expect(seen).toEqual(['1', 'gap before 2: closed 1012', '2', '3', 'gap before 3: closed 1001', '4'])
    }
  })

  it('goes on at once when nobody has listened', async () => {
    await sim.play([
      { t: 0, kind: 'close', frame: { code: 1000 } },
      { t: 0, kind: 'login', frame: { session: 2 } },
      { t: 0, frame: frame(1) },
    ])
    expect(sim.sent).toEqual([])
  })

  it('keeps its rhythm after those who came back late', async () => {
    await sim.close()
    const held = await launchHeld()
    sim = held.sim
    await client()
    sim.refuseLogins('restarting')
    const playing = sim.play([
      { t: 0, frame: frame(1) },
      { t: 0, kind: 'close', frame: { code: 1000 } },
      { t: 0, kind: 'login', frame: { session: 2 } },
      { t: 50, frame: frame(2) },
    ])
    await sim.waitForClient(4)
    sim.refuseLogins(undefined)
    await sim.waitForLogin(2)
    const wasSent = () => sim.sent.some(({ raw }) => raw.includes('1795418999.2'))
    // the playing goes on within this turn of the event loop
    await new Promise(setImmediate)
    held.clock.pass(49)
    expect(wasSent()).toBe(false)
    held.clock.pass(1)
    await playing
    expect(wasSent()).toBe(true)
  })

  const LOSS: RecordedLine[] = [
    { t: 0, frame: frame(1) },
    { t: 0, kind: 'close', frame: { code: 1000 } },
    { t: 0, kind: 'login', frame: { session: 2 } },
    { t: 0, frame: frame(2) },
  ]

  it('can be stopped, and ends with the simulator, while it waits for them', async () => {
    await client()
    sim.refuseLogins('restarting')
    const stop = new AbortController()
    const stopped = sim.play(LOSS, { signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(stopped).rejects.toThrow('enough')
    const closed = sim.play(LOSS)
    await sim.close()
    await closed
    expect(sim.sent.some(({ raw }) => raw.includes('1795418999.2'))).toBe(false)
  })

  it('sends texts and bytes as they were', async () => {
    const { pbx } = await client()
    const anomalies: string[] = []
    pbx.anomaly$.subscribe(({ kind, raw }) => anomalies.push(`${kind} ${raw}`))
    await sim.play([
      { t: 0, kind: 'text', frame: { text: '{"event":' } },
      { t: 0, kind: 'binary', frame: { base64: 'AP8=' } },
    ])
    await pbx.close()
    expect(anomalies).toEqual(['invalid-json {"event":', 'invalid-frame '])
    expect(sim.sent.filter(({ binary }) => binary)).toHaveLength(1)
  })

  it('is read from lines of a kind', () => {
    const lines: RecordedLine[] = [
      ...LOSS,
      { t: 1, kind: 'text', frame: { text: '' } },
      { t: 1, kind: 'binary', frame: { base64: '' } },
    ]
    expect(parseRecording(lines.map(line => JSON.stringify(line)).join('\n'))).toEqual(lines)
  })

  it.each([
    { t: 0, kind: 'lost', frame: {} },
    { t: 0, kind: 'close', frame: {} },
    { t: 0, kind: 'close', frame: { code: '1006' } },
    { t: 0, kind: 'login', frame: { session: null } },
    { t: 0, kind: 'text', frame: { text: 1 } },
    { t: 0, kind: 'binary', frame: {} },
    { t: 0, kind: 'toString', frame: {} },
  ])('cannot have %j', async line => {
    expect(() => parseRecording(JSON.stringify(line))).toThrow('Line 1 of the recording has an unknown kind')
    await expect(sim.play([line as unknown as RecordedLine])).rejects.toBeInstanceOf(InvalidRecordingError)
  })
})
