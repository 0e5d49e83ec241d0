import { memo, useEffect, useRef, useState } from 'react'
import type uPlot from 'uplot'
import { useBoard, useStore } from '../board-context.js'
import { type Figures, STEP } from '../live/figures.js'
import { useSettings } from '../settings.js'
import { clockText } from '../words/times.js'
import { useWords } from '../words/use-words.js'
import { ChartTable } from './chart-table.js'
import { createDrawing } from './drawing.js'
import { useLook } from './look.js'

/** ms that the chart shows at least, so that a day which has just begun is not one bar wide. */
const SHORTEST = 3 * 3_600_000

/** The columns that uPlot draws: the start of each step in seconds, and the stacked counts, the tallest first. */
function columnsOf({ since, steps }: Figures, now: number): uPlot.AlignedData {
  const start = Math.floor((since ?? now) / STEP) * STEP
  const end = Math.max(now, start + SHORTEST)
  const times = Array.from({ length: Math.ceil((end - start) / STEP) }, (_, index) => start + index * STEP)
  const tallies = times.map(time => steps.get(time))
  return [
    times.map(time => time / 1_000),
    tallies.map(tally => (tally ? tally.answered + tally.abandoned : null)),
    tallies.map(tally => (tally ? tally.answered : null)),
    tallies.map(tally => (tally ? tally.inTime : null)),
  ]
}

/** Times of which nothing is known: before the login, and while the connection was lost. */
const unknownOf = ({ since, gaps }: Figures) => [
  ...(since === undefined ? [] : [{ from: Math.floor(since / STEP) * STEP, to: since }]),
  ...gaps,
]

/** Answered and abandoned calls over the day, as a picture and as a table for screen readers. */
const DayChart = memo(function DayChart() {
  const { figures: store, clock } = useBoard()
  const words = useWords().chart
  const { theme } = useSettings()
  const figures = useStore(store)
  const place = useRef<HTMLDivElement>(null)
  const [drawing, setDrawing] = useState<ReturnType<typeof createDrawing>>()
  const look = useLook()

  // biome-ignore lint/correctness/useExhaustiveDependencies: a canvas has no style sheet, so another look is another drawing
  useEffect(() => {
    if (place.current === null) return
    const made = createDrawing(place.current, clockText)
    setDrawing(made)
    return made.destroy
  }, [theme, look])
  useEffect(
    () => drawing?.draw(columnsOf(figures, clock.read(Date.now())), unknownOf(figures)),
    [drawing, figures, clock],
  )

  return (
    <figure className="day-chart">
      <figcaption>
        {words.label}
        <span className="key in-time">{words.inTime}</span>
        <span className="key late">{words.later}</span>
        <span className="key abandoned">{words.abandoned}</span>
        <span className="key unknown">{words.notKnown}</span>
      </figcaption>
      <div ref={place} className="canvas" aria-hidden="true" />
      <ChartTable figures={figures} />
    </figure>
  )
})

export default DayChart
