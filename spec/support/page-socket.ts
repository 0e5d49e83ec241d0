import { jest } from '@jest/globals'
import type { WebSocketConstructor } from '../../src/client/options.js'
import { GREETING, WELCOME } from './bare-server.js'

/**
 * The WebSocket of a page, without ping and terminate. The spec is the other end. No I/O: fake timers are all its time.
 */
export class PageSocket extends EventTarget {
  readyState = 0
  /** Every sent text, oldest first. */
  readonly written: string[] = []
  onopen: ((event: Event) => void) | null = null
  onmessage: ((event: Event) => void) | null = null
  onerror: ((event: Event) => void) | null = null
  onclose: ((event: Event) => void) | null = null

  send(text: string): void {
    this.written.push(text)
  }

  /** Closes the socket; the other end takes part a moment later. */
  close(): void {
    if (this.readyState > 1) return
    this.readyState = 2
    void Promise.resolve().then(() => this.end())
  }

  open(): void {
    this.readyState = 1
    this.#dispatch('open', {})
  }

  receive(frame: object): void {
    this.#dispatch('message', { data: JSON.stringify(frame) })
  }

  /** Ends the connection: by a clean close, or torn. */
  end({ code = 1000, wasClean = true } = {}): void {
    if (this.readyState === 3) return
    this.readyState = 3
    this.#dispatch('close', { code, reason: '', wasClean })
  }

  /** Opens, greets, takes any login, and answers 202. */
  async login(): Promise<void> {
    this.open()
    this.receive(GREETING)
    await settled()
    this.receive(WELCOME)
  }

  #dispatch(type: 'open' | 'message' | 'close', fields: object): void {
    const event = Object.assign(new Event(type), fields)
    this[`on${type}`]?.(event)
    this.dispatchEvent(event)
  }
}

/** Lets promises run, and no time pass. */
export const settled = () => jest.advanceTimersByTimeAsync(0)

/** A WebSocket class, and the sockets made of it, oldest first. */
export interface Wire {
  readonly WebSocket: WebSocketConstructor
  readonly sockets: readonly PageSocket[]
  /** The newest one. */
  readonly socket: PageSocket
}

export function createWire(): Wire {
  const sockets: PageSocket[] = []
  class Recorded extends PageSocket {
    constructor() {
      super()
      sockets.push(this)
    }
  }
  return {
    WebSocket: Recorded,
    sockets,
    get socket() {
      const socket = sockets.at(-1)
      if (socket === undefined) throw new Error('no socket was made yet')
      return socket
    },
  }
}
