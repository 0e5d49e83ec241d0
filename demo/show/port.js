// @ts-check
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A free port. The signer checks the origin, so its port must be known before it listens.
 *
 * @returns {Promise<number>}
 */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  await new Promise(resolve => probe.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
