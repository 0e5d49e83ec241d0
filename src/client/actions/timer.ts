/** Runs something after so many ms; gives what cancels it. */
export type After = (ms: number, run: () => void) => () => void

export const setTimer: After = (ms, run) => {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}
