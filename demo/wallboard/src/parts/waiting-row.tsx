import { memo } from 'react'
import type { WaitingCaller } from 'viptel-pbx'
import { partyText } from '../words/party.js'
import { useWords } from '../words/use-words.js'
import { Elapsed } from './elapsed.js'

export const WaitingRow = memo(function WaitingRow({
  caller: { caller, callerName, position, since, leaving },
  isPlaceKnown,
}: {
  caller: WaitingCaller
  isPlaceKnown: boolean
}) {
  const words = useWords()
  const who = partyText(words, caller, callerName)
  return (
    <li className={leaving ? 'leaving' : ''}>
      <span className="position">{isPlaceKnown ? `${position}.` : '·'}</span>
      <span className="who" title={who}>
        {who}
      </span>
      {leaving && <span className="note">{words.queues.leaving}</span>}
      <Elapsed since={since} />
    </li>
  )
})
