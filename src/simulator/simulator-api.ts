import type { AsyncDispose } from '../shared/async-dispose.js'
import type { ExchangeCommands } from './exchange/exchange.js'
import type { ClosedClient, DealtAction, SimulatedClient, WireFrame } from './logs/traffic-log.js'
import type { PlayOptions } from './recordings/playback.js'
import type { Recording } from './recordings/recording.js'
import type { ScenarioName } from './scenarios/index.js'
import type { CloseFrame } from './server/close-frame.js'
import type { PlannedFault } from './server/fault-schedule.js'
import type { Faults } from './server/faults.js'
import type { RefusalMode } from './server/login-failure.js'
import type { AnswerMeaning } from './server/response-table.js'
import type { RunFaultsOptions } from './server/run-faults.js'

/** How the simulated server restarts. */
export interface RestartOptions {
  /** Tell every client 503 and 110 and close in good order; without it the connections are torn, as when a process dies. @default true */
  notice?: boolean | undefined
  /** ms for which the port at least refuses connections. @default 0 */
  downFor?: number | undefined
}

/**
 * A PBX's WebSocket server to develop and test against: it speaks the whole of the protocol, fails as it is told to, and sends what it is told to.
 *
 * Has `Symbol.asyncDispose` where the runtime knows it: `await using sim = await startSimulator()` closes at the end of the block.
 */
export interface Simulator extends AsyncDispose {
  /** Where to connect to, such as `ws://127.0.0.1:PORT`; the same over restarts. */
  readonly url: string
  readonly port: number
  /** Those connected now, logged in or not, oldest first. A snapshot. */
  readonly clients: readonly SimulatedClient[]
  /** What came from the clients, oldest first: the newest 100 000 frames. A snapshot. */
  readonly received: readonly WireFrame[]
  /** What was sent to the clients, one entry for each of them: the newest 100 000. A snapshot. */
  readonly sent: readonly WireFrame[]

  /**
   * Sends to all that are logged in, and gives their number: an object as JSON, a string as it is, bytes as a binary frame. An event goes only to those
   * whose user may see its kind.
   */
  send(frame: object | string | Uint8Array): number
  /** As `send`, to one client, logged in or not, whatever its user may see; false when it is not connected. */
  sendTo(client: number, frame: object | string | Uint8Array): boolean
  /** Sends a response of the document to all that are logged in, and gives their number. It only talks: nothing closes or restarts by it. */
  announce(meaning: AnswerMeaning): number
  /**
   * Sends the frames of a recording to all that are logged in at that moment, in the recording's order and rhythm. Where it tells of a lost connection it
   * closes theirs, and goes on when as many are logged in again, or after a minute. Resolves when all were sent, and early when the simulator closes. Rejects with the reason of `signal`, with `InvalidOptionsError` or with `InvalidRecordingError`.
   */
  play(recording: Recording, options?: PlayOptions): Promise<void>

  /**
   * Plays something that has been seen or told of the live service: a recording at `speed`, or what happens to sessions. Resolves when it is over.
   * Throws as `play` does, and `InvalidOptionsError` for a name that there is not.
   */
  playScenario(name: ScenarioName, options?: PlayOptions): Promise<void>
  /** The telephones: what people do at them. What the exchange has to tell of it goes to all that are logged in. */
  readonly exchange: ExchangeCommands

  /** From now on logins end in this way, until it is told another or `undefined`. Who is logged in stays so. */
  refuseLogins(mode: RefusalMode | undefined): void
  /**
   * Ends all connections, is away, and listens at the same port again; resolves then. Clients have a second to end in good order. A frozen simulator
   * restarts without notice and thawed. One restart follows another. Rejects with `SimulatorClosedError`, with `ListenError` when the port was taken meanwhile, or with `InvalidOptionsError`.
   */
  restart(options?: RestartOptions): Promise<void>
  /** Tears all connections, without a close frame. New ones are welcome at once. */
  drop(): void
  /** Closes all connections with a close frame and without a 110. `code` @default 1000, `reason` @default ''. Throws `InvalidOptionsError` for a frame that cannot be sent. */
  closeClients(frame?: CloseFrame): void
  /** Half-open: keeps the connections, but reads nothing, answers no ping and sends nothing; whoever connects gets no answer. */
  freeze(): void
  /** Ends `freeze`. What was to be sent meanwhile goes out, in order; then what the clients sent is read. */
  thaw(): void

  /**
   * The server loses the PBX behind it and tries to find it again: those logged in are told 504 once, their actions get 504, and what happens on the
   * PBX meanwhile is never heard of. Frames of `send` and `play` still go out.
   */
  losePbx(): void
  /**
   * The server gives up on the PBX: those logged in are told 503 'Unable to connect to PBX', as is whoever logs in, right after the 202; their actions
   * get it too. With `close` they are also told 110 and closed. `close` @default false
   */
  giveUpPbx(how?: { close?: boolean | undefined }): void
  /** Ends `losePbx` and `giveUpPbx`. Nobody is told: the document has no response for it. */
  findPbx(): void
  /** Tells all clients 500 'An unexpected error has occurred, closing connection' and 110, and closes. New ones are welcome at once. */
  fail(): void

  /**
   * From now on frames go wrong in this way, for those connected and those to come, until it is told otherwise. What earlier faults still hold back goes
   * out at once. Throws `InvalidOptionsError`.
   */
  setFaults(faults: Faults | undefined): void
  /**
   * Plays a schedule of troubles, such as `faultSchedule` makes. Resolves when the last one is over, and early when the simulator closes. After a trouble
   * of that kind logins are welcome, the PBX is reachable, and no frame goes wrong, whatever was set before. Rejects with the reason of `signal` (a restart
   * that has begun is finished first), with `InvalidOptionsError` or with `ListenError`.
   */
  runFaults(schedule: readonly PlannedFault[], options?: RunFaultsOptions): Promise<void>

  // The waits look at all that happened since the start, so none can come too late. They reject with SimulatorClosedError when the simulator closes first.

  /** Resolves when the n-th connection since the start was made, with the client as it was then. `n` @default 1 */
  waitForClient(n?: number): Promise<SimulatedClient>
  /** Resolves when the n-th login since the start succeeded, whoever's. `n` @default 1 */
  waitForLogin(n?: number): Promise<SimulatedClient>
  /**
   * Resolves with the n-th of the `received` frames, past or to come, that is the action of this name or fits the predicate. Rejects with what the
   * predicate throws. `n` @default 1
   */
  waitForFrame(match: string | ((frame: WireFrame) => boolean), n?: number): Promise<WireFrame>
  /**
   * Resolves when the n-th action of this name, or of any name, has been dealt with: what the exchange does at once is done, and its answer was sent
   * unless a fault has lost or delayed it. Login and logout are actions, too. `n` @default 1
   */
  waitForAction(name?: string, n?: number): Promise<DealtAction>
  /** Resolves when the n-th connection since the start has ended. `n` @default 1 */
  waitForClose(n?: number): Promise<ClosedClient>

  /** Says 110, closes all connections, and leaves no timer, socket or listener behind. Clients have a second to end in good order. Safe to call twice. */
  close(): Promise<void>
}
