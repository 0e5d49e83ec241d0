import { randomBytes } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { Clock } from '../../shared/clock.js'
import { isObject } from '../../shared/is-object.js'
import type { SimulatedClient, TrafficLog } from '../logs/traffic-log.js'
import { type ClientSocket, createClientSocket } from './client-socket.js'
import { createDelivery, type Delivery } from './delivery.js'
import type { ResolvedFaults } from './faults.js'
import { createIdleTimer } from './idle-timer.js'
import { toMessage } from './message.js'
import type { PauseGate } from './pause-gate.js'
import { createSession, type Session, type SessionServer } from './session.js'

/** A connected client: its socket, the way of frames to it, and its session. */
export interface ServerClient {
  readonly id: number
  readonly socket: ClientSocket
  readonly delivery: Delivery
  readonly session: Session
  readonly isOnline: boolean
  /** The client of this moment, for readers. */
  describe(): SimulatedClient
  setFaults(faults: ResolvedFaults | undefined): void
}

export interface ServerClientParts {
  id: number
  socket: WebSocket
  server: SessionServer
  gate: PauseGate
  log: TrafficLog
  clock: Clock
  /** The faults in force, at this moment. */
  faults: () => ResolvedFaults | undefined
  /** WebSocket close code of the server, at this moment. */
  closeCode: () => number
  onClose: () => void
}

function usernameOf({ state }: Session): { username?: string } {
  return 'username' in state && state.username !== undefined ? { username: state.username } : {}
}

function isLogout(frame: unknown): boolean {
  return isObject(frame) && frame['action'] === 'user.logout'
}

/** Makes a client of an open WebSocket. The session begins with `session.begin()`. */
export function createServerClient(parts: ServerClientParts): ServerClient {
  const { id, server, gate, log, clock, faults } = parts
  const isOnline = () => session.state.phase === 'online'
  const describe = () => ({ id, ...usernameOf(session), loggedIn: isOnline() })
  const idle = createIdleTimer(clock, () => {
    if (isOnline()) session.close()
  })
  const socket = createClientSocket({
    id,
    socket: parts.socket,
    gate,
    log,
    clock,
    onActivity: idle.restart,
    answersPings: () => !faults()?.ignorePings,
    onFrame: frame => {
      // nothing written from now on reaches the client, while the action is still carried out
      if (faults()?.tearOnAction && isOnline() && !isLogout(frame)) socket.tear()
      session.read(frame)
    },
    onClose: (code, reason) => {
      session.end()
      delivery.end()
      idle.end()
      log.closed.add({ id, ...usernameOf(session), code, reason })
      parts.onClose()
    },
  })
  const delivery = createDelivery({ id, socket, clock })
  const session: Session = createSession(server, {
    nonce: randomBytes(16).toString('hex'),
    greetingCode: () => faults()?.greetingCode ?? 100,
    isIgnored: () => faults()?.muteAfterLogin ?? false,
    send: (frame, kind) => delivery.send(toMessage(frame), kind),
    close: () => delivery.close(parts.closeCode()),
    onLogin: () => log.loggedIn.add(describe()),
    onAction: (action, frame, answer) =>
      log.actions.add({ client: id, action, frame, ...(answer !== undefined && { answer }) }),
  })
  const setFaults = (given: ResolvedFaults | undefined) => {
    delivery.setFaults(given)
    idle.setLimit(given?.idleLimit)
  }
  setFaults(faults())
  return {
    id,
    socket,
    delivery,
    session,
    get isOnline() {
      return isOnline()
    },
    describe,
    setFaults,
  }
}
