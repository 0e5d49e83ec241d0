import { randomBytes } from 'node:crypto'
import { WebSocketServer } from 'ws'
import { isObject } from '../../shared/is-object.js'
import type { Journal, SimulatedClient } from '../logs/traffic-log.js'
import type { Switchboard } from './action-router.js'
import { createPeer, type Peer } from './client-socket.js'
import { createDelivery, type Delivery } from './delivery.js'
import type { ResolvedFaults } from './faults.js'
import { createIdleClock, type IdleClock } from './idle-clock.js'
import type { Upgrade } from './listener.js'
import type { RefusalMode } from './login-failure.js'
import { type Message, toMessage } from './message.js'
import { createGate } from './pause-gate.js'
import type { PbxLink } from './pbx-link.js'
import type { AnswerMeaning } from './response-table.js'
import { createSession, type Session } from './session.js'
import type { UserDirectory } from './users.js'

/** The clients that are connected, and what is done to all of them. */
export interface Roster {
  /** Makes a client of a connection. */
  readonly upgrade: Upgrade
  readonly clients: readonly SimulatedClient[]
  /** To those logged in, an event to those of them who may see it; gives their number. */
  send(message: Message): number
  /** False when there is no such client. */
  sendTo(id: number, message: Message): boolean
  /** The reason if there is one, 110, close. */
  dismiss(reason?: AnswerMeaning, options?: DismissOptions): void
  /** A close frame and nothing else. */
  close(code: number, reason: string): void
  /** Ends every connection without a word, and forgets what a freeze held back. */
  tear(): void
  /** Resolves when there is no client. */
  emptied(): Promise<void>
  readonly frozen: boolean
  /** Keeps the connections but reads, answers and sends nothing; new ones are not answered either. */
  freeze(): void
  /** What was held back goes out, then reading goes on. */
  thaw(): void
  /** On the way to all clients, those to come too. */
  setFaults(faults: ResolvedFaults | undefined): void
}

export interface DismissOptions {
  /** WebSocket close code. @default 1001: the server goes away */
  code?: number
  /** Only those logged in. @default false */
  online?: boolean
}

export interface RosterParts {
  users: UserDirectory
  switchboard: Switchboard
  link: PbxLink
  loginTimeout: number
  refusal: () => RefusalMode | undefined
  journal: Journal
}

/** WebSocket close codes: what the vendor's server uses is not documented. */
export const NORMAL = 1000
const GOING_AWAY = 1001
/** The whole of what a connection gets that is not let in. */
const TURNED_AWAY = 'HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'

interface Client {
  readonly id: number
  readonly peer: Peer
  readonly delivery: Delivery
  readonly idle: IdleClock
  readonly session: Session
}

export function createRoster({ users, switchboard, link, loginTimeout, refusal, journal }: RosterParts): Roster {
  // pings are answered by the peer, which can hold them back
  const handshake = new WebSocketServer({ noServer: true, clientTracking: false, autoPong: false })
  const clients = new Map<number, Client>()
  const gate = createGate()
  /** For `emptied`. */
  const waiting: (() => void)[] = []
  let count = 0
  let faults: ResolvedFaults | undefined
  /** Set while many are dismissed, to tell them that it is the server that goes. */
  let closeCode = NORMAL

  const join = (socket: Parameters<typeof createPeer>[0]['socket']) => {
    count += 1
    const id = count
    const isOnline = () => session.state.phase === 'online'
    const idle = createIdleClock(() => {
      if (isOnline()) session.dismiss()
    })
    const peer = createPeer({
      id,
      socket,
      gate,
      journal,
      heard: idle.heard,
      pongs: () => !faults?.ignorePings,
      received: frame => {
        // what is written from now on reaches nobody, while the action itself is still dealt with
        if (faults?.tearOnAction && isOnline() && !isLogout(frame)) peer.tear()
        session.read(frame)
      },
      closed: (code, reason) => {
        session.end()
        delivery.end()
        idle.end()
        clients.delete(id)
        journal.closed.add({ id, ...named(session), code, reason })
        if (clients.size === 0) for (const resolve of waiting.splice(0)) resolve()
      },
    })
    const delivery = createDelivery({ id, peer })
    delivery.setFaults(faults)
    idle.setLimit(faults?.idleLimit)
    const session = createSession({
      nonce: randomBytes(16).toString('hex'),
      users,
      switchboard,
      link,
      loginTimeout,
      refusal,
      mute: () => faults?.muteAfterLogin ?? false,
      greetingCode: () => faults?.greetingCode ?? 100,
      say: (frame, kind) => delivery.send(toMessage(frame), kind),
      close: () => delivery.close(closeCode),
      loggedIn: () => journal.loggedIn.add(describe({ id, session })),
      dealt: (action, frame, answer) =>
        journal.actions.add({ client: id, action, frame, ...(answer !== undefined && { answer }) }),
    })
    clients.set(id, { id, peer, delivery, idle, session })
    session.begin()
    journal.connected.add(describe({ id, session }))
  }
  const all = () => [...clients.values()]

  return {
    upgrade: (request, socket, head) =>
      gate.pass(() => {
        if (refusal() !== 'turned-away') return handshake.handleUpgrade(request, socket, head, join)
        socket.once('finish', () => socket.destroy())
        socket.end(TURNED_AWAY)
      }),
    get clients() {
      return all().map(describe)
    },
    send: message => {
      const event = eventOf(message)
      const shown = all().filter(
        ({ session: { state } }) =>
          state.phase === 'online' && (event === undefined || users.shows(state.username, event)),
      )
      for (const { delivery } of shown) delivery.send(message, 'other')
      return shown.length
    },
    sendTo: (id, message) => {
      const client = clients.get(id)
      client?.delivery.send(message, client.session.state.phase === 'online' ? 'other' : 'login')
      return client !== undefined
    },
    dismiss: (reason, { code = GOING_AWAY, online = false } = {}) => {
      closeCode = code
      for (const { session } of all()) if (!online || session.state.phase === 'online') session.dismiss(reason)
      closeCode = NORMAL
    },
    close: (code, reason) => {
      for (const { delivery, session } of all()) {
        session.end()
        delivery.close(code, reason)
      }
    },
    tear: () => {
      gate.discard()
      for (const { peer } of all()) peer.tear()
    },
    emptied: () =>
      new Promise(resolve => {
        if (clients.size === 0) resolve()
        else waiting.push(resolve)
      }),
    get frozen() {
      return gate.shut
    },
    freeze: () => {
      gate.close()
      for (const { peer } of all()) peer.pause()
    },
    thaw: () => {
      gate.open()
      for (const { peer } of all()) peer.resume()
    },
    setFaults: given => {
      faults = given
      for (const { delivery, idle } of all()) {
        delivery.setFaults(given)
        idle.setLimit(given?.idleLimit)
      }
    },
  }
}

function describe({ id, session }: Pick<Client, 'id' | 'session'>): SimulatedClient {
  return { id, ...named(session), loggedIn: session.state.phase === 'online' }
}

function named({ state }: Session): { username?: string } {
  return 'username' in state && state.username !== undefined ? { username: state.username } : {}
}

function isLogout(frame: unknown): boolean {
  return isObject(frame) && frame['action'] === 'user.logout'
}

/** The event's name; undefined for what is no event, which is shown to everybody. */
function eventOf({ frame }: Message): string | undefined {
  const event = typeof frame === 'object' && frame !== null && 'event' in frame ? frame.event : undefined
  return typeof event === 'string' ? event : undefined
}
