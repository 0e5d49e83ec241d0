import { within } from './bare-server.js'

/** Messages of a page, a worker or a process, and a way to wait for one of them. */
export interface MessageLog {
  /** Every message so far, oldest first. */
  readonly all: readonly string[]
  readonly add: (message: string) => void
  /** Resolves once a message equals `message`. A message that has come already counts. */
  waitFor(message: string): Promise<void>
}

export function createMessageLog(): MessageLog {
  const all: string[] = []
  const waiting = new Map<string, () => void>()
  return {
    all,
    add: message => {
      all.push(message)
      waiting.get(message)?.()
    },
    waitFor: message => {
      if (all.includes(message)) return Promise.resolve()
      const arrived = new Promise<void>(resolve => waiting.set(message, resolve))
      return within(30_000, `'${message}'`, arrived)
    },
  }
}
