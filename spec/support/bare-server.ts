import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as realTimeout } from 'node:timers'
import { type WebSocket, WebSocketServer } from 'ws'

/** One connection on the server's side, by which a spec can make every mistake that a server can make. */
export interface Peer {
  readonly socket: WebSocket
  /** Received texts, oldest first. */
  readonly received: string[]
  /** Resolves with the next text that was not taken yet. */
  next(): Promise<string>
  send(frame: object | string | Uint8Array): void
  /** Greets, takes any login, and answers 202. */
  login(): Promise<string>
  closed: Promise<number>
}

export interface BareServer {
  readonly url: string
  readonly port: number
  /** Resolves with the n-th connection, counted from 1, past or to come. */
  peer(n: number): Promise<Peer>
  readonly count: number
  close(): Promise<void>
}

export const GREETING = {
  code: 100,
  message: 'Send your username and password hash in action user.login and use this nonce to generate password hash',
  nonce: 'abc',
}
export const WELCOME = { code: 202, message: 'Login successfull' }
export const CLOSING = { code: 110, message: 'Closing connection, bye' }

/** A `ws` server that accepts connections, and does nothing else by itself. */
export async function bareServer(
  options: { port?: number; autoPong?: boolean; onPeer?: (peer: Peer, n: number) => void } = {},
): Promise<BareServer> {
  const peers: Peer[] = []
  const waiting = new Map<number, (peer: Peer) => void>()
  const server = new WebSocketServer({ host: '127.0.0.1', port: options.port ?? 0, autoPong: options.autoPong ?? true })
  server.on('connection', socket => {
    const peer = createPeer(socket)
    peers.push(peer)
    options.onPeer?.(peer, peers.length)
    waiting.get(peers.length)?.(peer)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', reject)
  })
  const { port } = server.address() as { port: number }
  return {
    url: `ws://127.0.0.1:${port}`,
    port,
    get count() {
      return peers.length
    },
    peer: n => {
      const known = peers[n - 1]
      return known ? Promise.resolve(known) : new Promise(resolve => waiting.set(n, resolve))
    },
    close: () => {
      for (const { socket } of peers) socket.terminate()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

function createPeer(socket: WebSocket): Peer {
  const received: string[] = []
  let taken = 0
  let wake = () => {}
  socket.on('message', data => {
    received.push(String(data))
    wake()
  })
  const peer: Peer = {
    socket,
    received,
    async next() {
      while (taken >= received.length) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      return received[taken++] ?? ''
    },
    send: frame =>
      socket.send(typeof frame === 'string' || frame instanceof Uint8Array ? frame : JSON.stringify(frame)),
    async login() {
      peer.send(GREETING)
      const text = await peer.next()
      peer.send(WELCOME)
      return text
    },
    closed: new Promise(resolve => socket.on('close', resolve)),
  }
  return peer
}

/** A TCP server that accepts connections and sends nothing. */
export async function muteServer(): Promise<{ url: string; close: () => Promise<void> }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer(socket => sockets.add(socket))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `ws://127.0.0.1:${port}`,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

/** A port of this machine where no server listens. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Fails a spec with a sentence instead of letting it hang. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = realTimeout(() => reject(new Error(`${what} did not happen within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
