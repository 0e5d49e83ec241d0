import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { STEP, type Unknown } from '../live/figures.js'

/** A chart that is as large as its place. */
export interface Drawing {
  draw(columns: uPlot.AlignedData, unknown: readonly Unknown[]): void
  destroy(): void
}

/** Draws a chart with the colours and letters of the style sheet. */
export function createDrawing(place: HTMLElement, clockText: (at: number) => string): Drawing {
  const em = Number.parseFloat(getComputedStyle(place).fontSize)
  // a canvas does not know light-dark(): the browser computes the colour for an element
  const sample = place.appendChild(document.createElement('span'))
  const colour = (name: string) => {
    sample.style.color = `var(--${name})`
    return getComputedStyle(sample).color
  }
  const font = `${Math.round(em * 0.8)}px system-ui, sans-serif`
  const unknownColour = colour('unknown')
  let unknown: readonly Unknown[] = []

  /** Shades the times of which nothing is known. */
  const shade = (chart: uPlot) => {
    const { ctx, bbox } = chart
    ctx.save()
    ctx.fillStyle = unknownColour
    for (const { from, to } of unknown) {
      const left = Math.max(bbox.left, chart.valToPos(from / 1_000, 'x', true))
      const right = Math.min(bbox.left + bbox.width, chart.valToPos(to / 1_000, 'x', true))
      // at least 3 pixels, so that a short gap is visible, too
      if (right > left) ctx.fillRect(left, bbox.top, Math.max(3, right - left), bbox.height)
    }
    ctx.restore()
  }
  const bars = uPlot.paths.bars?.({ size: [0.8, 60], align: 1 })
  const series = (name: string): uPlot.Series => ({
    fill: colour(name),
    stroke: colour(name),
    width: 0,
    points: { show: false },
    ...(bars && { paths: bars }),
  })
  const axis = { stroke: colour('soft'), font, grid: { stroke: colour('line'), width: 1 }, ticks: { show: false } }
  const size = () => ({ width: place.clientWidth, height: place.clientHeight })
  const chart = new uPlot(
    {
      ...size(),
      padding: [em * 0.4, em * 1.6, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: true, range: (_, min, max) => [min, max + STEP / 1_000] },
        y: { range: (_, __, max) => [0, Math.max(4, Math.ceil((max ?? 0) * 1.1))] },
      },
      axes: [
        {
          ...axis,
          size: em * 1.7,
          gap: em * 0.5,
          values: (_, splits) => splits.map(at => clockText(at * 1_000)),
          space: em * 4,
        },
        { ...axis, size: em * 2.4, gap: 4, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] },
      ],
      series: [{}, series('abandoned'), series('late'), series('in-time')],
      hooks: { drawClear: [shade] },
    },
    undefined,
    place,
  )
  sample.remove()
  const sizes = new ResizeObserver(() => chart.setSize(size()))
  sizes.observe(place)
  return {
    draw: (columns, times) => {
      unknown = times
      chart.setData(columns)
    },
    destroy: () => {
      sizes.disconnect()
      chart.destroy()
    },
  }
}
