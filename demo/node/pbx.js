// @ts-check
// The common part of the scripts: a client from the environment, a clean logout, and the times in which something may
// have been missed.
import { catchError, EMPTY, filter, merge, Subject, take } from 'rxjs'
import { createPbxClient, trackCalls } from 'viptel-pbx'

/**
 * Prints a line on stderr, without characters that could steer a terminal: callers choose their names, and servers
 * their reasons.
 *
 * @param {string} text
 */
export const say = text =>
  console.error(`${new Date().toISOString()} ${text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')}`)

/**
 * The value of a variable. Ends the script where it is not set and has no fallback.
 *
 * @param {string} name
 * @param {string} [fallback]
 */
export function setting(name, fallback) {
  const value = process.env[name] || fallback
  if (value !== undefined) return value
  say(`Set ${name}; README.md explains it.`)
  process.exit(2)
}

const iso = (/** @type {number} */ at) => new Date(at).toISOString()

/** Opens a client until SIGINT or SIGTERM, with a tracker of its calls. */
export function open() {
  const credentials = { username: setting('VIPTEL_USERNAME'), password: setting('VIPTEL_PASSWORD') }
  const pbx = createPbxClient({ credentials, ...(process.env['VIPTEL_URL'] && { url: process.env['VIPTEL_URL'] }) })
  // legs can end after their callers: an ended call is kept for ten minutes, so that a late end is not taken for that
  // of another call
  const calls = trackCalls(pbx, { keepEnded: 600_000 })
  const stopping = new AbortController()

  // a server that has lost the PBX behind it stays connected, and sends no events of that time
  const pbxAway$ = /** @type {Subject<{ from: number, to: number, reason: { kind: string } }>} */ (new Subject())
  /** When the server lost the PBX, in ms since the epoch; 0 while it has it. */
  let awaySince = 0
  pbx.status$.subscribe(status => {
    if (status.state === 'failed') say(status.error.message)
    if (status.state === 'waiting' && status.attempt === 1) say(`Connection lost: ${status.reason.message}`)
    if (status.state !== 'online' || status.pbx === 'unknown') return
    if (status.pbx !== 'reachable') awaySince ||= Date.now()
    else if (awaySince > 0) {
      pbxAway$.next({ from: awaySince, to: Date.now(), reason: { kind: 'pbx-away' } })
      awaySince = 0
    }
  })
  const gap$ = merge(pbx.gap$, pbxAway$)
  /** The end of the newest gap, in ms since the epoch. */
  let sureSince = 0
  gap$.subscribe(({ from, to, reason }) => {
    sureSince = to
    say(`Calls between ${iso(from)} and ${iso(to)} may have been missed, in part or at all (${reason.kind}).`)
  })
  const online$ = pbx.status$.pipe(filter(({ state }) => state === 'online'))
  online$
    .pipe(take(1))
    .subscribe(() => say('Listening. Of calls that began before this, the end will be heard at most.'))
  pbx.anomaly$.subscribe(({ kind, detail }) => say(`Something was not understood (${kind}): ${detail}`))

  const stop = () => {
    if (stopping.signal.aborted) return
    const running = [...calls.current.values()].filter(({ phase }) => phase !== 'ended' && phase !== 'lost').length
    say(`Logging out. ${running} calls are still running; how they end will not be heard.`)
    stopping.abort()
    void pbx.close()
  }
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, stop)

  /** The changes of calls. Completes at the end, also when the login was refused, so that pending work is finished. */
  const change$ = calls.change$.pipe(
    catchError(() => {
      process.exitCode = 1
      return EMPTY
    }),
  )
  /** Whether an event of this call may have been missed, such as its pickup. @param {import('viptel-pbx').Call} call */
  const isUnsure = ({ startedAt }) => awaySince > 0 || startedAt < sureSince
  return { pbx, calls, change$, gap$, isUnsure, stopping: stopping.signal }
}
