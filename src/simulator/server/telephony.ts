/** Why the telephones did not do what a client asked for, by what the response means: 404 'Call not found', 500 'Action failed'. */
export type Refused = 'call-not-found' | 'action-failed'

/**
 * Where a telephone exchange plugs in. What reaches it is permitted and has valid parameters; numbers come as strings. It gives nothing for an action
 * that it carries out: the document has no response for one that succeeded.
 */
export interface Telephony {
  /** ms since the epoch in the telephones' own time, which may pass faster than ours. */
  now(): number
  create(request: { from: string; to: string; callRandomId: string; callerId?: string }): Refused | undefined
  /** @param since `now()` at the asker's 202: calls that began earlier are not theirs to end (document: 'Zrušenie hovoru') */
  hangup(request: { uniqueId: string }, since: number): Refused | undefined
  redirect(request: { uniqueId: string; destination: string }, since: number): Refused | undefined
}

/** What a telephone exchange has of the simulator. */
export interface TelephonyLine {
  /** An event to all who may see its kind; gives their number. While the server has lost its PBX, the event is lost too. */
  send(event: object): number
  /** Aborted when the simulator closes: no timer may outlive it. */
  readonly closed: AbortSignal
}
