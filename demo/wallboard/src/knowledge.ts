import { useBoard, useStore } from './board-context.js'

/**
 * Whether the page knows everything that runs: a snapshot of the present login was merged, and no event was missed
 * since.
 */
export function useIsComplete(): boolean {
  const board = useBoard()
  const status = useStore(board.status)
  const seeded = useStore(board.seeded)
  return status.state === 'online' && seeded === status.session
}

/** How far a count can be trusted. `partial`: there may be more. `stale`: some may be over, and there may be more. */
export type Knowledge = 'complete' | 'partial' | 'stale'

/** A count as far as it is known. An incomplete count of zero is not zero. */
export function countText(count: number, knowledge: Knowledge): string {
  if (knowledge === 'complete') return String(count)
  if (count === 0) return '–'
  return `${knowledge === 'stale' ? '≈' : '≥'} ${count}`
}
