// A PBX in a process of its own that accepts any login and then floods frames, so that the client is what is measured.
import { WebSocketServer } from 'ws'

const [frames = '200000'] = process.argv.slice(2)
const total = Number(frames)
const CHUNK = 400

const call = id => ({ unique_id: `1795418999.${id}` })
const person = { caller: '0910000001', caller_name: 'Jan Novak', callee: '12', callee_name: 'Peter' }
const kinds = [
  id => ({
    event: 'call.begin',
    ...person,
    called_number: '0220282028',
    ...call(id),
    from_queue_unique_id: '1795418990.1',
  }),
  id => ({ event: 'call.pickup', ...call(id) }),
  id => ({ event: 'call.end', ...call(id), status: 'answer' }),
  id => ({ event: 'call.create_response', ...call(id), call_random_id: `b7d2f1${id}` }),
  () => ({ event: 'queue.add', queue: 601, member: '12', member_name: 'Peter' }),
  () => ({ event: 'queue.remove', queue: 601, member: '12', member_name: 'Peter' }),
  () => ({ event: 'queue.pause', queue: 601, member: '12' }),
  () => ({ event: 'queue.unpause', queue: 601, member: '12' }),
  id => ({
    event: 'queue.join',
    queue: 601,
    caller: '0910000001',
    caller_name: '0910000001',
    ...call(id),
    position: 1,
  }),
  id => ({ event: 'queue.left', queue: 601, ...call(id), holdtime: 12 }),
]

/** A server's text frame, framed once so that sending costs this process next to nothing. */
function framed(value) {
  const body = Buffer.from(JSON.stringify(value))
  const head =
    body.length < 126 ? Buffer.from([0x81, body.length]) : Buffer.from([0x81, 126, body.length >> 8, body.length & 255])
  return Buffer.concat([head, body])
}

const chunk = Buffer.concat(Array.from({ length: CHUNK }, (_, index) => framed(kinds[index % kinds.length](index))))
const last = framed({ event: 'call.end', unique_id: 'last', status: 'answer' })

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
server.on('listening', () => process.send?.(server.address().port))
server.on('connection', (socket, request) => {
  const tcp = request.socket
  socket.send(JSON.stringify({ code: 100, message: 'Send your username and password hash', nonce: 'abc' }))
  socket.on('message', async text => {
    if (JSON.parse(String(text)).action === 'user.logout') return socket.close()
    socket.send(JSON.stringify({ code: 202, message: 'Login successfull' }))
    for (let sent = 0; sent < total; sent += CHUNK) {
      if (!tcp.write(chunk)) await new Promise(resolve => tcp.once('drain', resolve))
    }
    tcp.write(last)
  })
})
