/** Things that happen one after the other, each not before its time. */
export interface DelayLine {
  /** Happens `delay` ms from now, or when what came before has happened; at once if nothing is held back and the delay is 0. */
  pass(action: () => void, delay: number): void
  /** All that is held back happens now. */
  flush(): void
  /** Forgets what is held back. */
  discard(): void
}

export function createDelayLine(): DelayLine {
  const held: { due: number; action: () => void }[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  const go = () => {
    clearTimeout(timer)
    for (let head = held[0]; head !== undefined; head = held[0]) {
      const wait = head.due - performance.now()
      if (wait > 0) {
        // an action may have brought about a turn of its own, with its own timer
        clearTimeout(timer)
        timer = setTimeout(go, wait)
        return
      }
      held.shift()
      head.action()
    }
  }
  return {
    pass: (action, delay) => {
      if (held.length === 0 && delay === 0) return action()
      held.push({ due: performance.now() + delay, action })
      if (held.length === 1) go()
    },
    flush: () => {
      clearTimeout(timer)
      for (let head = held.shift(); head !== undefined; head = held.shift()) head.action()
    },
    discard: () => {
      clearTimeout(timer)
      held.length = 0
    },
  }
}
