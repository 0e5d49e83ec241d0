import { interleave, measureSide } from '../support/rounds.js'
import { formatCount, formatFigure, formatTable, ratios } from '../support/statistics.js'

/** Each case at its size, and at twice that. */
const CASES = [
  ['legs', 1_000, 'a call with {} legs: one more offer and its refusal'],
  ['redirect', 7_000, 'a call with {} legs: one more redirect'],
  ['join', 10_000, 'a queue with {} waiting: one more joins'],
  ['leave', 10_000, 'a queue with {} waiting: the first gives up'],
  ['members', 10_000, 'a queue with {} members: one pauses and comes back'],
]

export const worstCases = {
  name: 'worst-cases',
  title: "the trackers' worst cases, with nobody watching, and with a subscriber of change$",
  async measure({ figureRounds, share }) {
    const lines = []
    for (const [name, whole, title] of CASES) {
      const size = Math.round(whole * share)
      const side = (count, watching) => async () => (await measureSide('worst-case', [name, count, watching])).cost
      for (const watching of ['unwatched', 'watched']) {
        const { single, double } = await interleave(figureRounds, {
          single: side(size, watching),
          double: side(2 * size, watching),
        })
        lines.push([
          `${title.replace('{}', formatCount(size))}, ${watching}`,
          formatFigure(single),
          formatFigure(ratios(double, single)),
        ])
      }
    }
    return { rows: {}, text: formatTable(['one more event', 'µs a frame', 'ratio at twice the size'], lines) }
  },
}
