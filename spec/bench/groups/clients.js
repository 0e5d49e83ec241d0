import { interleave, measureSide, withServer } from '../support/rounds.js'
import { formatCount, formatFigure, formatTable } from '../support/statistics.js'

/** The figures of a client, with what divides them and their unit. */
const FIGURES = [
  ['rss', 1_024, 'memory of the process, kB'],
  ['heap', 1_024, 'of that its heap, kB'],
  ['login', 1, 'CPU of its login, µs'],
  ['idle', 1, 'CPU of a minute of idleness, µs'],
  ['frame', 1, 'CPU of a frame that all of them get, µs'],
]

export const clients = {
  name: 'clients',
  title: 'many clients in one process, the server in another; each has one subscriber a name',
  async measure({ figureRounds, clients: count, idle }) {
    const side = mode => () =>
      withServer('crowd-server', [], url => measureSide('client-crowd', [mode, url, count, idle]))
    const { sdk, hand } = await interleave(figureRounds, { sdk: side('sdk'), hand: side('hand') })
    const lines = FIGURES.map(([key, divisor, name]) => [
      name,
      ...[sdk, hand].map(figures => formatFigure(figures.map(figure => figure[key] / divisor))),
    ])
    return { rows: {}, text: formatTable([`${formatCount(count)} clients, each`, 'this SDK', 'ws by hand'], lines) }
  },
}
