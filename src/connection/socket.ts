import IsomorphicWebSocket from 'isomorphic-ws'
import { Observable } from 'rxjs'
import { webSocket } from 'rxjs/webSocket'
import type { WebSocketConstructor } from '../options.js'
import { Lost, USUAL_CAUSES } from './loss.js'

/** What a socket has to say, in order. `oversize` comes just before the loss that it causes. */
export type SocketSignal = { type: 'open' } | { type: 'message'; data: unknown } | { type: 'pong' } | { type: 'oversize' }

/** One socket for one attempt: subscribe to `signals$` once to open it; unsubscribe to close it. */
export interface Socket {
  /** Errors with {@link Lost} however the socket ends; never completes by itself. */
  readonly signals$: Observable<SocketSignal>
  /** Writes a text frame; false when no byte was handed to the socket, and none ever will be. */
  write(text: string): boolean
  /** Sends a WebSocket ping; false where the runtime has none. */
  ping(): boolean
  /** Resolves when the socket holds nothing any more: no connection, no timer. */
  readonly gone: Promise<void>
}

/** What `ws` offers beyond the browser's class. */
interface RawSocket extends WebSocket {
  ping?(): void
  terminate?(): void
  on?(event: 'pong', listener: () => void): void
}

/** ms the closing handshake may take before the connection is cut, where the runtime can cut it; `ws` alone would wait 30 s. */
const CLOSING = 1_000

/** Makes the socket of one attempt. The only user of `rxjs/webSocket` and `isomorphic-ws`: a fresh subject each time, since a used one would replay and reconnect by itself. */
export function createSocket(options: { url: string; maxFrame: number; WebSocket: WebSocketConstructor | undefined }): Socket {
  const Constructor: WebSocketConstructor | null = options.WebSocket ?? IsomorphicWebSocket
  let raw: RawSocket | undefined
  let opened = false
  let written = false
  let left = () => {}
  const gone = new Promise<void>(resolve => {
    left = resolve
  })

  let closeEvent: unknown
  const subject = webSocket<unknown>({
    url: options.url,
    WebSocketCtor: function create(url: string) {
      if (Constructor === null) throw new Error("This runtime has no WebSocket: pass a class as the option 'WebSocket'.")
      // the third argument is for `ws`, others ignore it
      const Open = Constructor as new (url: string, protocols: string[], options: object) => RawSocket
      raw = new Open(url, [], { maxPayload: options.maxFrame, perMessageDeflate: false })
      raw.addEventListener('close', left)
      return raw
    } as unknown as new (
      url: string,
    ) => WebSocket,
    // runs only when the frame is really handed to the socket; that is how we know
    serializer: text => {
      written = true
      return text as string
    },
    deserializer: event => event.data,
    closeObserver: {
      next: event => {
        closeEvent = event
      },
    },
  })

  const signals$ = new Observable<SocketSignal>(subscriber => {
    const lost = (end: unknown) => {
      if (isOversize(end)) subscriber.next({ type: 'oversize' })
      subscriber.error(toLost(end, opened, options))
    }
    const messages = subject.subscribe({
      next: data => subscriber.next({ type: 'message', data }),
      error: lost,
      // a clean close completes the subject; for an attempt it is a loss like any other
      complete: () => lost(closeEvent),
    })
    raw?.addEventListener('open', () => {
      opened = true
      subscriber.next({ type: 'open' })
    })
    raw?.on?.('pong', () => subscriber.next({ type: 'pong' }))
    return () => {
      messages.unsubscribe()
      release(raw, left)
    }
  })

  return {
    signals$,
    gone,
    write: text => {
      if (!opened) return false
      written = false
      subject.next(text)
      return written
    },
    ping: () => {
      if (raw?.ping === undefined) return false
      if (raw.readyState === OPEN) raw.ping()
      return true
    },
  }
}

const OPEN = 1
const CLOSED = 3

/** The subject has begun the closing handshake; a peer that does not take part in it is not waited for. */
function release(raw: RawSocket | undefined, left: () => void): void {
  if (raw === undefined || raw.readyState === CLOSED) return left()
  if (raw.readyState <= OPEN) raw.close()
  const timer = setTimeout(() => {
    raw.terminate?.()
    left()
  }, CLOSING)
  raw.addEventListener('close', () => clearTimeout(timer))
}

interface End {
  code?: unknown
  reason?: unknown
  wasClean?: unknown
  message?: unknown
  error?: unknown
}

/** The events and errors that runtimes end a socket with, brought to one form. */
function toLost(end: unknown, opened: boolean, { url, maxFrame }: { url: string; maxFrame: number }): Lost {
  const { code, reason, wasClean, message, error } = (end ?? {}) as End
  const cause = error ?? end
  const closeCode = typeof code === 'number' ? { closeCode: code } : {}
  const said = [typeof reason === 'string' ? reason : '', typeof message === 'string' ? message : ''].find(text => text !== '')
  const detail = said === undefined ? '' : `: ${said}`
  const host = new URL(url).host
  if (!opened) return new Lost({ kind: 'refused', message: `Could not connect to ${host}${detail}. ${USUAL_CAUSES}`, ...closeCode }, { cause })
  if (isOversize(end))
    return new Lost(
      { kind: 'torn', message: `A frame was larger than maxFrame, ${maxFrame} bytes; the connection had to be given up`, ...closeCode },
      { cause },
    )
  if (wasClean === true)
    return new Lost({
      kind: 'closed',
      message: `The server closed the connection (code ${String(code)}${said === undefined ? '' : `, ${said}`})`,
      ...closeCode,
    })
  return new Lost({ kind: 'torn', message: `The connection broke${detail}`, ...closeCode }, { cause })
}

function isOversize(end: unknown): boolean {
  const error = (end as End | undefined)?.error as { code?: unknown } | undefined
  return error?.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
}
