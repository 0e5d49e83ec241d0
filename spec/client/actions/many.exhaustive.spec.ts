import { afterEach, describe, expect, it } from '@jest/globals'
import { type BareServer, bareServer, within } from '../../support/bare-server.js'
import { watchedClient } from '../../support/client.js'

const CALLS = 10_000

interface Create {
  readonly action: string
  readonly call_random_id: string
}

/** Every place of a list once, none where it was: with a step that has no divisor in common with the length. */
const shuffled = <T>(list: readonly T[]): T[] => list.map((_, index) => list[(index * 7_919 + 1) % list.length] as T)

describe('ten thousand calls at a time in one session', () => {
  let server: BareServer
  let close = async () => {}
  afterEach(async () => {
    await close()
    await server.close()
  })

  it('each get their own answer, in whatever order the answers come', async () => {
    server = await bareServer()
    const { pbx } = watchedClient({ url: server.url, actions: { concurrency: CALLS } })
    close = () => {
      // nobody answers a logout here
      for (const socket of sockets) socket.terminate()
      return pbx.close()
    }
    const online = pbx.online()
    const peer = await server.peer(1)
    const sockets = [peer.socket]
    const arrived = new Promise<Create[]>(resolve => {
      peer.socket.on('message', () => {
        if (peer.received.length === CALLS + 1) resolve(peer.received.slice(1).map(text => JSON.parse(text)))
      })
    })
    await peer.login()
    await online

    const ends: string[] = []
    const ended = new Promise<void>((resolve, reject) => {
      for (let call = 0; call < CALLS; call += 1) {
        const seen: string[] = []
        pbx.createCall({ from: '12', to: `09${call}`, callRandomId: `r${call}` }).subscribe({
          next: ({ phase, uniqueId, callRandomId, status }) =>
            seen.push(`${phase} ${callRandomId} ${uniqueId ?? ''} ${status ?? ''}`),
          error: reject,
          complete: () => {
            ends[call] = seen.join('; ')
            if (Object.keys(ends).length === CALLS) resolve()
          },
        })
      }
    })
    // all of them are open before the first is answered
    const creates = await within(30_000, 'the writing of all calls', arrived)
    expect(creates.map(({ call_random_id }) => call_random_id)).toEqual(
      Array.from({ length: CALLS }, (_, call) => `r${call}`),
    )
    const idOf = ({ call_random_id }: Create) => `1795418999.${call_random_id.slice(1)}`
    for (const create of shuffled(creates)) {
      peer.send({ event: 'call.create_response', unique_id: idOf(create), call_random_id: create.call_random_id })
    }
    for (const create of shuffled(shuffled(creates)))
      peer.send({ event: 'call.end', unique_id: idOf(create), status: 'noanswer' })
    await within(30_000, 'the end of all calls', ended)

    const wrong = ends.filter(
      (seen, call) =>
        seen !== `sent r${call}  ; created r${call} 1795418999.${call} ; ended r${call} 1795418999.${call} noanswer`,
    )
    expect(wrong).toEqual([])
    expect(peer.received.length).toBe(CALLS + 1)
  }, 60_000)
})
