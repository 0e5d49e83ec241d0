import { map, type Observable } from 'rxjs'
import type { Log } from '../logger.js'
import type { ResolvedOptions } from '../options.js'
import { encodeLogout, probeText } from '../protocol/actions.js'
import { endings } from './endings.js'
import { farewell } from './farewell.js'
import { liveness } from './liveness.js'
import { login } from './login.js'
import type { Reader } from './reader.js'
import type { Signal } from './signal.js'
import { createSocket, type SocketSignal } from './socket.js'

/** One try: a fresh socket and the operator chain that leads it from the greeting through the login to its end. */
export interface Attempt {
  /** Subscribe once. Errors with `Lost` or `LoginRejectedError`; completes after a farewell. */
  readonly signals$: Observable<Signal>
  /** Writes between the login and the first sign of an end; see `Socket.write`. */
  write(text: string): boolean
  /** See `Socket.gone`. */
  readonly gone: Promise<void>
}

export function createAttempt({
  options,
  reader,
  session,
  leave$,
  log,
}: {
  options: ResolvedOptions
  reader: Reader
  /** The number that this login will have. */
  session: number
  leave$: Observable<unknown>
  log: Log
}): Attempt {
  const socket = createSocket(options)
  let loggedIn = false
  const write = (text: string) => loggedIn && socket.write(text)
  const ask = () => socket.ping() || (options.keepAlive?.probe === true && write(probeText))

  const toSignal = (signal: SocketSignal): Signal => {
    switch (signal.type) {
      case 'message':
        if (log.enabled) log.debug('received', { frame: typeof signal.data === 'string' ? signal.data : 'a binary frame' })
        return reader.read(signal.data, session)
      case 'oversize':
        return reader.oversize(session)
      default:
        return { kind: signal.type }
    }
  }

  const signals$ = socket.signals$.pipe(
    map(toSignal),
    login({ credentials: options.credentials, timeout: options.loginTimeout, write: socket.write, hide: log.hide }),
    endings({ redact: log.redact }),
    liveness<Signal>(options.keepAlive, { from: signal => signal.kind === 'logged-in', ask }),
    map(signal => {
      if (signal.kind === 'logged-in') loggedIn = true
      if (signal.kind === 'ending') loggedIn = false
      return signal
    }),
    farewell(leave$, () => {
      const written = write(encodeLogout())
      loggedIn = false
      return written
    }),
  )
  return { signals$, write, gone: socket.gone }
}
