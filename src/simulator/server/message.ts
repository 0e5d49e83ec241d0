/** A frame on its way, made once for all who get it. */
export interface Message {
  readonly data: string | Uint8Array
  readonly raw: string
  readonly frame: unknown
  readonly binary: boolean
}

/** An object goes out as JSON, a string as the text it is, bytes as a binary frame. */
export function toMessage(frame: object | string | Uint8Array): Message {
  if (frame instanceof Uint8Array)
    return { data: frame, raw: new TextDecoder().decode(frame), frame: undefined, binary: true }
  const data = typeof frame === 'string' ? frame : JSON.stringify(frame)
  if (typeof data !== 'string') throw new TypeError('A frame must be an object that JSON can hold, a text or bytes.')
  // read back even when it was an object: what is remembered is what was sent, whatever becomes of the object
  return { data, raw: data, frame: parse(data), binary: false }
}

/** What the text says; undefined for what is not JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
