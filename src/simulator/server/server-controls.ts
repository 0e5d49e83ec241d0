import { NORMAL } from '../../shared/close-codes.js'
import { InvalidOptionsError } from '../../shared/invalid-options-error.js'
import { type CloseFrame, resolveCloseFrame } from './close-frame.js'
import type { Connections } from './connections.js'
import { type Faults, resolveFaults } from './faults.js'
import { LOGIN_FAILURES, type RefusalMode } from './login-failure.js'
import { toMessage } from './message.js'
import type { PbxLink } from './pbx-link.js'
import { type AnswerMeaning, responseFor } from './response-table.js'
import type { RestartOptions, ServerLifecycle } from './server-lifecycle.js'

/** The controls by which a server fails on demand. */
export interface ServerControls {
  /**
   * Sends a response of the document to all logged-in clients, and gives their number. Nothing closes or restarts by
   * it.
   */
  announce(meaning: AnswerMeaning): number

  /**
   * Makes logins fail in this way from now on; `undefined` ends it. Logged-in clients stay. Throws
   * `InvalidOptionsError`.
   */
  refuseLogins(mode: RefusalMode | undefined): void
  /**
   * Ends all connections, stays away for `downFor`, and listens at the same port again; resolves then. Clients have a
   * second to end in good order. A frozen simulator restarts without notice and thawed. Restarts follow one another.
   * Rejects with `SimulatorClosedError`, with `ListenError` when the port was taken meanwhile, or with
   * `InvalidOptionsError`.
   */
  restart(options?: RestartOptions): Promise<void>
  /** Tears all connections, without a close frame. New connections are accepted at once. */
  drop(): void
  /**
   * Closes all connections with a close frame and without a 110. `code` @default 1000, `reason` @default ''. Throws
   * `InvalidOptionsError` for a frame that cannot be sent.
   */
  closeClients(frame?: CloseFrame): void
  /**
   * Keeps the connections half-open: reads nothing, answers no ping and sends nothing. New connections get no answer.
   */
  freeze(): void
  /** Ends `freeze`: sends everything that was held back, in order, then reads the frames of the clients. */
  thaw(): void

  /**
   * Loses the PBX behind the server, which tries to find it again: logged-in clients get 504 once, their actions get
   * 504, and the events of the PBX are lost meanwhile. Frames of `send` and `play` still go out.
   */
  losePbx(): void
  /**
   * Gives up on the PBX: logged-in clients get 503 'Unable to connect to PBX', and so do later logins right after
   * their 202, and actions. With `close` the clients also get 110 and are closed. `close` @default false
   */
  giveUpPbx(how?: { close?: boolean | undefined }): void
  /** Ends `losePbx` and `giveUpPbx`. No client gets anything: the document has no response for it. */
  findPbx(): void
  /**
   * Sends all clients 500 'An unexpected error has occurred, closing connection' and 110, and closes. New connections
   * are accepted at once.
   */
  fail(): void

  /**
   * Makes frames go wrong in this way from now on, for present and later clients; `undefined` ends it. Everything that
   * earlier faults still hold back goes out at once. Throws `InvalidOptionsError`.
   */
  setFaults(faults: Faults | undefined): void
}

export interface ServerControlsParts {
  connections: Connections
  lifecycle: ServerLifecycle
  link: PbxLink
  setLoginFailure: (mode: RefusalMode | undefined) => void
}

export function createServerControls({
  connections,
  lifecycle,
  link,
  setLoginFailure,
}: ServerControlsParts): ServerControls {
  const announce = (meaning: AnswerMeaning) => connections.send(toMessage(responseFor(meaning)))
  return {
    announce,
    refuseLogins: mode => {
      if (mode !== undefined && !LOGIN_FAILURES.includes(mode))
        throw new InvalidOptionsError(
          `'${String(mode)}' is no way to refuse logins; the ways are ${LOGIN_FAILURES.join(', ')}.`,
        )
      setLoginFailure(mode)
    },
    restart: lifecycle.restart,
    drop: lifecycle.tear,
    closeClients: frame => {
      const { code, reason } = resolveCloseFrame(frame)
      connections.close(code, reason)
    },
    freeze: () => connections.freeze(),
    thaw: () => connections.thaw(),
    losePbx: () => {
      if (link.lose()) announce('pbx-retrying')
    },
    giveUpPbx: ({ close = false } = {}) => {
      const hasChanged = link.giveUp(close)
      if (close) connections.closeSessions('pbx-unreachable', { code: NORMAL, onlineOnly: true })
      else if (hasChanged) announce('pbx-unreachable')
    },
    findPbx: () => link.find(),
    fail: () => connections.closeSessions('server-error', { code: NORMAL }),
    setFaults: faults => connections.setFaults(faults === undefined ? undefined : resolveFaults(faults)),
  }
}
