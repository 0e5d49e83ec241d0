import { createHash } from 'node:crypto'
import type { Subscription } from 'rxjs'
import { type RawData, WebSocket } from 'ws'
import type { PbxClient, WebSocketConstructor } from '../index.js'
import type { RecordedLine } from '../simulator/index.js'
import { isNestedDeeper, parseObject } from './json.js'
import { redactFields, redactText } from './redact.js'
import { messageOf } from './system-error.js'

/** Records the frames that come on a client's connections. */
export interface Recorder {
  /** The class for the client's option of this name. */
  readonly WebSocket: WebSocketConstructor
  /**
   * Takes the logins from a client; the recording begins with the first of them, and ends when the subscription does.
   */
  follow(pbx: PbxClient): Subscription
}

export interface RecorderParts {
  readonly write: (line: RecordedLine) => void
  readonly credentials: { readonly username: string; readonly password: string }
}

/** The close code for a close frame without one (RFC 6455, 7.1.5), and for a client that gives up a connection. */
const NO_STATUS = 1005

/** A line of a recording without its time. */
type Content = RecordedLine extends infer Line ? (Line extends RecordedLine ? Omit<Line, 't'> : never) : never

/**
 * Records frames as they came, also those that cannot be read, with losses and logins between them. Of the frames
 * before a login only events are recorded: no nonce and no login hash. A secret that the server repeats is hidden.
 */
export function createRecorder({ write, credentials: { username, password } }: RecorderParts): Recorder {
  const digest = createHash('sha1').update(`${username}:${password}`).digest('hex')
  let loginHash = ''
  let startedAt: number | undefined
  let newest: object | undefined
  /** The socket that is logged in. */
  let loggedIn: object | undefined
  let isEnded = false

  const put = (content: Content) => {
    if (isEnded) return
    startedAt ??= performance.now()
    write({ t: Math.round(performance.now() - startedAt), ...content })
  }
  const recordText = (socket: object, text: string) => {
    const frame = parseObject(text)
    const isEvent = typeof frame?.['event'] === 'string'
    // a client holds back events that come before its 202
    if (socket !== loggedIn && !(isEvent && socket === newest)) return
    const secrets = isEvent ? [loginHash, digest] : [loginHash, digest, password]
    // the client reads no frame that is nested too deeply: for the recording, too, such a frame is only a text
    if (frame === undefined || isNestedDeeper(frame)) put({ kind: 'text', frame: { text: redactText(text, secrets) } })
    else put({ frame: redactFields(frame, secrets) })
  }
  const record = (socket: object, data: RawData, isBinary: boolean) => {
    try {
      if (!isBinary) recordText(socket, String(data))
      else if (socket === loggedIn) put({ kind: 'binary', frame: { base64: bytesOf(data).toString('base64') } })
    } catch (error) {
      // thrown from here it would end the process
      put({ kind: 'text', frame: { text: `A frame could not be recorded: ${messageOf(error)}` } })
    }
  }
  const recordClose = (socket: object, code = NO_STATUS) => {
    if (socket !== loggedIn) return
    loggedIn = undefined
    put({ kind: 'close', frame: { code } })
  }

  class RecordedSocket extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      super(...given)
      newest = this
      this.on('message', (data, isBinary) => record(this, data, isBinary))
      this.on('close', code => recordClose(this, code))
    }

    override send(...given: unknown[]): void {
      const sent = parseObject(String(given[0]))
      if (sent?.['action'] === 'user.login') loginHash = String(sent['password'])
      Reflect.apply(super.send, this, given)
    }

    /**
     * Closes the socket; `ws` itself calls this, too, with the server's code. Frames that come after the client's call
     * reach nobody.
     */
    override close(code?: number, reason?: string | Buffer): void {
      recordClose(this, code)
      super.close(code, reason)
    }
  }

  return {
    WebSocket: RecordedSocket,
    follow: pbx => {
      const following = pbx.status$.subscribe(status => {
        if (status.state !== 'online' || loggedIn === newest) return
        loggedIn = newest
        put({ kind: 'login', frame: { session: status.session, at: new Date(status.since).toISOString() } })
      })
      following.add(() => {
        isEnded = true
      })
      return following
    },
  }
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
