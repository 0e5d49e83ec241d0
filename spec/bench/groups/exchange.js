import { measureSide } from '../support/rounds.js'
import { formatCount, formatFigure, formatTable, ratios } from '../support/statistics.js'

export const exchange = {
  name: 'exchange',
  title: 'the simulator: a busy hour of 1 000 agents and 20 queues in virtual time, and frames to many clients',
  async measure({ share }) {
    const { hours, costs } = await measureSide('exchange', share < 1 ? ['quick'] : [])
    const [{ calls, frames }] = hours
    const seconds = hours.map(hour => hour.seconds)
    const faster = hours.map(hour => (hour.hours * 3_600) / hour.seconds)
    const lines = [
      ['calls begun', formatCount(calls)],
      ['frames', formatCount(frames)],
      ['s of CPU', formatFigure(seconds)],
      ['times faster than the clock', formatFigure(faster)],
      ['µs of a frame to one of 200 clients, the client included', formatFigure(costs.many)],
      ['µs of a frame to one of 2 clients', formatFigure(costs.few)],
      ['ratio of 200 to 2', formatFigure(ratios(costs.many, costs.few))],
    ]
    return { rows: {}, text: formatTable(['the simulator', ''], lines) }
  },
}
