// One client of the flood. Prints the CPU time of a frame: of the cold frames, and of the warm ones that come after
// them.
import { filter } from 'rxjs'
import { webSocket } from 'rxjs/webSocket'
import { createPbxClient, trackCalls, trackQueues } from 'viptel-pbx'
import WebSocket from 'ws'
import { createFrameMeter } from '../support/frame-meter.js'
import { NAMES } from '../support/traffic.js'

const [mode = '', url = '', ...numbers] = process.argv.slice(2)
const [listeners, cold, warm] = numbers.map(Number)
const LOGIN = { action: 'user.login', username: 'viptel', password: 'x' }

const meter = createFrameMeter({ listeners, cold, warm })
const { listener, mark } = meter
const each = subscribe => {
  for (const name of NAMES) for (let index = 0; index < listeners; index += 1) subscribe(name)
}

function connectSdk() {
  return createPbxClient({ url, credentials: { username: 'viptel', password: 'heslo' } })
}

/** A client of which nobody hears an event, but for its trackers. */
function unheard(...tracks) {
  const pbx = connectSdk()
  for (const track of tracks) track(pbx, { keepEnded: 1 })
  pbx.on('bench.mark').subscribe(mark)
}

function byHand() {
  const socket = new WebSocket(url)
  const call = () => {
    const listening = Array.from({ length: listeners }, () => listener)
    return event => {
      for (const listen of listening) listen(event)
    }
  }
  const [begin, pickup, end, created, add, remove, pause, unpause, join, left] = NAMES.map(call)
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
      case 'bench.mark':
        return listeners === 0 ? mark() : undefined
      default:
        return undefined
    }
  })
}

function byRxjs() {
  const frames$ = webSocket({ url, WebSocketCtor: WebSocket })
  frames$.pipe(filter(frame => frame.nonce !== undefined)).subscribe(() => frames$.next(LOGIN))
  each(name => frames$.pipe(filter(frame => frame.event === name)).subscribe(listener))
}

function bySdk() {
  const pbx = connectSdk()
  each(name => pbx.on(name).subscribe(listener))
}

switch (mode) {
  case 'sdk':
    bySdk()
    break
  case 'hand':
    byHand()
    break
  case 'rxjs':
    byRxjs()
    break
  case 'unheard':
    unheard()
    break
  case 'unheard-calls':
    unheard(trackCalls)
    break
  case 'unheard-both':
    unheard(trackCalls, trackQueues)
    break
  default:
    throw new Error(`no client called ${mode}`)
}
