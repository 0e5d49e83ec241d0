// @ts-check
import { once } from 'node:events'
import { createSigner } from '../signer/server.js'
import { BUILT } from './building.js'
import { CUSTOMER, openCallCentre, YOU } from './call-centre.js'
import { snapshotOf } from './snapshot.js'

/** The user of the demo. */
const VIEWER = { name: 'lead', password: 'wallboard' }

/**
 * A simulated PBX, and in front of it the signer that serves the wallboard.
 *
 * @param {{ port: number, speed: number }} options
 */
export async function openStage({ port, speed }) {
  const account = { username: 'viptel', password: 'secret' }
  const epoch = Date.now()
  const simulator = await openCallCentre({ account, speed })
  const { server, issueEntryToken } = createSigner({
    account,
    pbx: simulator.url,
    users: new Map([[VIEWER.name, VIEWER.password]]),
    origin: `http://127.0.0.1:${port}`,
    folder: BUILT,
    extra: { simulated: { speed, epoch }, extension: YOU, number: CUSTOMER },
    snapshot: () => snapshotOf(simulator.exchange, speed),
  })
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch (error) {
    // for instance a port that another program has
    await simulator.close()
    throw error
  }
  const address = `http://127.0.0.1:${port}`
  return {
    simulator,
    viewer: VIEWER,
    address,
    /** An address that logs the viewer in, once. */
    entrance: `${address}/enter?token=${issueEntryToken(VIEWER.name)}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await simulator.close()
    },
  }
}
