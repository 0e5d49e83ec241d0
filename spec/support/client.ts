import type { ConnectionStatus } from '../../src/client/connection/connection-state.js'
import { createPbxClient } from '../../src/client/create-client.js'
import type { PbxClient, PbxOptions } from '../../src/index.js'
import { within } from './bare-server.js'

/** A reconnect policy without noticeable waits and without chance. */
export const EAGER = { initialDelay: 1, maxDelay: 5, factor: 1, jitter: 0 }

export interface WatchedClient {
  readonly pbx: PbxClient
  /** Statuses so far, oldest first. */
  readonly statuses: ConnectionStatus[]
  /** Resolves with the first status that matches, past or to come. */
  status<S extends ConnectionStatus['state']>(
    state: S,
    fits?: (status: Extract<ConnectionStatus, { state: S }>) => boolean,
  ): Promise<Extract<ConnectionStatus, { state: S }>>
}

/** Makes a client whose statuses are remembered. Close it in `afterEach`. */
export function watchedClient(options: Partial<PbxOptions>): WatchedClient {
  const pbx = createPbxClient({
    credentials: { username: 'viptel', password: 'heslo' },
    reconnect: EAGER,
    linger: 0,
    ...options,
  })
  const statuses: ConnectionStatus[] = []
  pbx.status$.subscribe(status => statuses.push(status))
  return {
    pbx,
    statuses,
    status: (state, fits = () => true) => {
      type Wanted = Extract<ConnectionStatus, { state: typeof state }>
      const found = new Promise<Wanted>((resolve, reject) => {
        const test = (status: ConnectionStatus) => {
          if (status.state === state && fits(status as Wanted)) resolve(status as Wanted)
        }
        statuses.forEach(test)
        pbx.status$.subscribe({
          next: test,
          complete: () => reject(new Error(`closed before the status was ${state}`)),
        })
      })
      return within(30_000, `status '${state}'`, found)
    },
  }
}
