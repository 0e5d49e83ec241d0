import type { AsyncDispose } from '../shared/async-dispose.js'
import type { ExchangeCommands } from './exchange/exchange-api.js'
import type { SimulatedClient, WireFrame } from './logs/traffic-log.js'
import type { TrafficWaits } from './logs/traffic-waits.js'
import type { PlayOptions } from './recordings/playback.js'
import type { Recording } from './recordings/recording.js'
import type { ScenarioName } from './scenarios/index.js'
import type { PlannedFault } from './server/fault-schedule.js'
import type { RunFaultsOptions } from './server/run-faults.js'
import type { ServerControls } from './server/server-controls.js'

/**
 * A PBX's WebSocket server to develop and test against: speaks the whole of the protocol, fails on demand, and sends
 * any frame on demand.
 *
 * Has `Symbol.asyncDispose` where the runtime knows it: `await using sim = await startSimulator()` closes at the end of
 * the block.
 */
export interface Simulator extends ServerControls, TrafficWaits, AsyncDispose {
  /** The address to connect to, such as `ws://127.0.0.1:PORT`; the same over restarts. */
  readonly url: string
  readonly port: number
  /** The connected clients, logged in or not, oldest first. A snapshot. */
  readonly clients: readonly SimulatedClient[]
  /** Frames of the clients, oldest first: the newest 100 000. A snapshot. */
  readonly received: readonly WireFrame[]
  /** Frames to the clients, one entry for each client: the newest 100 000. A snapshot. */
  readonly sent: readonly WireFrame[]

  /**
   * Sends a frame to all logged-in clients, and gives their number: an object as JSON, a string unchanged, bytes as a
   * binary frame. An event goes only to clients whose user gets its kind.
   */
  send(frame: object | string | Uint8Array): number
  /** Sends a frame to one client, logged in or not, whatever its user gets; false when it is not connected. */
  sendTo(client: number, frame: object | string | Uint8Array): boolean
  /**
   * Sends the frames of a recording to all clients that are logged in at that moment, in the recording's order and
   * rhythm. At a lost connection their connections are closed, and the playing goes on when as many are logged in
   * again, or after a minute. Resolves when all frames were sent, and early when the simulator closes. Rejects with the
   * reason of `signal`, with `InvalidOptionsError` or with `InvalidRecordingError`.
   */
  play(recording: Recording, options?: PlayOptions): Promise<void>

  /**
   * Plays something that was seen or reported of the live service: a recording at `speed`, or an incident of sessions.
   * Resolves when it is over. Rejects as `play` does, and with `InvalidOptionsError` for an unknown name.
   */
  playScenario(name: ScenarioName, options?: PlayOptions): Promise<void>
  /** The telephones, and the commands of the people who use them. The events go to all logged-in clients. */
  readonly exchange: ExchangeCommands

  /**
   * Plays a schedule of faults, such as `faultSchedule` makes. Resolves when the last one is over, and early when the
   * simulator closes. After a fault of that kind logins succeed, the PBX is reachable, and no frame goes wrong,
   * whatever was set before. Rejects with the reason of `signal` (a restart that has begun is finished first), with
   * `InvalidOptionsError` or with `ListenError`.
   */
  runFaults(schedule: readonly PlannedFault[], options?: RunFaultsOptions): Promise<void>

  /**
   * Sends 110, closes all connections, and leaves no timer, socket or listener behind. Clients have a second to end
   * in good order. Safe to call twice.
   */
  close(): Promise<void>
}
