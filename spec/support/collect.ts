import { within } from './bare-server.js'

/** Messages of a page, a process or a subscriber, and waits for them. */
export interface Messages {
  /** All messages so far, oldest first. */
  readonly all: readonly string[]
  readonly add: (message: string) => void
  /** Resolves when exactly this message is there, past or to come. Rejects after half a minute. */
  seen(message: string): Promise<void>
}

export function createMessages(): Messages {
  const all: string[] = []
  const waits = new Map<string, () => void>()
  return {
    all,
    add: message => {
      all.push(message)
      waits.get(message)?.()
    },
    seen: message => {
      if (all.includes(message)) return Promise.resolve()
      const added = new Promise<void>(resolve => waits.set(message, resolve))
      return within(30_000, `'${message}'`, added)
    },
  }
}
