/** A gate that actions pass at once while it is open, and that holds them back, in order, while it is paused. */
export interface PauseGate {
  readonly isPaused: boolean
  pass(action: () => void): void
  pause(): void
  /** Opens the gate, and runs everything that was held back. */
  resume(): void
  /** Forgets everything that was held back. */
  discard(): void
}

export function createPauseGate(): PauseGate {
  let isPaused = false
  let isDraining = false
  let held: (() => void)[] = []
  return {
    get isPaused() {
      return isPaused
    },
    pass: action => {
      // an action that comes from one held back runs after all the others held back
      if (isPaused || isDraining) held.push(action)
      else action()
    },
    pause: () => {
      isPaused = true
    },
    resume: () => {
      isPaused = false
      if (isDraining) return
      isDraining = true
      try {
        for (let action = held.shift(); action !== undefined; action = isPaused ? undefined : held.shift()) action()
      } finally {
        isDraining = false
      }
    },
    discard: () => {
      held = []
    },
  }
}
