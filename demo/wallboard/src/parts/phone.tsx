import { useBoard } from '../board-context.js'
import { useSettings } from '../settings.js'
import { useWords } from '../words/use-words.js'
import { AskedList } from './asked-list.js'
import { ChosenCall } from './chosen-call.js'
import { ClickToCall } from './click-to-call.js'

/** The extension that the viewer chose, or else the one that the server suggests. */
export function useExtension(): string {
  const { config } = useBoard()
  return useSettings().extension ?? config.extension ?? ''
}

/** The viewer's telephone: calls, requests and the chosen call. */
export function Phone({
  chosen,
  onChoose,
}: {
  chosen: string | undefined
  onChoose: (id: string | undefined) => void
}) {
  const words = useWords().phone
  return (
    <aside className="panel phone" aria-labelledby="phone-heading">
      <h2 id="phone-heading">{words.label}</h2>
      <div className="phone-parts">
        <ClickToCall />
        <AskedList />
        <ChosenCall key={chosen} chosen={chosen} onClose={() => onChoose(undefined)} />
      </div>
    </aside>
  )
}
