import { WebSocket } from 'ws'
import type { Clock } from '../../shared/clock.js'
import type { TrafficLog } from '../logs/traffic-log.js'
import { type Message, parseJson } from './message.js'
import type { PauseGate } from './pause-gate.js'

/** The socket of one client. Logs every frame, and stands still while the gate is paused. */
export interface ClientSocket {
  send(message: Message): void
  /** Starts the closing handshake, after everything that was sent. */
  close(code: number, reason?: string): void
  /** Ends the connection without the closing handshake. */
  tear(): void
  /** Stops reading; the system's buffers fill up instead. */
  pause(): void
  resume(): void
}

export interface ClientSocketParts {
  id: number
  socket: WebSocket
  gate: PauseGate
  log: TrafficLog
  clock: Clock
  /** Called when anything has come, even a ping. */
  onActivity: () => void
  /** Whether pings are answered, at this moment. */
  answersPings: () => boolean
  /** Called with every frame, as JSON; undefined for what is not JSON. */
  onFrame: (frame: unknown) => void
  /** Called once, whichever side ended the connection. */
  onClose: (code: number, reason: string) => void
}

export function createClientSocket({
  id,
  socket,
  gate,
  log,
  clock,
  onActivity,
  answersPings,
  onFrame,
  onClose,
}: ClientSocketParts): ClientSocket {
  const isOpen = () => socket.readyState === WebSocket.OPEN

  // one chunk of the network can hold several frames: frames read before a freeze arrive here after it
  socket.on('message', (data, binary) =>
    gate.pass(() => {
      onActivity()
      const raw = String(data)
      const frame = binary ? undefined : parseJson(raw)
      log.received.add({ client: id, at: clock.now(), raw, frame, binary })
      onFrame(frame)
    }),
  )
  socket.on('ping', data =>
    gate.pass(() => {
      onActivity()
      if (isOpen() && answersPings()) socket.pong(data)
    }),
  )
  // every error is followed by a close
  socket.on('error', () => {})
  socket.on('close', (code, reason) => onClose(code, String(reason)))

  return {
    send: ({ data, raw, frame, binary }) =>
      gate.pass(() => {
        if (!isOpen()) return
        log.sent.add({ client: id, at: clock.now(), raw, frame, binary })
        socket.send(data)
      }),
    close: (code, reason) => gate.pass(() => socket.close(code, reason)),
    tear: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  }
}
