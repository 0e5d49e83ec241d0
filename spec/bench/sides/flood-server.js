// A PBX in a process of its own that accepts any login and then floods frames, so that the client is what is measured.
// An unknown event, `bench.mark`, comes before the cold frames, after them, and after the warm ones.
import { WebSocketServer } from 'ws'
import { announce, CHUNK, chunksOf, framed, writeAll } from '../support/flooding.js'
import { callTraffic, mixedEvent } from '../support/traffic.js'

const [traffic = '', cold = '', warm = ''] = process.argv.slice(2)
const mark = framed({ event: 'bench.mark' })

/** Chunks of so many frames. Those of calls differ, those of the mixed events are one and the same. */
const calls = callTraffic(100)
const [mixed] = chunksOf(CHUNK, mixedEvent)
const prepare = total =>
  traffic === 'calls'
    ? [...chunksOf(total, () => calls.next().value)]
    : Array.from({ length: Math.ceil(total / CHUNK) }, () => mixed)
const flood = [mark, ...prepare(Number(cold)), mark, ...prepare(Number(warm)), mark]

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
announce(server)
server.on('connection', (socket, request) => {
  socket.send(JSON.stringify({ code: 100, message: 'Send your username and password hash', nonce: 'abc' }))
  socket.on('message', text => {
    if (JSON.parse(String(text)).action === 'user.logout') return socket.close()
    socket.send(JSON.stringify({ code: 202, message: 'Login successfull' }))
    return writeAll(request.socket, flood)
  })
})
