import { memo } from 'react'
import type { Queue } from 'viptel-pbx'
import { countText } from '../knowledge.js'
import { useWords } from '../words/use-words.js'
import { StaleMark } from './stale-mark.js'
import { WaitingRow } from './waiting-row.js'

/** A queue. `shown` is the number of waiting callers with a line of their own. */
export const QueueCard = memo(function QueueCard({
  queue: { queue, members, waiting, complete, stale },
  shown,
}: {
  queue: Queue
  shown: number
}) {
  const words = useWords().queues
  const paused = members.filter(member => member.paused).length
  const agents = [
    words.agents(members.length) + (complete ? '' : ` (${words.heardOf})`),
    ...(paused > 0 ? [words.paused(paused)] : []),
  ].join(', ')
  return (
    <li className={`card queue${stale ? ' stale' : ''}${waiting.length > 0 ? ' alert' : ''}`}>
      <h3 className="number">{queue}</h3>
      <p className="big">
        {countText(waiting.length, complete ? 'complete' : stale ? 'stale' : 'partial')}{' '}
        <small>{words.waiting(waiting.length)}</small>
      </p>
      <p className="members">
        {agents} {stale && <StaleMark />}
      </p>
      <ol className="waiting">
        {waiting.length === 0 && <li className="nothing">{complete ? words.nobody : words.notKnown}</li>}
        {waiting.slice(0, shown).map(caller => (
          <WaitingRow key={caller.call} caller={caller} isPlaceKnown={complete} />
        ))}
        {waiting.length > shown && <li className="nothing">{words.more(waiting.length - shown)}</li>}
      </ol>
    </li>
  )
})
