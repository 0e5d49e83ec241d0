import { once } from 'node:events'
import type { Page } from 'playwright-core'
import { BUILT } from '../../demo/show/building.js'
import { freePort } from '../../demo/show/port.js'
import { snapshotOf } from '../../demo/show/snapshot.js'
import { createSigner } from '../../demo/signer/server.js'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/index.js'

/** The wallboard's server over a simulated PBX. */
export interface Wall {
  readonly simulator: Simulator
  readonly origin: string
  /** Whether the server has a snapshot. */
  hasSnapshot: boolean
  /** Opens the page as somebody who is logged in to the dashboard. */
  enter(page: Page, search?: string): Promise<void>
  close(): Promise<void>
}

const account = { username: 'viptel', password: 'secret' }

export async function raiseWall({ extra, ...options }: SimulatorOptions & { extra?: object } = {}): Promise<Wall> {
  const { speed = 1 } = options
  const epoch = Date.now()
  const simulator = await startSimulator({ users: [account], ...options })
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const wall = { hasSnapshot: true }
  const { server, issueEntryToken } = createSigner({
    account,
    pbx: simulator.url,
    users: new Map([['lead', 'wallboard']]),
    origin,
    folder: BUILT,
    extra: { ...(speed !== 1 && { simulated: { speed, epoch } }), extension: '12', number: '13', ...extra },
    snapshot: () => {
      if (!wall.hasSnapshot) throw new Error('not now')
      return snapshotOf(simulator.exchange, speed)
    },
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(wall, {
    simulator,
    origin,
    enter: async (page: Page, search = '') => {
      await page.goto(`${origin}/enter?token=${issueEntryToken('lead')}`)
      if (search !== '') await page.goto(`${origin}/${search}`)
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await simulator.close()
    },
  })
}
