/** A frame to be sent, encoded once for all clients. */
export interface Message {
  readonly data: string | Uint8Array
  readonly raw: string
  readonly frame: unknown
  readonly binary: boolean
}

/** Parses a text; undefined for what is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Encodes a frame: an object as JSON, a string unchanged, bytes as a binary frame. Throws `TypeError` for anything
 * else.
 */
export function toMessage(frame: object | string | Uint8Array): Message {
  if (frame instanceof Uint8Array)
    return { data: frame, raw: new TextDecoder().decode(frame), frame: undefined, binary: true }
  const data: unknown = typeof frame === 'string' ? frame : JSON.stringify(frame)
  if (typeof data !== 'string') throw new TypeError('A frame must be an object that JSON can hold, a text or bytes.')
  // an object is parsed back too: the log keeps the sent frame, even if the object changes later
  return { data, raw: data, frame: parseJson(data), binary: false }
}
