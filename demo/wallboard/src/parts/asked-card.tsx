import { memo } from 'react'
import { useBoard } from '../board-context.js'
import type { Asked, Outcome, Phase } from '../live/requests.js'
import { useWords } from '../words/use-words.js'
import { adviceOf } from './advice.js'

const STEPS: Readonly<Record<Asked['kind'], readonly Phase[]>> = {
  call: ['sent', 'created', 'ringing', 'answered', 'ended'],
  transfer: ['sent', 'ringing', 'answered'],
  hangup: ['ended'],
}

function toneOf(outcome: Outcome | undefined): string {
  switch (outcome?.kind) {
    case undefined:
      return 'busy'
    case 'done':
      return 'good'
    case 'uncertain':
    case 'lost':
      return 'doubt'
    default:
      return 'bad'
  }
}

export const AskedCard = memo(function AskedCard({ asked }: { asked: Asked }) {
  const { requests } = useBoard()
  const words = useWords()
  const { kind, from, to, steps, outcome, uniqueId } = asked
  const expected = STEPS[kind]
  const others = steps.filter(step => !expected.includes(step))
  return (
    <li className={`asked-card ${toneOf(outcome)}`}>
      <p className="what">
        {words.kind[kind]} {from}
        {to !== '' && ` → ${to}`}
      </p>
      {/* an invalid request took no step */}
      <ol className="steps" hidden={outcome?.kind === 'invalid'}>
        {[...expected, ...others].map(step => (
          <li
            key={step}
            className={steps.includes(step) ? 'reached' : 'ahead'}
            aria-current={outcome === undefined && steps.at(-1) === step ? 'step' : undefined}
          >
            {words.phase[step]}
          </li>
        ))}
      </ol>
      {outcome === undefined && kind === 'call' && uniqueId !== undefined && (
        <button type="button" onClick={() => requests.hangUp({ id: uniqueId, uniqueId }, `${from} → ${to}`)}>
          {words.phone.hangUp}
        </button>
      )}
      {outcome !== undefined && outcome.kind !== 'done' && (
        <p className="outcome">
          <strong>{words.outcome[outcome.kind]}</strong>
          {outcome.kind !== 'lost' && (
            <>
              <span>{adviceOf(outcome, words)}</span>
              <span className="detail" lang="en">
                {outcome.detail}
              </span>
            </>
          )}
        </p>
      )}
      {outcome?.kind === 'done' && outcome.status !== undefined && (
        <p className="outcome">
          {words.phase.ended}: {words.endStatus(outcome.status)}. {!outcome.dialled && words.notDialled}
        </p>
      )}
    </li>
  )
})
