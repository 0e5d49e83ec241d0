import { useBoard, useStore } from '../board-context.js'
import { useWords } from '../words/use-words.js'
import { QueueCard } from './queue-card.js'
import { Scroller } from './scroller.js'

/** Queues above which the cards are smaller, to fit on a wall. */
const MANY = 6

export function QueueGrid() {
  const board = useBoard()
  const words = useWords().queues
  const queues = useStore(board.queues)
  return (
    <Scroller name="queues" heading={words.label} dense={queues.length > MANY}>
      {queues.length === 0 ? (
        <p className="nothing">{words.none}</p>
      ) : (
        <ul className="cards">
          {queues.map(queue => (
            <QueueCard key={queue.queue} queue={queue} shown={queues.length > MANY ? 2 : 6} />
          ))}
        </ul>
      )}
    </Scroller>
  )
}
