import { isObject } from '../../shared/is-object.js'
import type { ClosedClient, DealtAction, SimulatedClient, TrafficLog, WireFrame } from './traffic-log.js'

/**
 * Waits on the traffic. Each looks at everything since the start, so that none can come too late. Each rejects with
 * `SimulatorClosedError` when the simulator closes first.
 */
export interface TrafficWaits {
  /** Resolves when the n-th connection since the start was made, with the client of that moment. `n` @default 1 */
  waitForClient(n?: number): Promise<SimulatedClient>
  /** Resolves when the n-th login since the start, of any user, succeeded. `n` @default 1 */
  waitForLogin(n?: number): Promise<SimulatedClient>
  /**
   * Resolves with the n-th of the `received` frames, past or to come, that is the action of this name or satisfies the
   * predicate. Rejects with the error that the predicate throws. `n` @default 1
   */
  waitForFrame(match: string | ((frame: WireFrame) => boolean), n?: number): Promise<WireFrame>
  /**
   * Resolves when the n-th action of this name, or of any name, was processed: the immediate effects at the exchange
   * are there, and the answer was sent unless a fault has lost or delayed it. Login and logout are actions, too. `n`
   * @default 1
   */
  waitForAction(name?: string, n?: number): Promise<DealtAction>
  /** Resolves when the n-th connection since the start has ended. `n` @default 1 */
  waitForClose(n?: number): Promise<ClosedClient>
}

export function createTrafficWaits(log: TrafficLog): TrafficWaits {
  const isAction = (name: string) => (received: WireFrame) =>
    isObject(received.frame) && received.frame['action'] === name
  return {
    waitForClient: (n = 1) => log.connected.nth(n),
    waitForLogin: (n = 1) => log.loggedIn.nth(n),
    waitForFrame: (match, n = 1) => log.received.nth(n, typeof match === 'string' ? isAction(match) : match),
    waitForAction: (name, n = 1) => log.actions.nth(n, ({ action }) => name === undefined || action === name),
    waitForClose: (n = 1) => log.closed.nth(n),
  }
}
