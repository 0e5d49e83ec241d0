import { SimulatorClosedError } from '../errors.js'
import { createLedger, type Ledger } from './event-log.js'

/** A connection to the simulator, as it was when asked. */
export interface SimulatedClient {
  /** Counts connections from 1 over the simulator's life. */
  readonly id: number
  /** Of the login; absent before it. */
  readonly username?: string
  /** Between 202 and the logout, or the server's 110. */
  readonly loggedIn: boolean
}

/** One frame, as it was on the wire. */
export interface WireFrame {
  /** The client that sent it, or that it was sent to. */
  readonly client: number
  /** ms since the epoch. */
  readonly at: number
  /** The text; for a binary frame its bytes, read as UTF-8. */
  readonly raw: string
  /** What the text says as JSON; undefined for what is not JSON and for a binary frame. */
  readonly frame: unknown
  readonly binary: boolean
}

/** A connection that has ended. */
export interface ClosedClient {
  readonly id: number
  /** Of the login; absent if there was none. */
  readonly username?: string
  /** WebSocket close code, the one the client answered with; 1005 for a close without a code, 1006 when it was torn. */
  readonly code: number
  readonly reason: string
}

/** An action that the simulator has dealt with. */
export interface DealtAction {
  readonly client: number
  readonly action: string
  readonly frame: Readonly<Record<string, unknown>>
  /** The response, even one that a fault lost or delayed; absent where the document has none. */
  readonly answer?: object
}

/** All that the simulator remembers, and the waits on it. */
export interface Journal {
  readonly received: Ledger<WireFrame>
  readonly sent: Ledger<WireFrame>
  readonly connected: Ledger<SimulatedClient>
  readonly loggedIn: Ledger<SimulatedClient>
  readonly closed: Ledger<ClosedClient>
  readonly actions: Ledger<DealtAction>
  /** Rejects what still waits. */
  close(): void
}

export function createJournal(): Journal {
  const ledgers = {
    received: createLedger<WireFrame>(),
    sent: createLedger<WireFrame>(),
    connected: createLedger<SimulatedClient>(),
    loggedIn: createLedger<SimulatedClient>(),
    closed: createLedger<ClosedClient>(),
    actions: createLedger<DealtAction>(),
  }
  return {
    ...ledgers,
    close: () => {
      for (const ledger of Object.values(ledgers))
        ledger.close(new SimulatorClosedError('The simulator was closed before what was waited for had happened.'))
    },
  }
}
