// @ts-check

/** @param {readonly number[]} values */
export const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** A whole number, in groups of three digits. @param {number} count */
export const formatCount = count => Math.round(count).toLocaleString('en').replaceAll(',', ' ')

/** A figure with as many digits as it deserves. @param {number} value */
export function formatNumber(value) {
  if (Math.abs(value) >= 100) return formatCount(value)
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}

/** The median, with the smallest and the largest in brackets. @param {readonly number[]} values */
export function formatFigure(values) {
  const figure = formatNumber(median(values))
  if (values.length === 1) return figure
  return `${figure} (${formatNumber(Math.min(...values))} to ${formatNumber(Math.max(...values))})`
}

/**
 * The ratio within each round.
 *
 * @param {readonly number[]} above
 * @param {readonly number[]} below
 */
export const ratios = (above, below) => above.map((value, round) => value / (below[round] ?? Number.NaN))

/**
 * A table in Markdown: the first column to the left, the others to the right.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function formatTable(head, rows) {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map(row => (row[column] ?? '').length)))
  const join = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`
  const line = (/** @type {readonly string[]} */ cells) =>
    join(
      widths.map((width, column) => {
        const cell = cells[column] ?? ''
        return column === 0 ? cell.padEnd(width) : cell.padStart(width)
      }),
    )
  const rule = join(widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)))
  return [line(head), rule, ...rows.map(line)].join('\n')
}
