import type { Received } from './frame-reader.js'

/** A signal on the way through the operators of one attempt. */
export type Signal =
  /** The socket is open. */
  | { kind: 'open' }
  /** A pong has come. */
  | { kind: 'pong' }
  /** 202 has come: the frames that follow belong to the session. */
  | { kind: 'online' }
  | Received
