import { lazy, Suspense } from 'react'
import { useBoard, useStore } from '../board-context.js'
import { countText, type Knowledge, useIsComplete } from '../knowledge.js'
import { type Figures, serviceLevel } from '../live/figures.js'
import type { Words } from '../words/en.js'
import { clockText } from '../words/times.js'
import { useWords } from '../words/use-words.js'
import { Elapsed } from './elapsed.js'
import { Figure } from './figure.js'

// loaded after the first picture of the board
const DayChart = lazy(() => import('./day-chart.js'))

/** Whether counts may be too small: events were missed, or an end is not known. */
const isDoubtful = ({ gaps, unknown }: Figures) => gaps.length > 0 || unknown > 0

const knowledgeOf = (isStale: boolean, isComplete: boolean): Knowledge =>
  isStale ? 'stale' : isComplete ? 'complete' : 'partial'

const noteOf = (knowledge: Knowledge, words: Words['figures']) =>
  knowledge === 'complete' ? '' : knowledge === 'stale' ? words.lastHeard : words.soFar

/** The reasons for doubt, in words. */
function doubtsOf({ gaps, unknown }: Figures, words: Words['figures']): string {
  const last = gaps.at(-1)
  return [
    ...(last === undefined ? [] : [words.gaps(gaps.length, `${clockText(last.from)}–${clockText(last.to)}`)]),
    ...(unknown === 0 ? [] : [words.unknown(unknown)]),
  ].join('; ')
}

function levelText(figures: Figures): string {
  const level = serviceLevel(figures)
  return level === undefined ? '–' : `${isDoubtful(figures) ? '≈ ' : ''}${Math.round(level * 100)} %`
}

/** The figures of this moment: waiting callers and calls. */
function PresentFigures() {
  const board = useBoard()
  const words = useWords().figures
  const queues = useStore(board.queues)
  const calls = useStore(board.calls)
  const isComplete = useIsComplete()
  const waiting = queues.flatMap(queue => queue.waiting)
  const inQueues = knowledgeOf(
    queues.some(({ stale }) => stale),
    isComplete && queues.length > 0 && queues.every(({ complete }) => complete),
  )
  const inCalls = knowledgeOf(
    calls.some(({ stale }) => stale),
    isComplete,
  )
  const longest = waiting.length === 0 ? undefined : Math.min(...waiting.map(({ since }) => since))
  const tone = waiting.length > 0 ? 'alert' : ''
  return (
    <>
      <Figure
        name={words.waiting}
        value={countText(waiting.length, inQueues)}
        note={noteOf(inQueues, words)}
        tone={tone}
      />
      <Figure
        name={words.longest}
        value={longest === undefined ? '–' : <Elapsed since={longest} />}
        note={noteOf(inQueues, words)}
        tone={tone}
      />
      <Figure name={words.live} value={countText(calls.length, inCalls)} note={noteOf(inCalls, words)} />
    </>
  )
}

/** The figures that were counted over the day. */
function CountedFigures({ figures, doubts }: { figures: Figures; doubts: string }) {
  const words = useWords().figures
  const { since } = figures
  const counted = (value: number) =>
    since === undefined ? '–' : countText(value, isDoubtful(figures) ? 'partial' : 'complete')
  const sinceText = since === undefined ? words.notYet : words.since(clockText(since))
  return (
    <>
      <Figure name={words.answered} value={counted(figures.answered)} note={sinceText} title={doubts} />
      <Figure name={words.abandoned} value={counted(figures.abandoned)} note={sinceText} title={doubts} />
      <Figure
        name={words.serviceLevel}
        value={levelText(figures)}
        note={doubts === '' ? sinceText : `${words.soFar}, ${sinceText}`}
        title={words.definition}
      />
    </>
  )
}

export function FigureRow() {
  const figures = useStore(useBoard().figures)
  const words = useWords().figures
  const doubts = doubtsOf(figures, words)
  return (
    <section className="figure-row" aria-labelledby="figures-heading">
      <h2 id="figures-heading" className="unseen">
        {words.label}
      </h2>
      <dl>
        <PresentFigures />
        <CountedFigures figures={figures} doubts={doubts} />
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
