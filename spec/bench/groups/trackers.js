import { compare, interleave, measureSide } from '../support/rounds.js'
import { formatCount, formatFigure, formatTable } from '../support/statistics.js'

const warmOf = figures => figures.map(({ warm }) => warm)
const coldOf = figures => figures.map(({ cold }) => cold)

/** The sides, by the modes of the client's program. */
const MODES = {
  hand: 'by hand',
  client: 'this SDK without a tracker',
  calls: 'trackCalls',
  both: 'with trackQueues',
}

export const trackers = {
  name: 'trackers',
  title: 'a frame from its text to the calls that it changes',
  async measure({ rounds, cold, warm, live, isShort }) {
    const side = (mode, count) => [
      `${mode}-${count}`,
      () => measureSide('tracked-client', [mode, 'newest', count, cold, warm]),
    ]
    const modes = Object.keys(MODES).filter(mode => !isShort || mode === 'hand' || mode === 'calls')
    const sides = live.flatMap(count => modes.map(mode => side(mode, count)))
    const figures = await interleave(rounds, Object.fromEntries(sides))

    const rows = {}
    // the rows are named by the full sizes, also where a smaller one stands in
    for (const [index, name] of ['hand-100', 'hand-10000', 'hand-100000'].entries())
      rows[name] = compare(figures[`calls-${live[index]}`], figures[`hand-${live[index]}`])
    rows.growth = compare(figures[`calls-${live.at(-1)}`], figures[`calls-${live[0]}`])
    const lines = live.map(count => [
      formatCount(count),
      ...modes.map(mode => formatFigure(warmOf(figures[`${mode}-${count}`]))),
      formatFigure(coldOf(figures[`calls-${count}`])),
    ])
    return {
      rows,
      text: formatTable(['live calls, µs a frame', ...modes.map(mode => MODES[mode]), 'trackCalls, cold'], lines),
    }
  },
}

export const memory = {
  name: 'memory',
  title: 'bytes of a live call with its leg',
  async measure({ rounds, live, isShort }) {
    const side = mode => async () => (await measureSide('call-weight', [mode, live.at(-1)])).bytes
    const sides = isShort ? { calls: side('calls') } : { calls: side('calls'), hand: side('hand') }
    const { calls, hand } = await interleave(rounds, sides)
    const byHand = hand ? [['a Map by hand', formatFigure(hand)]] : []
    return {
      rows: { bytes: { warm: calls } },
      text: formatTable(['', 'bytes'], [['trackCalls', formatFigure(calls)], ...byHand]),
    }
  },
}

/** Subscribers a name under load. */
const SUBSCRIBERS = [1, 10, 100, 1_000]

export const load = {
  name: 'load',
  title: 'trackCalls and subscribers of on() together; each call that begins is followed by the end of the oldest',
  async measure({ figureRounds, cold, warm, live }) {
    const lines = []
    for (const count of live) {
      const side = amount => [
        amount,
        () => measureSide('tracked-client', ['calls', 'oldest', count, cold, warm, amount]),
      ]
      const figures = await interleave(figureRounds, Object.fromEntries(SUBSCRIBERS.map(side)))
      lines.push([formatCount(count), ...SUBSCRIBERS.map(amount => formatFigure(warmOf(figures[amount])))])
    }
    const head = ['live calls, µs a frame', ...SUBSCRIBERS.map(amount => `${formatCount(amount)} a name`)]
    return { rows: {}, text: formatTable(head, lines) }
  },
}
