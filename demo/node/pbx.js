// @ts-check
// What the scripts have in common: a client from the environment, a clean goodbye, and where something may have been missed.
import { catchError, EMPTY, filter, merge, Subject, take } from 'rxjs'
import { createPbxClient, trackCalls } from 'viptel-pbx'

/** Says it on stderr. Callers choose their names and servers their reasons: what could steer a terminal, or turn its text around, goes. @param {string} text */
export const say = text =>
  console.error(`${new Date().toISOString()} ${text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')}`)

/** What the environment says; ends the script when it has to say something and does not. @param {string} name @param {string} [fallback] */
export function setting(name, fallback) {
  const value = process.env[name] || fallback
  if (value !== undefined) return value
  say(`Set ${name}; README.md tells what it is.`)
  process.exit(2)
}

const iso = (/** @type {number} */ at) => new Date(at).toISOString()

/** A client until SIGINT or SIGTERM, and what it tells of calls. */
export function open() {
  const credentials = { username: setting('VIPTEL_USERNAME'), password: setting('VIPTEL_PASSWORD') }
  const pbx = createPbxClient({ credentials, ...(process.env['VIPTEL_URL'] && { url: process.env['VIPTEL_URL'] }) })
  // legs end after their callers: kept for longer than a second or two, so that their late ends are not taken for those of other calls
  const calls = trackCalls(pbx, { keepEnded: 600_000 })
  const stopping = new AbortController()

  // a server that has lost the PBX behind it stays connected, and tells nothing of what happens meanwhile
  const unheard = /** @type {Subject<{ from: number, to: number, reason: { kind: string } }>} */ (new Subject())
  let away = 0
  pbx.status$.subscribe(status => {
    if (status.state === 'failed') say(status.error.message)
    if (status.state === 'waiting' && status.attempt === 1) say(`Connection lost: ${status.reason.message}`)
    if (status.state !== 'online' || status.pbx === 'unknown') return
    if (status.pbx !== 'reachable') away ||= Date.now()
    else if (away > 0) {
      unheard.next({ from: away, to: Date.now(), reason: { kind: 'pbx-away' } })
      away = 0
    }
  })
  const gap$ = merge(pbx.gap$, unheard)
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

  /** Completes at the end, whatever the end is: what waits to be done is done then. */
  const change$ = calls.change$.pipe(
    catchError(() => {
      process.exitCode = 1
      return EMPTY
    }),
  )
  /** Something of this call may not have been heard, such as its being answered. @param {import('viptel-pbx').Call} call */
  const isUnsure = ({ startedAt }) => away > 0 || startedAt < sureSince
  return { pbx, calls, change$, gap$, isUnsure, stopping: stopping.signal }
}
