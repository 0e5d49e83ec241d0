import { memo } from 'react'
import type { Call } from 'viptel-pbx'
import { partyText } from '../words/party.js'
import { useWords } from '../words/use-words.js'
import { Elapsed } from './elapsed.js'
import { StaleMark } from './stale-mark.js'

/** The party that a call has reached, or the place where it waits or rings. */
function placeOf(
  { phase, answeredBy, legs, queue, callee, calledNumber }: Call,
  inQueue: (queue: string) => string,
): string {
  const rung = legs
    .filter(({ endedAt, answeredAt }) => endedAt === undefined && answeredAt === undefined)
    .map(leg => leg.callee)
  if (phase === 'answered' && answeredBy !== undefined) return answeredBy
  const place = queue === undefined ? [] : [inQueue(queue.queue)]
  const all = [...place, ...(rung.length > 3 ? [...rung.slice(0, 3), '…'] : rung)]
  return all.length > 0 ? all.join(', ') : callee || calledNumber
}

/** The beginning of the present phase. */
const sinceOf = ({ phase, answeredAt, queue, startedAt }: Call) =>
  phase === 'answered' ? (answeredAt ?? startedAt) : (queue?.waitingSince ?? startedAt)

export const CallRow = memo(function CallRow({
  call,
  isChosen,
  onChoose,
}: {
  call: Call
  isChosen: boolean
  onChoose: (id: string) => void
}) {
  const words = useWords()
  const who = partyText(words, call.caller, call.callerName)
  const where = placeOf(call, words.calls.inQueue)
  return (
    <li className={`row ${call.phase}${call.stale ? ' stale' : ''}${isChosen ? ' chosen' : ''}`}>
      <span className="state">{words.calls.phase[call.phase]}</span>
      <span className="who" title={who}>
        {who}
      </span>
      <span className="where" title={where}>
        {call.stale ? <StaleMark /> : <>→ {where}</>}
      </span>
      <Elapsed since={sinceOf(call)} />
      <button
        type="button"
        className="more"
        aria-label={words.calls.choose(who)}
        aria-pressed={isChosen}
        onClick={() => onChoose(call.id)}
      >
        ⋯
      </button>
    </li>
  )
})
