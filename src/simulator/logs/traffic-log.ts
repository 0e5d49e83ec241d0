import { SimulatorClosedError } from '../errors.js'
import { createEventLog, type EventLog } from './event-log.js'

/** A connection to the simulator, at the moment of the question. */
export interface SimulatedClient {
  /** Counts connections from 1 over the simulator's life. */
  readonly id: number
  /** Name of the login; absent before it. */
  readonly username?: string
  /** True between 202 and the logout, or the server's 110. */
  readonly loggedIn: boolean
}

/** One frame, exactly as sent. */
export interface WireFrame {
  /** The client that sent the frame, or got it. */
  readonly client: number
  /** ms since the epoch. */
  readonly at: number
  /** The text; for a binary frame its bytes, read as UTF-8. */
  readonly raw: string
  /** The text, parsed as JSON; undefined for what is not JSON and for a binary frame. */
  readonly frame: unknown
  readonly binary: boolean
}

/** A connection that has ended. */
export interface ClosedClient {
  readonly id: number
  /** Name of the login; absent if there was none. */
  readonly username?: string
  /**
   * WebSocket close code that the client answered with; 1005 for a close without a code, 1006 for a torn connection.
   */
  readonly code: number
  readonly reason: string
}

/** An action that the simulator has processed. */
export interface DealtAction {
  readonly client: number
  readonly action: string
  readonly frame: Readonly<Record<string, unknown>>
  /** The response, even one that a fault lost or delayed; absent where the document has none. */
  readonly answer?: object
}

/** The logs of everything that passes between the simulator and its clients. */
export interface TrafficLog {
  readonly received: EventLog<WireFrame>
  readonly sent: EventLog<WireFrame>
  readonly connected: EventLog<SimulatedClient>
  readonly loggedIn: EventLog<SimulatedClient>
  readonly closed: EventLog<ClosedClient>
  readonly actions: EventLog<DealtAction>
  /** Rejects every open wait. */
  close(): void
}

export function createTrafficLog(): TrafficLog {
  const logs = {
    received: createEventLog<WireFrame>(),
    sent: createEventLog<WireFrame>(),
    connected: createEventLog<SimulatedClient>(),
    loggedIn: createEventLog<SimulatedClient>(),
    closed: createEventLog<ClosedClient>(),
    actions: createEventLog<DealtAction>(),
  }
  return {
    ...logs,
    close: () => {
      for (const log of Object.values(logs))
        log.close(new SimulatorClosedError('The simulator was closed before the awaited thing had happened.'))
    },
  }
}
