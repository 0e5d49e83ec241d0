import { useBoard, useStore } from '../board-context.js'
import { useWords } from '../words/use-words.js'

/** Warnings that must not be overlooked. They lie over the board, so that nothing moves when one comes or goes. */
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
