import { memo } from 'react'
import type { Agent } from '../live/agents.js'
import { useWords } from '../words/use-words.js'
import { Elapsed } from './elapsed.js'
import { StaleMark } from './stale-mark.js'

export const AgentTile = memo(function AgentTile({
  agent: { extension, name, queues, state, partly, since, other, stale },
  isComplete,
}: {
  agent: Agent
  isComplete: boolean
}) {
  const words = useWords().agents
  // a call that began before the login may keep the agent busy
  const isUnknown = state === 'free' && !isComplete && !stale
  return (
    <li className={`tile ${isUnknown ? 'unknown' : state}${stale ? ' stale' : ''}`} title={words.queues(queues)}>
      <span className="extension">{extension}</span>
      <span className="name">{name}</span>
      <span className="state">
        {isUnknown ? words.unknown : words.state[state]}
        {partly && <span title={words.partly}> *</span>}
      </span>
      {isUnknown ? <span className="elapsed">–</span> : <Elapsed since={since} />}
      <span className="other" title={other}>
        {stale ? <StaleMark /> : other}
      </span>
    </li>
  )
})
