import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'

/** A self-signed certificate for `localhost`, used for nothing else. */
export const CERTIFICATE = 'spec/fixtures/tls/certificate.pem'

/** Puts TLS in front of a server of this machine, like the live service. */
export async function tlsProxy(port: number): Promise<{ url: string; port: number; close: () => Promise<void> }> {
  const sockets = new Set<TLSSocket>()
  const server = createServer(
    { cert: readFileSync(CERTIFICATE), key: readFileSync('spec/fixtures/tls/key.pem') },
    outer => {
      const inner = connect(port, '127.0.0.1')
      sockets.add(outer)
      outer.pipe(inner).pipe(outer)
      for (const [one, other] of [
        [outer, inner],
        [inner, outer],
      ] as const) {
        one.on('error', () => other.destroy())
        one.on('close', () => other.destroy())
      }
    },
  )
  // a client that does not trust the certificate ends the handshake
  server.on('tlsClientError', () => {})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port: own } = server.address() as { port: number }
  return {
    url: `wss://localhost:${own}/`,
    port: own,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
