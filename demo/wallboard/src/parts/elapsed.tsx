import { memo, useCallback } from 'react'
import { useBoard } from '../board-context.js'
import { spanText } from '../words/times.js'
import { Running } from './running.js'

/** The time since a moment, by the clock of the PBX. */
export const Elapsed = memo(function Elapsed({ since }: { since: number }) {
  const { clock } = useBoard()
  const text = useCallback(() => spanText(clock.since(since)), [clock, since])
  return <Running text={text} className="elapsed" />
})
