import { type WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '../../shared/clock.js'
import { GOING_AWAY, NORMAL } from '../../shared/close-codes.js'
import type { SimulatedClient, TrafficLog } from '../logs/traffic-log.js'
import type { ResolvedFaults } from './faults.js'
import type { Upgrade } from './listener.js'
import type { Message } from './message.js'
import { createPauseGate } from './pause-gate.js'
import type { AnswerMeaning } from './response-table.js'
import { createServerClient, type ServerClient } from './server-client.js'
import type { SessionServer } from './session.js'

/** The connected clients, and the commands to all of them. */
export interface Connections {
  /** Makes a client of a connection. */
  readonly upgrade: Upgrade
  readonly clients: readonly SimulatedClient[]
  /** Sends to the logged-in clients, an event to those whose user gets its kind; gives their number. */
  send(message: Message): number
  /** Sends to one client, logged in or not; false when there is none with this id. */
  sendTo(id: number, message: Message): boolean
  /** Ends sessions: the response with the meaning `reason`, if there is one, then 110 and the close. */
  closeSessions(reason?: AnswerMeaning, options?: CloseOptions): void
  /** Closes every connection with a close frame and no response. */
  close(code: number, reason: string): void
  /** Ends every connection without a close frame, and forgets everything that a freeze held back. */
  tear(): void
  /** Resolves when there is no client. */
  emptied(): Promise<void>
  readonly isFrozen: boolean
  /** Keeps the connections but reads, answers and sends nothing; new connections get no answer either. */
  freeze(): void
  /** Sends everything that was held back, then goes on reading. */
  thaw(): void
  /** Sets the faults on the way to all clients, later ones too. */
  setFaults(faults: ResolvedFaults | undefined): void
}

export interface CloseOptions {
  /** WebSocket close code. The code of the vendor's server is not documented. @default 1001 */
  code?: number
  /** Whether only logged-in clients are closed. @default false */
  onlineOnly?: boolean
}

export interface ConnectionsParts {
  server: SessionServer
  log: TrafficLog
  clock: Clock
}

/** The answer to a connection that is turned away. */
const TURNED_AWAY = 'HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'

/** The name of an event; undefined for another frame, which every user gets. */
function eventName({ frame }: Message): string | undefined {
  const event = typeof frame === 'object' && frame !== null && 'event' in frame ? frame.event : undefined
  return typeof event === 'string' ? event : undefined
}

class ClientConnections implements Connections {
  readonly #server: SessionServer
  readonly #log: TrafficLog
  readonly #clock: Clock
  // pings are answered by the client's socket, which can hold them back
  readonly #handshake = new WebSocketServer({ noServer: true, clientTracking: false, autoPong: false })
  readonly #clients = new Map<number, ServerClient>()
  readonly #gate = createPauseGate()
  /** Waits of `emptied`. */
  readonly #emptiedWaits: (() => void)[] = []
  #count = 0
  #faults: ResolvedFaults | undefined
  /** Close code of sessions that the server ends. */
  #closeCode = NORMAL

  constructor({ server, log, clock }: ConnectionsParts) {
    this.#server = server
    this.#log = log
    this.#clock = clock
  }

  get clients(): readonly SimulatedClient[] {
    return this.#all.map(client => client.describe())
  }

  get isFrozen(): boolean {
    return this.#gate.isPaused
  }

  /** A copy: commands may end clients. */
  get #all(): ServerClient[] {
    return [...this.#clients.values()]
  }

  readonly upgrade: Upgrade = (request, socket, head) => {
    this.#gate.pass(() => {
      if (this.#server.loginFailure() !== 'turned-away')
        return this.#handshake.handleUpgrade(request, socket, head, webSocket => this.#add(webSocket))
      socket.once('finish', () => socket.destroy())
      socket.end(TURNED_AWAY)
    })
  }

  #add(socket: WebSocket): void {
    this.#count += 1
    const id = this.#count
    const client = createServerClient({
      id,
      socket,
      server: this.#server,
      gate: this.#gate,
      log: this.#log,
      clock: this.#clock,
      faults: () => this.#faults,
      closeCode: () => this.#closeCode,
      onClose: () => this.#remove(id),
    })
    this.#clients.set(id, client)
    client.session.begin()
    this.#log.connected.add(client.describe())
  }

  #remove(id: number): void {
    this.#clients.delete(id)
    if (this.#clients.size === 0) for (const resolve of this.#emptiedWaits.splice(0)) resolve()
  }

  send(message: Message): number {
    const event = eventName(message)
    const receives = ({ session: { state } }: ServerClient) =>
      state.phase === 'online' && (event === undefined || this.#server.users.receives(state.username, event))
    const receivers = this.#all.filter(receives)
    for (const { delivery } of receivers) delivery.send(message, 'other')
    return receivers.length
  }

  sendTo(id: number, message: Message): boolean {
    const client = this.#clients.get(id)
    client?.delivery.send(message, client.isOnline ? 'other' : 'login')
    return client !== undefined
  }

  closeSessions(reason?: AnswerMeaning, { code = GOING_AWAY, onlineOnly = false }: CloseOptions = {}): void {
    this.#closeCode = code
    for (const client of this.#all) if (client.isOnline || !onlineOnly) client.session.close(reason)
    this.#closeCode = NORMAL
  }

  close(code: number, reason: string): void {
    for (const { delivery, session } of this.#all) {
      session.end()
      delivery.close(code, reason)
    }
  }

  tear(): void {
    this.#gate.discard()
    for (const { socket } of this.#all) socket.tear()
  }

  emptied(): Promise<void> {
    return new Promise(resolve => {
      if (this.#clients.size === 0) resolve()
      else this.#emptiedWaits.push(resolve)
    })
  }

  freeze(): void {
    this.#gate.pause()
    for (const { socket } of this.#all) socket.pause()
  }

  thaw(): void {
    this.#gate.resume()
    for (const { socket } of this.#all) socket.resume()
  }

  setFaults(faults: ResolvedFaults | undefined): void {
    this.#faults = faults
    for (const client of this.#all) client.setFaults(faults)
  }
}

export function createConnections(parts: ConnectionsParts): Connections {
  return new ClientConnections(parts)
}
