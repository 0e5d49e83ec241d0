import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { PbxEvent } from '../src/index.js'
import { parseRecording, type Simulator, startSimulator } from '../src/simulator/index.js'
import { type WatchedClient, watchedClient } from './support/client.js'

const FOLDER = 'spec/fixtures/recordings'

/**
 * What the codecs make of the wire: names are strings, everything else in these recordings already is what it should
 * be.
 */
const decoded = (frame: object) => ('queue' in frame ? { ...frame, queue: String(frame.queue) } : frame)

describe('the recordings of a real Asterisk', () => {
  let sim: Simulator
  let client: WatchedClient
  afterEach(async () => {
    await client.pbx.close()
    await sim.close()
  })

  it.each(readdirSync(FOLDER))('%s goes through the simulator and comes out of event$ frame for frame', async name => {
    const recording = parseRecording(readFileSync(`${FOLDER}/${name}`, 'utf8'))
    sim = await startSimulator()
    client = watchedClient({ url: sim.url, credentials: { username: 'viptel', password: 'secret' } })
    const events: PbxEvent[] = []
    const named: PbxEvent[] = []
    client.pbx.event$.subscribe(event => events.push(event))
    for (const event of new Set(recording.map(({ frame }) => (frame as PbxEvent).event)))
      client.pbx.on(event).subscribe(one => named.push(one))
    await client.pbx.online()
    await sim.play(recording, { speed: 50 })
    // the goodbye comes after all frames, so nothing is still on its way when it is done
    await client.pbx.close()
    expect(events.map(({ meta, ...wire }) => wire)).toEqual(recording.map(({ frame }) => decoded(frame)))
    expect(named).toEqual(events)
    expect(events.map(({ meta }) => meta.seq)).toEqual(recording.map((_, index) => index + 3))
    expect(client.pbx.stats).toMatchObject({ events: recording.length, responses: 3, unknown: 0, invalid: 0 })
  })
})
