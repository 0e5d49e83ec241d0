import type { Received } from './frame-reader.js'

/** What passes through the operator chain of one attempt, in order. */
export type Signal =
  /** The socket is open. */
  | { kind: 'open' }
  /** A pong has come. */
  | { kind: 'pong' }
  /** 202 has come: the frames that follow belong to the session. */
  | { kind: 'online' }
  | Received
