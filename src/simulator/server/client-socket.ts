import { WebSocket } from 'ws'
import type { Journal } from '../logs/traffic-log.js'
import { type Message, parse } from './message.js'
import type { Gate } from './pause-gate.js'

/** The socket of one client: remembers what passes, and stands still while the gate is shut. */
export interface Peer {
  send(message: Message): void
  /** The closing handshake, after all that was sent. */
  close(code: number, reason?: string): void
  /** Ends it without the closing handshake. */
  tear(): void
  /** Stops reading; the system's buffers fill up instead. */
  pause(): void
  resume(): void
}

export interface PeerParts {
  id: number
  socket: WebSocket
  gate: Gate
  journal: Journal
  /** Anything came, even a ping. */
  heard: () => void
  /** Whether pings are answered, at this moment. */
  pongs: () => boolean
  /** A frame that came, as JSON; undefined for what is not. */
  received: (frame: unknown) => void
  /** Called once, whoever ended it. */
  closed: (code: number, reason: string) => void
}

export function createPeer({ id, socket, gate, journal, heard, pongs, received, closed }: PeerParts): Peer {
  const isOpen = () => socket.readyState === WebSocket.OPEN

  // one chunk of the network can hold several frames, so what comes after a freeze may have been read already
  socket.on('message', (data, binary) =>
    gate.pass(() => {
      heard()
      const raw = String(data)
      const frame = binary ? undefined : parse(raw)
      journal.received.add({ client: id, at: Date.now(), raw, frame, binary })
      received(frame)
    }),
  )
  socket.on('ping', data =>
    gate.pass(() => {
      heard()
      if (isOpen() && pongs()) socket.pong(data)
    }),
  )
  // the close that follows tells it
  socket.on('error', () => {})
  socket.on('close', (code, reason) => closed(code, String(reason)))

  return {
    send: ({ data, raw, frame, binary }) =>
      gate.pass(() => {
        if (!isOpen()) return
        journal.sent.add({ client: id, at: Date.now(), raw, frame, binary })
        socket.send(data)
      }),
    close: (code, reason) => gate.pass(() => socket.close(code, reason)),
    tear: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  }
}
