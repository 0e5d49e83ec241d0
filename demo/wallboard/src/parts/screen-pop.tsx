import { useEffect } from 'react'
import { useBoard, useStore } from '../board-context.js'
import { partyText } from '../words/party.js'
import { useWords } from '../words/use-words.js'
import { useExtension } from './phone.js'

/**
 * The call that rings at the viewer's extension. The element is always there, so that a screen reader notices its new
 * text.
 */
export function ScreenPop({ onChoose }: { onChoose: (id: string) => void }) {
  const { pop: store, pops } = useBoard()
  const words = useWords()
  const extension = useExtension()
  const pop = useStore(store)
  useEffect(() => pops.watch(extension), [pops, extension])

  const who = pop && partyText(words, pop.call.caller, pop.call.callerName)
  const state =
    pop &&
    (pop.state === 'ringing' || pop.state === 'answered' ? words.pop[pop.state](pop.extension) : words.pop[pop.state])
  const title = pop?.state === 'ringing' && who !== undefined ? words.pop.title(who) : words.title
  useEffect(() => {
    document.title = title
  }, [title])
  useEffect(() => {
    const close = ({ key }: KeyboardEvent) => key === 'Escape' && pops.dismiss()
    addEventListener('keydown', close)
    return () => removeEventListener('keydown', close)
  }, [pops])
  return (
    <aside className={`pop ${pop?.state ?? 'none'}`} aria-label={words.pop.label}>
      <div role="alert">
        {pop && (
          <>
            <p className="who">{who}</p>
            <p>
              {state}
              {pop.call.queue && ` · ${words.pop.via(pop.call.queue.queue)}`}
            </p>
          </>
        )}
      </div>
      {pop && (
        <div className="controls">
          <button type="button" onClick={() => onChoose(pop.call.id)}>
            {words.pop.details}
          </button>
          <button type="button" onClick={pops.dismiss}>
            {words.pop.dismiss}
          </button>
        </div>
      )}
    </aside>
  )
}
