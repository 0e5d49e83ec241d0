import { useBoard, useStore } from '../board-context.js'
import type { Asked } from '../live/requests.js'
import type { Words } from '../words/en.js'
import { useWords } from '../words/use-words.js'
import { adviceOf } from './advice.js'
import { AskedCard } from './asked-card.js'

/** The newest step or the outcome of a request, as a sentence. */
export function sentenceOf({ kind, from, to, steps, outcome }: Asked, words: Words): string {
  const what = `${words.kind[kind]} ${from}${to === '' ? '' : ` → ${to}`}`
  const step = steps.at(-1)
  if (outcome === undefined) return `${what}: ${step === undefined ? words.asking : words.phase[step]}.`
  if (outcome.kind === 'done') {
    const status = outcome.status === undefined ? '' : ` (${words.endStatus(outcome.status)})`
    const result = step === undefined ? words.outcome.done : words.phase[step]
    return `${what}: ${result}${status}. ${outcome.dialled ? '' : words.notDialled}`.trim()
  }
  if (outcome.kind === 'lost') return `${what}: ${words.outcome.lost}`
  return `${what}: ${words.outcome[outcome.kind]}. ${adviceOf(outcome, words)}`
}

/** The viewer's requests with their steps. A screen reader reads out the newest only, and only when it changes. */
export function AskedList() {
  const board = useBoard()
  const words = useWords()
  const asked = useStore(board.asked)
  const newest = asked[0]
  return (
    <section className="asked" aria-labelledby="asked-heading">
      <h3 id="asked-heading">{words.phone.asked}</h3>
      <p role="status" className="unseen">
        {newest && sentenceOf(newest, words)}
      </p>
      <ul>
        {asked.map(one => (
          <AskedCard key={one.key} asked={one} />
        ))}
      </ul>
    </section>
  )
}
