import IsomorphicWebSocket from 'isomorphic-ws'
import { Observable } from 'rxjs'
import { type WebSocketSubject, webSocket } from 'rxjs/webSocket'
import { type WebSocketConstructor, webSocketError } from '../options.js'
import type { Signal } from './attempt-signal.js'
import { type ConnectionLoss, Lost, tooLarge, USUAL_CAUSES } from './connection-loss.js'
import type { Received } from './frame-reader.js'

/** One socket for one attempt: subscribe to `signals$` once to open it; unsubscribe to close it. */
export interface Socket {
  /** Errors with {@link Lost} however the socket ends; never completes by itself. */
  readonly signals$: Observable<Signal>
  /** Writes a text frame; false when no byte was handed to the socket, and none ever will be. */
  write(text: string): boolean
  /** Sends a WebSocket ping, on a socket that was open; false where the runtime has none. */
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

interface End {
  code?: unknown
  reason?: unknown
  wasClean?: unknown
  message?: unknown
  error?: { code?: unknown } | undefined
}

/** ms the closing handshake may take, whoever began it, before the connection is cut, where the runtime can cut it; `ws` alone would wait 30 s. */
const CLOSING = 1_000

/**
 * Makes the socket of one attempt. The only user of `rxjs/webSocket` and `isomorphic-ws`: a fresh subject each time, since a used one would replay and
 * reconnect by itself.
 *
 * @param read reads the data of a message; undefined for a frame that was refused for its size, just before the loss that it causes
 */
export function createSocket(
  { url, maxFrame, WebSocket: given }: { url: string; maxFrame: number; WebSocket: WebSocketConstructor | undefined },
  read: (data: unknown) => Received,
): Socket {
  const Constructor: WebSocketConstructor | null | undefined = given ?? IsomorphicWebSocket
  let subject: WebSocketSubject<unknown> | undefined
  let raw: RawSocket | undefined
  let opened = false
  /** How many frames were handed over. */
  let written = 0
  let cut: ReturnType<typeof setTimeout> | undefined
  let left = () => {}
  const gone = new Promise<void>(resolve => {
    left = () => {
      raw = undefined
      clearTimeout(cut)
      resolve()
    }
  })

  const signals$ = new Observable<Signal>(subscriber => {
    const lost = (end: End) => {
      const { code, wasClean, error } = end
      let said = end.reason || end.message
      if (error?.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
        said = tooLarge(maxFrame)
        subscriber.next(read(undefined))
      }
      const detail = said ? `: ${said}` : ''
      const [kind, message]: [ConnectionLoss['kind'], string] = !opened
        ? ['refused', `Could not connect to ${new URL(url).host}${detail}. ${USUAL_CAUSES}`]
        : wasClean
          ? ['closed', `The server closed the connection (code ${code})${detail}`]
          : ['torn', `The connection broke${detail}`]
      subscriber.error(new Lost({ kind, message, ...(typeof code === 'number' && { closeCode: code }) }, error ?? end))
    }

    subject = webSocket<unknown>({
      url,
      WebSocketCtor: function create(url: string) {
        if (!Constructor) throw webSocketError()
        // the third argument is for `ws`, others ignore it
        raw = new (Constructor as new (url: string, protocols: string[], options: object) => RawSocket)(url, [], {
          maxPayload: maxFrame,
          perMessageDeflate: false,
          closeTimeout: CLOSING,
        })
        raw.addEventListener('close', left)
        raw.on?.('pong', () => subscriber.next({ kind: 'pong' }))
        return raw
      } as unknown as new (
        url: string,
      ) => WebSocket,
      // runs only when the frame is really handed to the socket; that is how we know
      serializer: text => {
        written += 1
        return text as string
      },
      deserializer: event => event.data,
      openObserver: {
        next: () => {
          opened = true
          subscriber.next({ kind: 'open' })
        },
      },
      // a clean close would complete the subject; for an attempt it is a loss like any other
      closeObserver: { next: lost },
    })
    const messages = subject.subscribe({ next: data => subscriber.next(read(data)), error: lost })
    return () => {
      messages.unsubscribe()
      if (!raw) return left()
      // the subject has begun the closing handshake, unless an error has come; a peer that does not take part in it is not waited for
      raw.close()
      cut = setTimeout(() => {
        raw?.terminate?.()
        left()
      }, CLOSING)
    }
  })

  return {
    signals$,
    gone,
    write: text => {
      const before = written
      if (opened) subject?.next(text)
      return written > before
    },
    ping: () => {
      raw?.ping?.()
      return Boolean(raw?.ping)
    },
  }
}
