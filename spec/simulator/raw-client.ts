import { WebSocket } from 'ws'
import { loginHash, passwordDigest } from '../../src/protocol/login-hash.js'
import { within } from '../support/bare-server.js'

/** A WebSocket client without any of the SDK: a spec sees exactly what is on the wire. */
export interface RawClient {
  readonly socket: WebSocket
  /** Every received frame, as text; a binary frame as its bytes. */
  readonly frames: (string | Uint8Array)[]
  send(frame: object | string | Uint8Array): void
  /** Resolves with the next frame that was not taken yet, as JSON. */
  next(): Promise<Record<string, unknown>>
  /** Takes the greeting and logs in; resolves with the response. */
  login(username?: string, password?: string): Promise<Record<string, unknown>>
  /** Resolves with the close code. */
  readonly closed: Promise<number>
  /** Resolves with all frames to the end, those already taken included, as JSON. */
  rest(): Promise<unknown[]>
  /** Resolves when the server answers a ping: every frame that was sent before has then come. */
  ping(): Promise<void>
}

const open = new Set<WebSocket>()
/** ms after which a wait is given up, with a sentence in place of a hanging spec. */
const PATIENCE = 30_000

/** Tears every open connection; for `afterEach`. */
export function tearAll(): void {
  for (const socket of open) socket.terminate()
  open.clear()
}

/** Rejects when the connection cannot be made. */
export async function rawClient(url: string): Promise<RawClient> {
  const socket = new WebSocket(url)
  open.add(socket)
  const frames: (string | Uint8Array)[] = []
  let taken = 0
  let wake = () => {}
  socket.on('message', (data, binary) => {
    frames.push(binary ? new Uint8Array(data as Buffer) : String(data))
    wake()
  })
  const closed = new Promise<number>(resolve =>
    socket.on('close', code => {
      resolve(code)
      wake()
    }),
  )
  await within(
    PATIENCE,
    'the connection',
    new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.on('error', reject)
    }),
  )
  const client: RawClient = {
    socket,
    frames,
    send: frame =>
      socket.send(typeof frame === 'string' || frame instanceof Uint8Array ? frame : JSON.stringify(frame)),
    next: () =>
      within(
        PATIENCE,
        'the next frame',
        (async () => {
          while (taken >= frames.length) {
            if (socket.readyState === WebSocket.CLOSED)
              throw new Error('the connection ended instead of the next frame')
            await new Promise<void>(resolve => {
              wake = resolve
            })
          }
          taken += 1
          return JSON.parse(String(frames[taken - 1]))
        })(),
      ),
    async login(username = 'viptel', password = 'secret') {
      const { nonce } = await client.next()
      client.send({
        action: 'user.login',
        username,
        password: loginHash(passwordDigest(username, password), String(nonce)),
      })
      return client.next()
    },
    // the patience begins with the question
    get closed() {
      return within(PATIENCE, 'the close', closed)
    },
    async rest() {
      await client.closed
      return frames.map(frame => JSON.parse(String(frame)))
    },
    ping: () => {
      const pong = new Promise<void>(resolve => socket.once('pong', () => resolve()))
      socket.ping()
      return within(PATIENCE, 'the pong', pong)
    },
  }
  return client
}
