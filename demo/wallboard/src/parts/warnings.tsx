import { useBoard, useStore } from '../board-context.js'
import { useWords } from '../words/use-words.js'

/** What must not be overlooked. It lies over the board, so that nothing moves when it comes and goes. */
export function Warnings() {
  const board = useBoard()
  const words = useWords()
  const status = useStore(board.status)
  const wasLive = useStore(board.figures).since !== undefined
  const isLive = status.state === 'online'
  return (
    <div className="warnings">
      {board.refused !== undefined && <p className="warning">{words.refused(board.refused)}</p>}
      {!isLive && wasLive && <p className="warning">{words.connection.asOf}</p>}
    </div>
  )
}
