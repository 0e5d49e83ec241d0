import { compare, interleave, measureSide, withServer } from '../support/rounds.js'
import { formatFigure, formatTable } from '../support/statistics.js'

/** The name and the description of each client. */
const CLIENTS = {
  sdk: 'this SDK',
  hand: 'ws + JSON.parse + switch',
  rxjs: 'webSocket() + filter, unvalidated',
}

function measureFlood(listeners, { rounds, cold, warm }) {
  return withServer('flood-server', ['mixed', cold, warm], url => {
    const side = mode => () => measureSide('flood-client', [mode, url, listeners, cold, warm])
    return interleave(rounds, { sdk: side('sdk'), hand: side('hand'), rxjs: side('rxjs') })
  })
}

function describeFlood(figures) {
  return formatTable(
    ['µs a frame', 'warm', 'cold'],
    Object.entries(CLIENTS).map(([mode, name]) => [
      name,
      formatFigure(figures[mode].map(({ warm }) => warm)),
      formatFigure(figures[mode].map(({ cold }) => cold)),
    ]),
  )
}

const createFloodGroup = (name, listeners) => ({
  name,
  title: `on() for all ten names, ${listeners} subscriber(s) a name`,
  async measure(sizes) {
    const figures = await measureFlood(listeners, sizes)
    const rows = { hand: compare(figures.sdk, figures.hand), rxjs: compare(figures.sdk, figures.rxjs) }
    return { rows, text: describeFlood(figures) }
  },
})

export const flood = createFloodGroup('flood', 1)
export const subscribers = createFloodGroup('subscribers', 100)

/** Clients that listen to none of the frames; the names of the modes are those of the client's program. */
const UNHEARD = {
  hand: 'ws + JSON.parse + switch',
  unheard: 'this SDK',
  'unheard-calls': 'this SDK, with trackCalls',
  'unheard-both': 'this SDK, with trackCalls and trackQueues',
}

export const unheard = {
  name: 'unheard',
  title: 'a frame that nobody listens to: 100 live calls, customers who wait, are offered, are taken and hang up',
  async measure({ figureRounds, cold, warm }) {
    const figures = await withServer('flood-server', ['calls', cold, warm], url => {
      const side = mode => [mode, () => measureSide('flood-client', [mode, url, 0, cold, warm])]
      return interleave(figureRounds, Object.fromEntries(Object.keys(UNHEARD).map(side)))
    })
    const line = ([mode, name]) => [
      name,
      formatFigure(figures[mode].map(({ warm }) => warm)),
      formatFigure(compare(figures[mode], figures.hand).warm),
      formatFigure(figures[mode].map(({ cold }) => cold)),
    ]
    return {
      rows: {},
      text: formatTable(['µs a frame', 'warm', 'ratio to by hand', 'cold'], Object.entries(UNHEARD).map(line)),
    }
  },
}
