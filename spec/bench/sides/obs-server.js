// A server that speaks as much of OBS Studio's WebSocket protocol 5 as a client needs to get events: Hello, Identified,
// Event. No authentication, no requests, no batches; the text protocol only. The events are those of the other flood,
// in OBS's envelope.
import { WebSocketServer } from 'ws'
import { announce, CHUNK, chunksOf, framed, writeAll } from '../support/flooding.js'
import { mixedEvent } from '../support/traffic.js'

const [cold = '', warm = ''] = process.argv.slice(2).map(Number)
/** All kinds of events. */
const INTENT = 1
const envelope = index => {
  const { event, ...eventData } = mixedEvent(index)
  return { op: 5, d: { eventType: event, eventIntent: INTENT, eventData } }
}
const [chunk] = chunksOf(CHUNK, envelope)
const flood = Array.from({ length: Math.ceil((cold + warm) / CHUNK) }, () => chunk)

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
announce(server)
server.on('connection', (socket, request) => {
  socket.send(JSON.stringify({ op: 0, d: { obsWebSocketVersion: '5.5.0', rpcVersion: 1 } }))
  socket.on('message', text => {
    if (JSON.parse(String(text)).op !== 1) return undefined
    request.socket.write(framed({ op: 2, d: { negotiatedRpcVersion: 1 } }))
    return writeAll(request.socket, flood)
  })
})
