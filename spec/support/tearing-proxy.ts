import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net'
import { createFlow, type Flow, type NetworkClock, networkClock, type Tear } from './tearing-flow.js'

/** The connection of one client, and the one to the target behind it. */
export interface ProxiedConnection {
  /** Counts connections from 1 over the proxy's life. */
  readonly n: number
  readonly toServer: Flow
  readonly toClient: Flow
  /** Ends both sides now; held bytes are lost. `how` @default 'reset' */
  tear(how?: Tear): void
  /** Resolves when both sides are gone. */
  readonly closed: Promise<void>
}

/** A network that fails on demand: passes the bytes of TCP connections to a target, whatever they mean. */
export interface TearingProxy {
  /** The address to connect to, such as `ws://127.0.0.1:PORT`; the same for the proxy's life. */
  readonly url: string
  readonly port: number
  /** All connections so far, oldest first, ended ones included. */
  readonly connections: readonly ProxiedConnection[]
  /** Resolves with the n-th connection, counted from 1, past or to come. Rejects when the proxy closes before. */
  connection(n: number): Promise<ProxiedConnection>
  /**
   * Calls `prepare` with each later connection before its first byte passes, to set its faults. Replaces the one
   * before.
   */
  arrange(prepare: (connection: ProxiedConnection) => void): void
  /** Tears all connections. `how` @default 'reset' */
  tear(how?: Tear): void

  // One at a time: await each of these before the next.

  /** Refuses connections at the port from now on; existing ones stay. */
  refuse(): Promise<void>
  /** Ends `refuse` and `silence`. Rejects when something else has taken the port meanwhile. */
  accept(): Promise<void>
  /** As `accept`, but later connections lead nowhere: their bytes are swallowed, and none come back. */
  silence(): Promise<void>
  /** Ends everything and leaves no timer, socket or listener behind. Safe to call twice. */
  close(): Promise<void>
}

const HOST = '127.0.0.1'

/**
 * Starts a proxy in front of a server of this machine. Connections before that server listens are torn.
 *
 * @param clock the time of delays and pauses
 */
export async function tearingProxy(target: { readonly port: number }, clock = networkClock): Promise<TearingProxy> {
  const connections: OwnedConnection[] = []
  let waiting: { n: number; resolve: (connection: ProxiedConnection) => void; reject: (error: Error) => void }[] = []
  let prepare = (_: ProxiedConnection) => {}
  let silent = false
  let closed = false

  const serve = (client: Socket) => {
    const server = silent ? undefined : connect({ host: HOST, port: target.port, allowHalfOpen: true, noDelay: true })
    const connection = createConnection(connections.length + 1, client, server, clock)
    connections.push(connection)
    prepare(connection)
    const served = waiting.filter(({ n }) => n === connection.n)
    waiting = waiting.filter(({ n }) => n !== connection.n)
    for (const { resolve } of served) resolve(connection)
  }
  const listen = (port: number) =>
    new Promise<Server>((resolve, reject) => {
      const server = createServer({ allowHalfOpen: true, noDelay: true }, serve)
      server.once('error', reject)
      server.listen(port, HOST, () => resolve(server))
    })

  let listening: Promise<Server> | undefined = listen(0)
  const { port } = (await listening).address() as AddressInfo
  const refuse = async () => {
    const present = await listening
    listening = undefined
    // the port is free at once; its callback would wait for the connections
    present?.close()
  }
  const open = async (mute: boolean) => {
    silent = mute
    try {
      listening ??= listen(port)
      await listening
    } catch (error) {
      listening = undefined
      throw error
    }
  }

  return {
    url: `ws://${HOST}:${port}`,
    port,
    connections,
    connection: n => {
      const known = connections[n - 1]
      if (known !== undefined) return Promise.resolve(known)
      if (closed) return Promise.reject(new Error(`the proxy closed before connection ${n}`))
      return new Promise((resolve, reject) => waiting.push({ n, resolve, reject }))
    },
    arrange: how => {
      prepare = how
    },
    tear: how => {
      for (const connection of connections) connection.tear(how)
    },
    refuse,
    accept: () => open(false),
    silence: () => open(true),
    close: async () => {
      closed = true
      await refuse()
      for (const { n, reject } of waiting.splice(0)) reject(new Error(`the proxy closed before connection ${n}`))
      for (const connection of connections) connection.destroy()
      await Promise.all(connections.map(connection => connection.closed))
    },
  }
}

interface OwnedConnection extends ProxiedConnection {
  destroy(): void
}

/** Connects a client with a server; without a server the connection leads nowhere. */
function createConnection(n: number, client: Socket, server: Socket | undefined, clock: NetworkClock): OwnedConnection {
  // a socket that never connects holds nothing of the system's
  const far = server ?? new Socket()
  const sockets = server === undefined ? [client] : [client, server]
  const closed = Promise.all(sockets.map(socket => new Promise(resolve => socket.once('close', resolve)))).then(
    () => {},
  )
  // every error is followed by a close
  for (const socket of sockets) socket.on('error', () => {})

  const stop = () => {
    toServer.stop()
    toClient.stop()
  }
  const tear = (how: Tear = 'reset') => {
    stop()
    for (const socket of sockets) {
      if (how === 'reset') socket.resetAndDestroy()
      else socket.end(() => socket.destroy())
    }
  }
  const toServer = createFlow({ source: client, destination: far, tear, closed, clock })
  const toClient = createFlow({ source: far, destination: client, tear, closed, clock })

  const connection: OwnedConnection = {
    n,
    toServer,
    toClient,
    tear,
    closed,
    destroy: () => {
      stop()
      for (const socket of sockets) socket.destroy()
    },
  }
  if (server === undefined) {
    toServer.halfClose()
    client.on('end', connection.destroy)
  }
  return connection
}
