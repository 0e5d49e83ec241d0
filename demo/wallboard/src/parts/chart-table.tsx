import { memo } from 'react'
import type { Figures } from '../live/figures.js'
import { clockText } from '../words/times.js'
import { useWords } from '../words/use-words.js'

/** The chart as a table, for screen readers. */
export const ChartTable = memo(function ChartTable({ figures }: { figures: Figures }) {
  const words = useWords().chart
  const steps = [...figures.steps].sort(([a], [b]) => a - b)
  return (
    <table className="unseen">
      <caption>{words.label}</caption>
      <thead>
        <tr>
          <th scope="col">{words.from}</th>
          <th scope="col">{words.inTime}</th>
          <th scope="col">{words.later}</th>
          <th scope="col">{words.abandoned}</th>
        </tr>
      </thead>
      <tbody>
        {steps.map(([start, { answered, inTime, abandoned }]) => (
          <tr key={start}>
            <th scope="row">{clockText(start)}</th>
            <td>{inTime}</td>
            <td>{answered - inTime}</td>
            <td>{abandoned}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
})
