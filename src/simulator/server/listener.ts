import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { ListenError } from '../errors.js'

/** Takes connections at one address; each restart of the simulator has a new one. */
export interface Listener {
  readonly port: number
  /**
   * Refuses new connections from now on; resolves when the port is free and every old connection is gone. Those that do not end by themselves within
   * `grace` ms are torn.
   */
  stop(grace: number): Promise<void>
  /** Tears every connection, those too that have not become a WebSocket yet. */
  tear(): void
}

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Starts to listen; port 0 takes a free one. Rejects with {@link ListenError}. */
export function listen({ host, port, upgrade }: { host: string; port: number; upgrade: Upgrade }): Promise<Listener> {
  const server = createServer((_, response) => {
    response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket', connection: 'close' })
    response.end('This is a WebSocket server; connect to it with a WebSocket client.')
  })
  const sockets = new Set<Socket>()
  let stopped: Promise<void> | undefined

  server.on('connection', socket => {
    sockets.add(socket)
    // a connection that tears is told by its close
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
    const gone = new Promise<void>(resolve => server.close(() => resolve()))
    const timer = setTimeout(tear, grace)
    await gone
    clearTimeout(timer)
  }

  return new Promise((resolve, reject) => {
    server.once('error', error => reject(toListenError(error, host, port)))
    server.listen(port, host, () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        stop: grace => {
          stopped ??= stop(grace)
          return stopped
        },
        tear,
      })
    })
  })
}

function toListenError(error: Error, host: string, port: number): ListenError {
  switch ((error as { code?: unknown }).code) {
    case 'EADDRINUSE':
      return new ListenError(
        `Port ${port} at ${host} is in use. End the program that listens there, or give another 'port'; 0 takes any free one.`,
        {
          cause: error,
        },
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

/** The address that a client on this machine connects to. */
export function urlOf(host: string, port: number): string {
  // one that listens everywhere is reached by loopback
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `ws://${name.includes(':') ? `[${name}]` : name}:${port}`
}
