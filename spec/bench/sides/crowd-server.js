// A PBX in a process of its own for many clients. Accepts any login. When its parent sends a number, every client gets
// so many events.
import { WebSocketServer } from 'ws'
import { announce } from '../support/flooding.js'
import { mixedEvent } from '../support/traffic.js'

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
announce(server)
server.on('connection', socket => {
  socket.send(JSON.stringify({ code: 100, message: 'Send your username and password hash', nonce: 'abc' }))
  socket.on('message', text => {
    const { action, events } = JSON.parse(String(text))
    if (action === 'user.login') return socket.send(JSON.stringify({ code: 202, message: 'Login successfull' }))
    if (action === 'user.logout') return socket.close()
    return action === 'bench.broadcast' ? broadcast(events) : undefined
  })
})

function broadcast(events) {
  for (let index = 0; index < events; index += 1) {
    const text = JSON.stringify(mixedEvent(index))
    for (const client of server.clients) client.send(text)
  }
}
