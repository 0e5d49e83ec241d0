import { createHash } from 'node:crypto'
import type { Subscription } from 'rxjs'
import { WebSocket } from 'ws'
import type { PbxClient, WebSocketConstructor } from '../index.js'
import type { RecordedLine } from '../simulator/index.js'
import { scrub } from './redact.js'

/** Writes down what comes on a client's connections. */
export interface Recorder {
  /** For the client's option of this name. */
  readonly WebSocket: WebSocketConstructor
  /** Tells it of the client's logins; what comes counts from the first of them. Ends when unsubscribed. */
  follow(pbx: PbxClient): Subscription
}

export interface RecorderParts {
  readonly write: (line: RecordedLine) => void
  readonly credentials: { readonly username: string; readonly password: string }
}

/** What a close frame without a code is told as; that of a client that gives up a connection has none. */
const WITHOUT_CODE = 1005

/**
 * Frames as they came, also those that cannot be read, with losses and logins between them. Nothing that is said up to a login is written down but events:
 * no nonce and no login hash. Should the server ever repeat a secret, that is hidden.
 */
export function createRecorder({ write, credentials: { username, password } }: RecorderParts): Recorder {
  const digest = createHash('sha1').update(`${username}:${password}`).digest('hex')
  let hash = ''
  let begun: number | undefined
  let newest: object | undefined
  /** The one that is logged in. */
  let live: object | undefined
  let over = false

  const put = (line: Omit<RecordedLine, 't'>) => {
    if (over) return
    begun ??= performance.now()
    write({ t: Math.round(performance.now() - begun), ...line } as RecordedLine)
  }
  const received = (socket: object, data: unknown, binary: boolean) => {
    const loggedIn = socket === live
    if (binary) {
      if (loggedIn) put({ kind: 'binary', frame: { base64: Buffer.from(data as Buffer).toString('base64') } })
      return
    }
    const text = String(data)
    const frame = parse(text)
    const isEvent = typeof frame?.['event'] === 'string'
    // a client holds back events that come before its 202
    if (!loggedIn && !(isEvent && socket === newest)) return
    const secrets = isEvent ? [hash, digest] : [hash, digest, password]
    if (frame === undefined) put({ kind: 'text', frame: { text: scrub(text, secrets) as string } })
    else put({ frame: scrub(frame, secrets) as object })
  }
  const lost = (socket: object, code = WITHOUT_CODE) => {
    if (socket !== live) return
    live = undefined
    put({ kind: 'close', frame: { code } })
  }

  class TappedSocket extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      super(...given)
      newest = this
      this.on('message', (data, binary) => received(this, data, binary))
      this.on('close', code => lost(this, code))
    }

    override send(...given: unknown[]): void {
      const sent = parse(String(given[0]))
      if (sent?.['action'] === 'user.login') hash = String(sent['password'])
      Reflect.apply(super.send, this, given)
    }

    /** Also called by `ws` itself, with the server's code. What comes after the client has called it reaches nobody. */
    override close(code?: number, reason?: string | Buffer): void {
      lost(this, code)
      super.close(code, reason)
    }
  }

  return {
    WebSocket: TappedSocket,
    follow: pbx => {
      const following = pbx.status$.subscribe(status => {
        if (status.state !== 'online' || live === newest) return
        live = newest
        put({ kind: 'login', frame: { session: status.session, at: new Date(status.since).toISOString() } })
      })
      following.add(() => {
        over = true
      })
      return following
    },
  }
}

/** Undefined for what is no JSON object. */
function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
