import { useState } from 'react'
import { useBoard, useStore } from '../board-context.js'
import { partyText } from '../words/party.js'
import { useWords } from '../words/use-words.js'
import { StaleMark } from './stale-mark.js'

/** The chosen call of the list, with its actions. */
export function ChosenCall({ chosen, onClose }: { chosen: string | undefined; onClose: () => void }) {
  const board = useBoard()
  const words = useWords()
  const [to, setTo] = useState('')
  const calls = useStore(board.calls)
  const isLive = useStore(board.status).state === 'online'
  const call = calls.find(({ id }) => id === chosen)
  const mayAct = isLive && call?.controllable === true
  const who = call === undefined ? '' : partyText(words, call.caller, call.callerName)
  return (
    <section className="chosen-call" aria-labelledby="chosen-heading">
      <h3 id="chosen-heading">{words.phone.chosen}</h3>
      {chosen === undefined && <p className="hint">{words.phone.chooseHint}</p>}
      {chosen !== undefined && call === undefined && <p className="hint">{words.phone.over}</p>}
      {call !== undefined && (
        <>
          <p className="what">
            {who} → {partyText(words, call.callee || call.calledNumber, call.calleeName)} {call.stale && <StaleMark />}
          </p>
          {call.legs.length > 0 && (
            <p className="hint">
              {words.phone.legs}:{' '}
              {call.legs
                .map(({ callee, calleeName }) => calleeName || callee)
                .slice(-8)
                .join(', ')}
            </p>
          )}
          <button type="button" disabled={!mayAct} onClick={() => board.requests.hangUp(call, who)}>
            {words.phone.hangUp}
          </button>
          <form
            onSubmit={event => {
              event.preventDefault()
              board.requests.transfer(call, who, to)
            }}
          >
            <label>
              {words.phone.transferTo}
              <input
                value={to}
                type="tel"
                autoComplete="off"
                required
                disabled={!mayAct}
                onChange={event => setTo(event.target.value)}
              />
            </label>
            <button type="submit" disabled={!mayAct}>
              {words.phone.transfer}
            </button>
          </form>
          {!mayAct && <p className="hint">{isLive ? words.phone.notControllable : words.phone.offline}</p>}
        </>
      )}
      {chosen !== undefined && (
        <button type="button" onClick={onClose}>
          {words.phone.close}
        </button>
      )}
    </section>
  )
}
