import { createServer, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '../../shared/clock.js'
import { ListenError } from '../errors.js'

/** Accepts connections at one address. Each restart of the simulator has a new listener. */
export interface Listener {
  readonly port: number
  /**
   * Refuses new connections from now on. Resolves when the port is free and every old connection has ended.
   * Connections that do not end by themselves within `grace` ms are torn.
   */
  stop(grace: number): Promise<void>
  /** Tears every connection, including those that have not become a WebSocket yet. */
  tear(): void
}

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

export interface ListenerParts {
  host: string
  port: number
  upgrade: Upgrade
  clock: Clock
}

function toListenError(error: NodeJS.ErrnoException, host: string, port: number): ListenError {
  switch (error.code) {
    case 'EADDRINUSE':
      return new ListenError(
        `Port ${port} at ${host} is in use. End the program that listens there, or give another 'port'; 0 takes any free one.`,
        { cause: error },
      )
    case 'EACCES':
      return new ListenError(
        `This process may not listen at port ${port}. Give a 'port' from 1024 up, or 0 for any free one.`,
        { cause: error },
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ListenError(`'${host}' is not an address of this machine. Give 'host' one, such as '127.0.0.1'.`, {
        cause: error,
      })
    default:
      return new ListenError(`Could not listen at ${host}, port ${port}: ${error.message}`, { cause: error })
  }
}

/** Starts to listen; port 0 takes a free one. Rejects with {@link ListenError}. */
export function listen({ host, port, upgrade, clock }: ListenerParts): Promise<Listener> {
  const server = createServer((_, response) => {
    response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket', connection: 'close' })
    response.end('This is a WebSocket server; connect to it with a WebSocket client.')
  })
  const sockets = new Set<Socket>()
  let stopped: Promise<void> | undefined

  server.on('connection', socket => {
    sockets.add(socket)
    // every error is followed by a close
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (request, socket, head) => {
    if (stopped === undefined) upgrade(request, socket, head)
    else socket.destroy()
  })

  const tear = () => {
    for (const socket of sockets) socket.destroy()
  }
  const stop = async (grace: number) => {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    const cancel = clock.after(grace, tear)
    await closed
    cancel()
  }

  return new Promise((resolve, reject) => {
    server.once('error', error => reject(toListenError(error, host, port)))
    server.listen(port, host, () => {
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        stop: grace => {
          stopped ??= stop(grace)
          return stopped
        },
        tear,
      })
    })
  })
}

/** The address to which a client on this machine connects. */
export function urlOf(host: string, port: number): string {
  // a server that listens everywhere is reached by loopback
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `ws://${name.includes(':') ? `[${name}]` : name}:${port}`
}
