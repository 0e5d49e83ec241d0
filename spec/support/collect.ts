import { within } from './bare-server.js'

/** What something far away has told, and a way to wait for it. */
export interface Told {
  /** Everything so far, oldest first. */
  readonly all: readonly string[]
  readonly tell: (what: string) => void
  /** Resolves once exactly this was told; it may have been already. */
  heard(what: string): Promise<void>
}

export function createTold(): Told {
  const all: string[] = []
  const waiting = new Map<string, () => void>()
  return {
    all,
    tell: what => {
      all.push(what)
      waiting.get(what)?.()
    },
    heard: what => {
      if (all.includes(what)) return Promise.resolve()
      const told = new Promise<void>(resolve => waiting.set(what, resolve))
      return within(10_000, `'${what}'`, told)
    },
  }
}
