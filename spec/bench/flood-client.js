// One client of the flood in a process of its own: prints the CPU it spent per frame, in microseconds.
import { filter } from 'rxjs'
import { webSocket } from 'rxjs/webSocket'
import { createPbxClient } from 'viptel-pbx'
import WebSocket from 'ws'

const [mode = '', url = '', listeners, frames] = process.argv.slice(2)

const NAMES = [
  'call.begin',
  'call.pickup',
  'call.end',
  'call.create_response',
  'queue.add',
  'queue.remove',
  'queue.pause',
  'queue.unpause',
  'queue.join',
  'queue.left',
]
const LOGIN = { action: 'user.login', username: 'viptel', password: 'x' }

let seen = 0
let last = 0
let begun
/** Counts an event. Every client calls this for each of its subscribers. */
const listener = event => {
  begun ??= process.cpuUsage()
  seen += 1
  if (event.unique_id === 'last') last += 1
  if (last === Number(listeners)) done()
}
function done() {
  const { user, system } = process.cpuUsage(begun)
  const expected = (Number(frames) + 1) * Number(listeners)
  if (seen < expected) throw new Error(`saw ${seen} of ${expected}`)
  process.stdout.write(`${(user + system) / Number(frames)}\n`, () => process.exit(0))
}
const each = subscribe => {
  for (const name of NAMES) for (let index = 0; index < Number(listeners); index += 1) subscribe(name)
}

const clients = {
  sdk() {
    const pbx = createPbxClient({ url, credentials: { username: 'viptel', password: 'heslo' } })
    each(name => pbx.on(name).subscribe(listener))
  },
  hand() {
    const socket = new WebSocket(url)
    const call = () => {
      const listening = Array.from({ length: Number(listeners) }, () => listener)
      return event => {
        for (const listen of listening) listen(event)
      }
    }
    const [begin, pickup, end, created, add, remove, pause, unpause, join, left] = [
      call(),
      call(),
      call(),
      call(),
      call(),
      call(),
      call(),
      call(),
      call(),
      call(),
    ]
    socket.on('message', data => {
      const frame = JSON.parse(String(data))
      if (frame.nonce !== undefined) socket.send(JSON.stringify(LOGIN))
      switch (frame.event) {
        case 'call.begin':
          return begin(frame)
        case 'call.pickup':
          return pickup(frame)
        case 'call.end':
          return end(frame)
        case 'call.create_response':
          return created(frame)
        case 'queue.add':
          return add(frame)
        case 'queue.remove':
          return remove(frame)
        case 'queue.pause':
          return pause(frame)
        case 'queue.unpause':
          return unpause(frame)
        case 'queue.join':
          return join(frame)
        case 'queue.left':
          return left(frame)
        default:
          return undefined
      }
    })
  },
  rxjs() {
    const frames$ = webSocket({ url, WebSocketCtor: WebSocket })
    frames$.pipe(filter(frame => frame.nonce !== undefined)).subscribe(() => frames$.next(LOGIN))
    each(name => frames$.pipe(filter(frame => frame.event === name)).subscribe(listener))
  },
}
const client = Object.entries(clients).find(([name]) => name === mode)?.[1]
if (client === undefined) throw new Error(`no client called ${mode}`)
client()
