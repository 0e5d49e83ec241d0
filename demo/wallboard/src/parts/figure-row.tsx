import { lazy, Suspense } from 'react'
import { useBoard, useStore } from '../board-context.js'
import { countText, type Knowledge, useIsComplete } from '../knowledge.js'
import { type Figures, serviceLevel } from '../live/figures.js'
import { clockText } from '../words/times.js'
import { useWords } from '../words/use-words.js'
import { Elapsed } from './elapsed.js'
import { Figure } from './figure.js'

// the chart comes after the first picture of the board
const DayChart = lazy(() => import('./day-chart.js'))

/** Numbers that may be too small: something ended unheard. */
const isDoubtful = ({ gaps, unknown }: Figures) => gaps.length > 0 || unknown > 0

export function FigureRow() {
  const board = useBoard()
  const words = useWords().figures
  const figures = useStore(board.figures)
  const queues = useStore(board.queues)
  const calls = useStore(board.calls)
  const isComplete = useIsComplete()
  const waiting = queues.flatMap(queue => queue.waiting)
  const inQueues: Knowledge = queues.some(({ stale }) => stale)
    ? 'stale'
    : isComplete && queues.length > 0 && queues.every(({ complete }) => complete)
      ? 'complete'
      : 'partial'
  const inCalls: Knowledge = calls.some(({ stale }) => stale) ? 'stale' : isComplete ? 'complete' : 'partial'
  const longest = waiting.length === 0 ? undefined : Math.min(...waiting.map(({ since }) => since))
  const { since } = figures
  const level = serviceLevel(figures)
  const counted = (value: number) =>
    since === undefined ? '–' : countText(value, isDoubtful(figures) ? 'partial' : 'complete')
  const sinceText = since === undefined ? words.notYet : words.since(clockText(since))
  const last = figures.gaps.at(-1)
  const doubts = [
    ...(last === undefined ? [] : [words.gaps(figures.gaps.length, `${clockText(last.from)}–${clockText(last.to)}`)]),
    ...(figures.unknown === 0 ? [] : [words.unknown(figures.unknown)]),
  ].join('; ')
  const noteOf = (knowledge: Knowledge) =>
    knowledge === 'complete' ? '' : knowledge === 'stale' ? words.lastHeard : words.soFar
  return (
    <section className="figure-row" aria-labelledby="figures-heading">
      <h2 id="figures-heading" className="unseen">
        {words.label}
      </h2>
      <dl>
        <Figure
          name={words.waiting}
          value={countText(waiting.length, inQueues)}
          note={noteOf(inQueues)}
          tone={waiting.length > 0 ? 'alert' : ''}
        />
        <Figure
          name={words.longest}
          value={longest === undefined ? '–' : <Elapsed since={longest} />}
          note={noteOf(inQueues)}
          tone={waiting.length > 0 ? 'alert' : ''}
        />
        <Figure name={words.live} value={countText(calls.length, inCalls)} note={noteOf(inCalls)} />
        <Figure name={words.answered} value={counted(figures.answered)} note={sinceText} title={doubts} />
        <Figure name={words.abandoned} value={counted(figures.abandoned)} note={sinceText} title={doubts} />
        <Figure
          name={words.serviceLevel}
          value={level === undefined ? '–' : `${isDoubtful(figures) ? '≈ ' : ''}${Math.round(level * 100)} %`}
          note={doubts === '' ? sinceText : `${words.soFar}, ${sinceText}`}
          title={words.definition}
        />
      </dl>
      <div className="chart-place">
        <Suspense>
          <DayChart />
        </Suspense>
        <p className="doubts">{doubts}</p>
      </div>
    </section>
  )
}
