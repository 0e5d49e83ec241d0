import { measureSide } from '../support/rounds.js'
import { formatCount, formatFigure, ratios } from '../support/statistics.js'

export const exchange = {
  name: 'exchange',
  title: 'the simulator: a busy hour of 1 000 agents and 20 queues in virtual time, and frames to many clients',
  async measure({ share }) {
    const { hours, costs } = await measureSide('exchange', share < 1 ? ['quick'] : [])
    const [{ calls, frames }] = hours
    const faster = hours.map(hour => (hour.hours * 3_600) / hour.seconds)
    const lines = [
      `${formatCount(calls)} calls begun, ${formatCount(frames)} frames: ${formatFigure(hours.map(hour => hour.seconds))} s of CPU, ${formatFigure(faster)} times faster than the clock`,
      `one frame to one of its clients, the client in the same process: of 200 ${formatFigure(costs.many)} µs, of 2 ${formatFigure(costs.few)} µs, ratio ${formatFigure(ratios(costs.many, costs.few))}`,
    ]
    return { rows: {}, text: lines.join('\n') }
  },
}
