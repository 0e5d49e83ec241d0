import { cpuTime, finish } from './cpu.js'

/**
 * Meters the CPU time of a flood. Prints the figures and ends the process after the last frame.
 *
 * `listener` takes each event of each subscriber, and counts: as many as the frames bring are the end of a phase.
 * `mark` stands for the server's marks, where nobody listens to the frames themselves.
 */
export function createFrameMeter({ listeners, cold, warm }) {
  const times = []
  const seenWhenCold = cold * listeners
  const seenInAll = (cold + warm) * listeners
  let seen = 0

  const mark = () => {
    times.push(cpuTime())
    if (times.length < 3) return
    const [begun, between, end] = times
    finish({ cold: (between - begun) / cold, warm: (end - between) / warm })
  }
  const listener = _event => {
    if (seen === 0) mark()
    seen += 1
    if (seen === seenWhenCold || seen === seenInAll) mark()
  }
  return { listener, mark }
}
