import { compare, interleave, measureSide } from '../support/rounds.js'
import { formatCount, formatFigure, formatTable } from '../support/statistics.js'

const line = (name, figures) => [
  name,
  formatFigure(figures.map(({ warm }) => warm)),
  formatFigure(figures.map(({ cold }) => cold)),
]

export const actions = {
  name: 'actions',
  title: 'a call from asking to its end, one at a time, both sides of the wire in one process',
  async measure({ rounds, coldCalls, warmCalls }) {
    const side = mode => () => measureSide('call-trips', [mode, coldCalls, warmCalls])
    const { sdk, hand } = await interleave(rounds, { sdk: side('sdk'), hand: side('hand') })
    const text = formatTable(['µs a call', 'warm', 'cold'], [line('createCall', sdk), line('ws by hand', hand)])
    return { rows: { hand: compare(sdk, hand) }, text }
  },
}

export const openActions = {
  name: 'open-actions',
  title: 'a call among many that are open',
  async measure({ rounds, openCalls, open }) {
    const [few, many] = open
    const side = count => () => measureSide('open-calls', [count, openCalls])
    const figures = await interleave(rounds, { few: side(few), many: side(many) })
    const text = formatTable(
      ['open at once, µs a call', 'warm', 'cold'],
      [line(formatCount(few), figures.few), line(formatCount(many), figures.many)],
    )
    return { rows: { growth: compare(figures.many, figures.few) }, text }
  },
}
