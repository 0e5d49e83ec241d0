import { useBoard, useStore } from './board-context.js'

/** Whether the page knows all that runs: a snapshot of this very login was merged, and what came since was heard. */
export function useIsComplete(): boolean {
  const board = useBoard()
  const status = useStore(board.status)
  const seeded = useStore(board.seeded)
  return status.state === 'online' && seeded === status.session
}

/** How far a count can be trusted: `partial`: there may be more; `stale`: some of it may be over, and there may be more. */
export type Knowledge = 'complete' | 'partial' | 'stale'

/** A count as far as it is known: none that was heard of is not none. */
export function countText(count: number, knowledge: Knowledge): string {
  if (knowledge === 'complete') return String(count)
  if (count === 0) return '–'
  return `${knowledge === 'stale' ? '≈' : '≥'} ${count}`
}
