import IsomorphicWebSocket from 'isomorphic-ws'
import { Observable, type Subscriber } from 'rxjs'
import { type WebSocketSubject, webSocket } from 'rxjs/webSocket'
import type { Cancel, Clock } from '../../shared/clock.js'
import { quoteForeign } from '../../shared/foreign-text.js'
import { type WebSocketConstructor, webSocketError } from '../options.js'
import type { Signal } from './attempt-signal.js'
import { ConnectionLostError, tooLarge, USUAL_CAUSES } from './connection-loss.js'

/** One socket for one attempt: subscribe to `signals$` once to open it; unsubscribe to close it. */
export interface Socket {
  /** Errors with {@link ConnectionLostError} however the socket ends; never completes by itself. */
  readonly signals$: Observable<Signal>
  /** Writes a text frame; false when no byte was handed to the socket, and none ever will be. */
  write(text: string): boolean
  /** Sends a WebSocket ping, on a socket that was open; false where the runtime has none. */
  ping(): boolean
  /** Resolves when the socket holds nothing any more: no connection, no timer. */
  readonly gone: Promise<void>
}

/** Options of the client that a socket uses. */
export interface SocketOptions {
  readonly url: string
  readonly maxFrame: number
  readonly WebSocket: WebSocketConstructor | undefined
}

/** A socket with the methods that `ws` offers beyond the browser's class. */
interface RawSocket extends WebSocket {
  ping?(): void
  terminate?(): void
  on?(event: 'pong', listener: () => void): void
}

/** The third argument is for `ws`, other classes ignore it. */
type RawConstructor = new (url: string, protocols: string[], options: object) => RawSocket

/** How a socket ended: a close event, or an error. */
interface SocketEnd {
  readonly code?: unknown
  readonly reason?: unknown
  readonly wasClean?: unknown
  readonly message?: unknown
  readonly error?: { readonly code?: unknown } | undefined
}

/**
 * ms that the closing handshake may take, whichever side began it. Then the connection is cut where the runtime can cut
 * it; `ws` alone would wait 30 s.
 */
const CLOSE_TIMEOUT = 1_000

function isFrameTooLarge({ error }: SocketEnd): boolean {
  return error?.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
}

class AttemptSocket implements Socket {
  readonly signals$ = new Observable<Signal>(subscriber => this.#open(subscriber))
  readonly gone: Promise<void>

  readonly #options: SocketOptions
  readonly #clock: Clock
  readonly #read: (data: unknown) => Signal | undefined
  #subject: WebSocketSubject<unknown> | undefined
  #raw: RawSocket | undefined
  #isOpened = false
  /** Frames that were handed to the socket. */
  #written = 0
  #cancelCut: Cancel = () => {}
  #resolveGone = () => {}

  constructor(options: SocketOptions, clock: Clock, read: (data: unknown) => Signal | undefined) {
    this.#options = options
    this.#clock = clock
    this.#read = read
    this.gone = new Promise(resolve => {
      this.#resolveGone = resolve
    })
  }

  readonly write = (text: string): boolean => {
    const before = this.#written
    if (this.#isOpened) this.#subject?.next(text)
    return this.#written > before
  }

  readonly ping = (): boolean => {
    if (!this.#raw?.ping) return false
    this.#raw.ping()
    return true
  }

  #open(subscriber: Subscriber<Signal>): () => void {
    const pass = (data: unknown) => {
      const signal = this.#read(data)
      if (signal) subscriber.next(signal)
    }
    const end = (socketEnd: SocketEnd) => {
      // `ws` refuses a frame by ending the connection
      if (isFrameTooLarge(socketEnd)) pass(undefined)
      subscriber.error(this.#lossOf(socketEnd))
    }
    const subject = webSocket<unknown>({
      url: this.#options.url,
      WebSocketCtor: this.#constructorFor(subscriber),
      // runs only when a frame is really handed to the socket: so `write` knows
      serializer: text => {
        this.#written += 1
        return String(text)
      },
      deserializer: event => event.data,
      openObserver: {
        next: () => {
          this.#isOpened = true
          subscriber.next({ kind: 'open' })
        },
      },
      // a clean close would complete the subject; for an attempt it is a loss like any other
      closeObserver: { next: end },
    })
    this.#subject = subject
    const messages = subject.subscribe({ next: pass, error: end })
    return () => {
      messages.unsubscribe()
      this.#close()
    }
  }

  #constructorFor(subscriber: Subscriber<Signal>): new (url: string) => WebSocket {
    const create = (url: string) => this.#create(url, subscriber)
    // `new` of a function that returns an object gives that object
    return function createRaw(url: string) {
      return create(url)
    } as unknown as new (
      url: string,
    ) => WebSocket
  }

  #create(url: string, subscriber: Subscriber<Signal>): RawSocket {
    const Constructor: WebSocketConstructor | null | undefined = this.#options.WebSocket ?? IsomorphicWebSocket
    if (!Constructor) throw webSocketError()
    // whatever class was given, it makes a WebSocket
    const raw = new (Constructor as RawConstructor)(url, [], {
      maxPayload: this.#options.maxFrame,
      perMessageDeflate: false,
      closeTimeout: CLOSE_TIMEOUT,
    })
    this.#raw = raw
    raw.addEventListener('close', () => this.#markGone())
    raw.on?.('pong', () => subscriber.next({ kind: 'pong' }))
    return raw
  }

  /**
   * Ends the closing handshake, which the subject has begun unless an error has come. A peer that takes no part in it
   * is not waited for.
   */
  #close(): void {
    const raw = this.#raw
    if (!raw) return this.#markGone()
    raw.close()
    this.#cancelCut = this.#clock.after(CLOSE_TIMEOUT, () => {
      raw.terminate?.()
      this.#markGone()
    })
  }

  #markGone(): void {
    this.#raw = undefined
    this.#cancelCut()
    this.#resolveGone()
  }

  #lossOf(end: SocketEnd): ConnectionLostError {
    const { url, maxFrame } = this.#options
    const { code, wasClean, error } = end
    const reason = isFrameTooLarge(end) ? tooLarge(maxFrame) : quoteForeign(String(end.reason || end.message || ''))
    const detail = reason && `: ${reason}`
    const closeCode = typeof code === 'number' ? { closeCode: code } : {}
    const cause = error ?? end
    if (!this.#isOpened) {
      const message = `Could not connect to ${new URL(url).host}${detail}. ${USUAL_CAUSES}`
      return new ConnectionLostError({ kind: 'refused', message, ...closeCode }, cause)
    }
    return wasClean
      ? new ConnectionLostError(
          { kind: 'closed', message: `The server closed the connection (code ${code})${detail}`, ...closeCode },
          cause,
        )
      : new ConnectionLostError({ kind: 'torn', message: `The connection broke${detail}`, ...closeCode }, cause)
  }
}

/**
 * Makes the socket of one attempt. The only user of `rxjs/webSocket` and `isomorphic-ws`: a fresh subject each time,
 * since a used one would replay and reconnect by itself.
 *
 * @param read takes the data of a message, and gives the signal to pass on, if any; undefined stands for a frame that
 *   was refused for its size, just before the loss that it causes
 */
export function createSocket(
  options: SocketOptions,
  clock: Clock,
  read: (data: unknown) => Signal | undefined,
): Socket {
  return new AttemptSocket(options, clock, read)
}
