import { useBoard, useStore } from '../board-context.js'
import { countText, useIsComplete } from '../knowledge.js'
import { useWords } from '../words/use-words.js'
import { CallRow } from './call-row.js'
import { Scroller } from './scroller.js'

export function CallList({ chosen, onChoose }: { chosen: string | undefined; onChoose: (id: string) => void }) {
  const board = useBoard()
  const words = useWords().calls
  const calls = useStore(board.calls)
  const isComplete = useIsComplete()
  const knowledge = calls.some(({ stale }) => stale) ? 'stale' : isComplete ? 'complete' : 'partial'
  return (
    <Scroller name="calls" heading={words.label} count={countText(calls.length, knowledge)}>
      {calls.length === 0 ? (
        <p className="nothing">{isComplete ? words.none : words.noneKnown}</p>
      ) : (
        <ul className="rows">
          {calls.map(call => (
            <CallRow key={call.id} call={call} isChosen={call.id === chosen} onChoose={onChoose} />
          ))}
        </ul>
      )}
    </Scroller>
  )
}
