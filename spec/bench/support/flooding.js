// Parts of the flooding servers: frames that are framed once, so that sending costs the server next to nothing, and
// writing that waits for the client.

/** Frames that are written at once. */
export const CHUNK = 400

/** A server's text frame, as bytes. */
export function framed(value) {
  const body = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  const head =
    body.length < 126 ? Buffer.from([0x81, body.length]) : Buffer.from([0x81, 126, body.length >> 8, body.length & 255])
  return Buffer.concat([head, body])
}

/** Chunks of so many frames each, of as many frames as are asked for. @param frameAt gives the frame of an index */
export function* chunksOf(total, frameAt) {
  for (let sent = 0; sent < total; sent += CHUNK) {
    const count = Math.min(CHUNK, total - sent)
    yield Buffer.concat(Array.from({ length: count }, (_, index) => framed(frameAt(sent + index))))
  }
}

/** Writes chunks no faster than they are read. */
export async function writeAll(tcp, chunks) {
  for (const chunk of chunks) if (!tcp.write(chunk)) await new Promise(resolve => tcp.once('drain', resolve))
}

/** Answers the parent process with the port once the server listens. */
export function announce(server) {
  server.on('listening', () => process.send?.(server.address().port))
}
