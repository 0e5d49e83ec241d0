import { describe, expect, it } from '@jest/globals'
import { Subject } from 'rxjs'
import type { Signal } from '../../../src/client/connection/attempt-signal.js'
import { explainClose } from '../../../src/client/connection/close-reason.js'
import { ConnectionLostError } from '../../../src/client/connection/connection-loss.js'
import { keepAlive } from '../../../src/client/connection/keep-alive.js'
import { createClock } from '../../support/clock.js'

const meta = { receivedAt: 0, seq: 1, session: 1 }
const response = (code: number, message: string): Signal => ({
  kind: 'response',
  response: { code, message, meta },
  text: '',
  meta,
})
const torn = new ConnectionLostError({ kind: 'torn', message: 'The connection broke', closeCode: 1006 })
const RESTARTING = response(503, 'Server is restarting, please reconnect')
const UNABLE = response(503, 'Unable to connect to PBX')

describe('the end of a session', () => {
  const run = (redact = (text: string) => text) => {
    const clock = createClock()
    const source$ = new Subject<Signal>()
    /** Events that went past the operators. */
    const straight = { events: 0 }
    const countEvents = () => straight.events
    let error: unknown
    source$
      .pipe(
        keepAlive({ interval: 5, timeout: 5, probe: false }, { clock, ask: () => true, countEvents }),
        explainClose({ clock, redact, countEvents }),
      )
      .subscribe({ error: thrown => (error = thrown) })
    source$.next({ kind: 'online' })
    return { clock, source$, straight, error: () => error as ConnectionLostError }
  }
  /** As `run`, while pongs come. */
  const runFor = (ms: number, { clock, source$ }: ReturnType<typeof run>) => {
    for (let passed = 0; passed < ms; passed += 1) {
      clock.pass(1)
      source$.next({ kind: 'pong' })
    }
  }

  it.each([
    [504, 'Can not connect to PBX, try your action again later'],
    [503, 'Unable to connect to PBX'],
  ])('is explained by %d %s right before it, and not by one of long ago', (code, message) => {
    const soon = run()
    soon.source$.next(response(code, message))
    runFor(1_000, soon)
    soon.source$.error(torn)
    expect(soon.error().loss).toEqual({ kind: 'server-error', message, code, closeCode: 1006 })
    const late = run()
    late.source$.next(response(code, message))
    runFor(1_001, late)
    late.source$.error(torn)
    expect(late.error().loss).toEqual(torn.loss)
  })

  it('is not explained by a complaint from before an event, though the event went past the operators', () => {
    const { source$, straight, error } = run()
    source$.next(UNABLE)
    straight.events += 1
    source$.error(torn)
    expect(error().loss).toEqual(torn.loss)
  })

  it('is explained by a complaint that came after such an event', () => {
    const { source$, straight, error } = run()
    straight.events += 1
    source$.next(UNABLE)
    source$.error(torn)
    expect(error().loss).toMatchObject({ kind: 'server-error', code: 503 })
  })

  it('is the announced one, also when the peer falls silent before it closes', () => {
    const { clock, source$, error } = run()
    source$.next(RESTARTING)
    clock.pass(10)
    expect(error().loss).toMatchObject({ kind: 'restart', code: 503 })
    expect(clock.pending()).toBe(0)
  })

  it('comes a second after its announcement when the server does not close', () => {
    const ended = run()
    ended.source$.next(RESTARTING)
    runFor(999, ended)
    expect(ended.error()).toBeUndefined()
    runFor(1, ended)
    expect(ended.error().loss).toMatchObject({ kind: 'restart', code: 503 })
    expect(ended.clock.pending()).toBe(0)
  })

  it('never repeats a secret that the server repeats', () => {
    const { source$, error } = run(text => text.replaceAll('f428e0', '[hidden]'))
    source$.next(response(500, 'An unexpected error has occurred, closing connection'))
    source$.next(response(401, 'no such hash: f428e0'))
    source$.error(torn)
    expect(JSON.stringify(error().loss)).not.toContain('f428e0')
  })

  it('quotes the server, however much it says, with at most 500 characters', () => {
    const { source$, error } = run()
    source$.next(response(401, `No${' '.repeat(2_000_000)}!`))
    source$.error(torn)
    expect(error().loss.message).toBe(`No${' '.repeat(498)}…`)
  })
})
