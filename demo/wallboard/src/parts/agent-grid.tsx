import { useBoard, useStore } from '../board-context.js'
import { useIsComplete } from '../knowledge.js'
import { useWords } from '../words/use-words.js'
import { AgentTile } from './agent-tile.js'
import { Scroller } from './scroller.js'

/** Agents above which the tiles are smaller, to fit on a wall. */
const MANY = 32

export function AgentGrid() {
  const board = useBoard()
  const words = useWords().agents
  const agents = useStore(board.agents)
  const isComplete = useIsComplete()
  return (
    <Scroller name="agents" heading={words.label} dense={agents.length > MANY}>
      {agents.length === 0 ? (
        <p className="nothing">{words.none}</p>
      ) : (
        <ul className="tiles">
          {agents.map(agent => (
            <AgentTile key={agent.extension} agent={agent} isComplete={isComplete} />
          ))}
        </ul>
      )}
    </Scroller>
  )
}
