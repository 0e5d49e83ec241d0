import type { Subscription } from 'rxjs'

/** Calls `run` in `ms`, unless its owner is closed before. */
export function after(ms: number, run: () => void, owner: Subscription): void {
  const timer = setTimeout(run, ms)
  owner.add(() => clearTimeout(timer))
}

/** Calls `run` every `ms` until its owner is closed. */
export function every(ms: number, run: () => void, owner: Subscription): void {
  const timer = setInterval(run, ms)
  owner.add(() => clearTimeout(timer))
}
