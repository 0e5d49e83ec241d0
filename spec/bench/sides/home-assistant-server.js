// A server that speaks as much of Home Assistant's WebSocket protocol as a client needs to get events: authentication
// that accepts any token, subscriptions to events by type, and events, each as a message of its own (a real server may
// put several into one where the client allows it). The events are those of the other flood, in Home Assistant's
// envelope.
import { WebSocketServer } from 'ws'
import { announce, CHUNK, chunksOf, writeAll } from '../support/flooding.js'
import { mixedEvent, NAMES } from '../support/traffic.js'

const [cold = '', warm = ''] = process.argv.slice(2).map(Number)
const TIME = '2026-01-02T03:04:05.678901+00:00'
const CONTEXT = { id: '01HZX3Q7W8', parent_id: null, user_id: null }

/** The events as a client gets them that has subscribed to each type under an id. */
function floodFor(ids) {
  const envelope = index => {
    const { event: event_type, ...data } = mixedEvent(index)
    const event = { event_type, data, origin: 'LOCAL', time_fired: TIME, context: CONTEXT }
    return { id: ids.get(event_type), type: 'event', event }
  }
  const [chunk] = chunksOf(CHUNK, envelope)
  return Array.from({ length: Math.ceil((cold + warm) / CHUNK) }, () => chunk)
}

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
announce(server)
server.on('connection', (socket, request) => {
  const ids = new Map()
  socket.send(JSON.stringify({ type: 'auth_required', ha_version: '2026.1.0' }))
  const answer = message => {
    const { type, id, event_type } = JSON.parse(message)
    if (type === 'auth') return socket.send(JSON.stringify({ type: 'auth_ok', ha_version: '2026.1.0' }))
    socket.send(JSON.stringify({ id, type: 'result', success: true, result: null }))
    if (type !== 'subscribe_events') return undefined
    ids.set(event_type, id)
    return ids.size === NAMES.length ? writeAll(request.socket, floodFor(ids)) : undefined
  }
  socket.on('message', text => answer(String(text)))
})
