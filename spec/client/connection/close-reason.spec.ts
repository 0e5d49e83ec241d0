import { describe, expect, it, jest } from '@jest/globals'
import { Subject } from 'rxjs'
import type { Signal } from '../../../src/client/connection/attempt-signal.js'
import { endings } from '../../../src/client/connection/close-reason.js'
import { Lost } from '../../../src/client/connection/connection-loss.js'

const meta = { receivedAt: 0, seq: 1, session: 1 }
const response = (code: number, message: string): Signal => ({
  kind: 'response',
  response: { code, message, meta },
  raw: '',
  meta,
})
const torn = new Lost({ kind: 'torn', message: 'The connection broke', closeCode: 1006 })

describe('the end of a session', () => {
  let time = 0
  const run = (redact = (text: string) => text) => {
    const source$ = new Subject<Signal>()
    let error: unknown
    source$
      .pipe(
        endings(
          redact,
          () => time,
          undefined,
          () => false,
        ),
      )
      .subscribe({ error: thrown => (error = thrown) })
    source$.next({ kind: 'online' })
    return { source$, error: () => error as Lost }
  }

  it.each([
    [504, 'Can not connect to PBX, try your action again later'],
    [503, 'Unable to connect to PBX'],
  ])('is explained by %d %s right before it, and not by one of long ago', (code, message) => {
    const soon = run()
    soon.source$.next(response(code, message))
    time += 1_000
    soon.source$.error(torn)
    expect(soon.error().loss).toEqual({ kind: 'server-error', message, code, closeCode: 1006 })
    const late = run()
    late.source$.next(response(code, message))
    time += 1_001
    late.source$.error(torn)
    expect(late.error().loss).toEqual(torn.loss)
  })

  it('is the announced one, also when the peer falls silent before it closes', () => {
    jest.useFakeTimers()
    const source$ = new Subject<Signal>()
    let error: unknown
    const watched = endings(
      text => text,
      Date.now,
      { interval: 5, timeout: 5, probe: false },
      () => true,
    )
    source$.pipe(watched).subscribe({ error: thrown => (error = thrown) })
    source$.next({ kind: 'online' })
    source$.next(response(503, 'Server is restarting, please reconnect'))
    jest.advanceTimersByTime(10)
    expect((error as Lost).loss).toMatchObject({ kind: 'restart', code: 503 })
    expect(jest.getTimerCount()).toBe(0)
    jest.useRealTimers()
  })

  it('never repeats a secret that the server repeats', () => {
    const { source$, error } = run(text => text.replaceAll('f428e0', '[hidden]'))
    jest.useFakeTimers()
    source$.next(response(500, 'An unexpected error has occurred, closing connection'))
    source$.next(response(401, 'no such hash: f428e0'))
    source$.error(torn)
    jest.useRealTimers()
    expect(JSON.stringify(error().loss)).not.toContain('f428e0')
  })
})
