import { PassThrough } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { showTable } from '../../demo/terminal/table.js'
import { createPbxClient, trackCalls, trackQueues } from '../../src/index.js'

/** The output for a terminal of this size, with so many callers waiting. */
function drawn(size: { columns: number; rows: number }, waiting: number): string {
  const pbx = createPbxClient({ credentials: { username: 'viptel', password: 'heslo' } })
  const queues = trackQueues(pbx)
  const members = Array.from({ length: 40 }, (_, index) => ({ member: `${100 + index}`, paused: false }))
  queues.seed([
    {
      queue: '601',
      members,
      waiting: Array.from({ length: waiting }, (_, index) => ({
        uniqueId: `1795418999.${index}`,
        callerName: '中'.repeat(60),
      })),
    },
  ])
  const out = Object.assign(new PassThrough(), { isTTY: true, ...size })
  const { log, stop } = showTable({
    calls: trackCalls(pbx),
    queues,
    speed: 1,
    out: out as unknown as NodeJS.WriteStream,
  })
  log('first')
  log('second')
  stop()
  return String(out.read())
}

const NO_WRAP = '\u001b[?7l'
const WRAP = '\u001b[?7h'

describe('the table of demo/terminal', () => {
  it('goes up as many rows as it has drawn, however narrow and low the terminal is', () => {
    for (const size of [
      { columns: 200, rows: 50 },
      { columns: 80, rows: 24 },
      { columns: 30, rows: 6 },
    ]) {
      const text = drawn(size, 20)
      const table = text.slice(text.indexOf(NO_WRAP) + NO_WRAP.length, text.indexOf(`\n${WRAP}`))
      const up = text.slice(text.indexOf(WRAP) + WRAP.length).match(/(\d+)A/)?.[1]
      const rows = table.split('\n')
      expect(rows.length).toBe(Number(up))
      expect(rows.length).toBeLessThan(size.rows)
      expect(rows[0]).toBe('-'.repeat(Math.min(100, size.columns)))
    }
  })
})
