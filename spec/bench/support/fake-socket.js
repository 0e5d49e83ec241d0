// A WebSocket class without a network: logs any client in, and hands over the frames that a benchmark feeds. Both sides
// of a comparison use the same class, so that its cost is the same for both, and next to nothing.
import { setImmediate as turn } from 'node:timers/promises'
import { createPbxClient } from 'viptel-pbx'

/** Frames between two turns of the event loop, as a busy socket would hand them over. */
const BURST = 200

export class FakeSocket {
  /** The socket that was made last. */
  static latest
  readyState = 0
  binaryType = 'blob'
  onopen = undefined
  onmessage = undefined
  onerror = undefined
  onclose = undefined
  #closeListeners = []

  constructor() {
    FakeSocket.latest = this
    queueMicrotask(() => {
      this.readyState = 1
      this.onopen?.({ type: 'open' })
      this.feed('{"code":100,"message":"Send your username and password hash","nonce":"abc"}')
    })
  }

  addEventListener(name, listener) {
    if (name === 'close') this.#closeListeners.push(listener)
  }

  removeEventListener() {}

  send(text) {
    const { action } = JSON.parse(text)
    if (action === 'user.login') this.feed('{"code":202,"message":"Login successfull"}')
    if (action === 'user.logout') {
      this.feed('{"code":110,"message":"Bye"}')
      this.close()
    }
  }

  /** Hands over one text frame. */
  feed(text) {
    this.onmessage({ type: 'message', data: text })
  }

  close() {
    if (this.readyState === 3) return
    this.readyState = 3
    const end = { type: 'close', code: 1000, reason: '', wasClean: true }
    this.onclose?.(end)
    for (const listener of this.#closeListeners) listener(end)
  }
}

/** A client that is online over a fake socket, and that socket. */
export async function connectClient() {
  const client = createPbxClient({
    url: 'ws://127.0.0.1:1',
    credentials: { username: 'viptel', password: 'heslo' },
    WebSocket: FakeSocket,
  })
  client.connect()
  await client.online()
  return { client, socket: FakeSocket.latest }
}

/** Feeds frames in bursts. */
export async function feedAll(socket, texts) {
  let left = BURST
  for (const text of texts) {
    socket.feed(text)
    left -= 1
    if (left > 0) continue
    left = BURST
    await turn()
  }
}
