import { once } from 'node:events'
import { WebSocketServer } from 'ws'

/**
 * A PBX that takes any login, and answers each `call.create` with its id and its end.
 *
 * @param lot the calls that are answered together, as soon as so many have come
 */
export async function startAnsweringPbx(lot = 1) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const waiting = []
  let created = 0
  server.on('connection', socket => {
    socket.send(JSON.stringify({ code: 100, message: 'Send your username and password hash', nonce: 'abc' }))
    const answer = call_random_id => {
      created += 1
      const unique_id = `1795418999.${created}`
      socket.send(JSON.stringify({ event: 'call.create_response', unique_id, call_random_id }))
      socket.send(JSON.stringify({ event: 'call.end', unique_id, status: 'answer' }))
    }
    socket.on('message', text => {
      const { action, call_random_id } = JSON.parse(String(text))
      if (action === 'user.logout') return socket.close()
      if (action === 'user.login') return socket.send(JSON.stringify({ code: 202, message: 'Login successfull' }))
      waiting.push(call_random_id)
      if (waiting.length < lot) return undefined
      for (const id of waiting.splice(0)) answer(id)
    })
  })
  return { url: `ws://127.0.0.1:${server.address().port}` }
}
