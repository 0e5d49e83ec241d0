import type { Clock } from '../../shared/clock.js'
import { checkDelay, delay } from '../../shared/delays.js'
import { SimulatorClosedError } from '../errors.js'
import type { Connections } from './connections.js'
import { type Listener, listen } from './listener.js'
import type { AnswerMeaning } from './response-table.js'

/** The kind of a restart. */
export interface RestartOptions {
  /**
   * True: every client gets 503 and 110 and is closed in good order. False: the connections are torn, as when a process
   * dies.
   * @default true
   */
  notice?: boolean | undefined
  /** ms for which the port at least refuses connections. @default 0 */
  downFor?: number | undefined
}

/** The starts and stops of the server: its listener, and the end of its connections. */
export interface ServerLifecycle {
  /** The port in use; the given one before the start. */
  readonly port: number
  /** Starts to listen. Rejects with `ListenError`. */
  start(): Promise<void>
  /** Ends all connections and starts again, after the restarts before. */
  restart(options?: RestartOptions): Promise<void>
  /** Ends all connections, after the restarts before. */
  stop(): Promise<void>
  /** Tears all connections. */
  tear(): void
}

export interface ServerLifecycleParts {
  host: string
  /** 0 takes a free port at the first start, and keeps it. */
  port: number
  connections: Connections
  clock: Clock
  /** Aborted when the simulator closes. */
  closed: AbortSignal
}

/** ms in which clients can take part in the closing handshake. */
const CLOSE_GRACE = 1_000

export function createServerLifecycle(parts: ServerLifecycleParts): ServerLifecycle {
  const { host, connections, clock, closed } = parts
  let { port } = parts
  let listener: Listener | undefined
  /** The end of the last restart. Never rejects. */
  let lastRestart: Promise<unknown> = Promise.resolve()

  const start = async () => {
    listener = await listen({ host, port, upgrade: connections.upgrade, clock })
    port = listener.port
  }
  const tear = () => {
    connections.tear()
    listener?.tear()
  }
  /** Ends all connections: in good order, unless `notice` is false or they are frozen. */
  const goDown = async (reason?: AnswerMeaning, notice = true) => {
    const stopped = listener?.stop(CLOSE_GRACE)
    if (notice && !connections.isFrozen) connections.closeSessions(reason)
    else tear()
    connections.thaw()
    // the port is free a moment before the end of the last connection is known
    await Promise.all([stopped, connections.emptied()])
  }
  const restartNow = async ({ notice = true, downFor = 0 }: RestartOptions) => {
    checkDelay('downFor', downFor)
    const away = delay(clock, downFor, closed).catch(() => {})
    if (!closed.aborted) await Promise.all([goDown('restarting', notice), away])
    if (closed.aborted) throw new SimulatorClosedError('The simulator was closed, so it did not restart.')
    await start()
  }

  return {
    get port() {
      return port
    },
    start,
    restart: (options = {}) => {
      const restarted = lastRestart.then(() => restartNow(options))
      // an unawaited restart must not end the process when the simulator closes
      lastRestart = restarted.catch(() => {})
      return restarted
    },
    stop: async () => {
      await lastRestart
      await goDown()
    },
    tear,
  }
}
