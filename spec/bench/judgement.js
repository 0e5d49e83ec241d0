import { ROWS } from './rows.js'
import { formatFigure, formatNumber, formatTable, median } from './support/statistics.js'

/** A row with its figures. `bound` is that of this run. */
function judgeRow(row, { warm, cold }, bound) {
  return { row, warm, cold, bound, isOver: !(median(warm) <= bound) }
}

function describe({ row, warm, cold, bound, isOver }) {
  const coldText = cold ? `, cold ${formatFigure(cold)}` : ''
  return `${isOver ? 'over' : 'ok  '} ${row.name}: ${formatFigure(warm)}${coldText}; bound ${formatNumber(bound)}`
}

/**
 * Measures a group and prints it. A row that is over its bound gets one second look, since a machine may be busy: the
 * group is measured again, and the second figure of such a row counts.
 *
 * @param group the group; `measure` gives the figures of its rows by key, and a text
 * @param sizes how much is measured
 * @param factor of the bounds
 */
export async function judge(group, sizes, factor) {
  const rows = ROWS.filter(row => row.group === group.name)
  const look = async wanted => {
    const { rows: figures, text } = await group.measure(sizes)
    if (text !== '') console.log(`${text}\n`)
    const judged = wanted.map(row => judgeRow(row, figures[row.key], row.bound * factor))
    for (const one of judged) console.log(describe(one))
    if (judged.length > 0) console.log()
    return judged
  }
  const first = await look(rows)
  const over = first.filter(({ isOver }) => isOver).map(({ row }) => row)
  if (over.length === 0) return first
  console.log(`A second look at ${over.length} row(s) over the bound; the second figure counts.\n`)
  const second = await look(over)
  return first.map(one => {
    const again = second.find(({ row }) => row === one.row)
    return again ? { ...again, firstWarm: one.warm } : one
  })
}

/** All rows as a table in Markdown, and how they were measured. */
export function summarize(judged) {
  const table = formatTable(
    ['row', 'warm', 'cold', 'bound', ''],
    judged.map(({ row, warm, cold, bound, isOver, firstWarm }) => [
      row.name,
      formatFigure(warm),
      cold ? formatNumber(median(cold)) : '',
      formatNumber(bound),
      `${isOver ? 'over' : 'ok'}${firstWarm ? `, second look; first ${formatNumber(median(firstWarm))}` : ''}`,
    ]),
  )
  const methods = new Set(judged.map(({ row }) => `${row.group}: ${row.how}`))
  return [table, '', ...methods].join('\n')
}
