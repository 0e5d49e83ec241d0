import type { Received } from './frame-reader.js'

/** What passes through the operator chain of one attempt, in order. */
export type Signal =
  /** The socket is open. */
  | { kind: 'open' }
  /** A pong. */
  | { kind: 'pong' }
  /** 202 came: what follows belongs to the session. */
  | { kind: 'online' }
  | Received
