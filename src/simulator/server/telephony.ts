/** Reason for which the telephones did not carry out an action: 404 'Call not found', 500 'Action failed'. */
export type Refused = 'call-not-found' | 'action-failed'

/**
 * The telephones behind the server. Every request is permitted and has valid parameters; numbers come as strings. The
 * result is undefined for an action that was carried out, since the document has no response for success.
 */
export interface Telephony {
  /** ms since the epoch in the telephones' own time, which may pass faster than the clock. */
  now(): number
  create(request: { from: string; to: string; callRandomId: string; callerId?: string }): Refused | undefined
  /**
   * @param since `now()` at the 202 of the client: calls that began earlier cannot be hung up (document: 'Zrušenie
   * hovoru')
   */
  hangup(request: { uniqueId: string }, since: number): Refused | undefined
  redirect(request: { uniqueId: string; destination: string }, since: number): Refused | undefined
}

/** The simulator, as the telephones see it. */
export interface TelephonyLine {
  /**
   * Sends an event to all clients whose user gets its kind, and gives their number. While the server has lost its PBX
   * the event is lost too.
   */
  send(event: object): number
  /** Aborted when the simulator closes. No timer may outlive it. */
  readonly closed: AbortSignal
}
