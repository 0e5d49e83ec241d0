/** Lets everything through at once while open; holds it back, in order, while shut. */
export interface Gate {
  readonly shut: boolean
  pass(action: () => void): void
  close(): void
  /** Opens it; what was held back happens now. */
  open(): void
  /** Forgets what was held back. */
  discard(): void
}

export function createGate(): Gate {
  let shut = false
  let draining = false
  let held: (() => void)[] = []
  return {
    get shut() {
      return shut
    },
    pass: action => {
      // what an action of the queue brings about comes after the queue
      if (shut || draining) held.push(action)
      else action()
    },
    close: () => {
      shut = true
    },
    open: () => {
      shut = false
      if (draining) return
      draining = true
      try {
        for (let action = held.shift(); action !== undefined; action = shut ? undefined : held.shift()) action()
      } finally {
        draining = false
      }
    },
    discard: () => {
      held = []
    },
  }
}
