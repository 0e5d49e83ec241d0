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

/** The viewer's own telephone. */
export function Desk({ chosen, onChoose }: { chosen: string | undefined; onChoose: (id: string | undefined) => void }) {
  const words = useWords().desk
  return (
    <aside className="panel desk" aria-labelledby="desk-heading">
      <h2 id="desk-heading">{words.label}</h2>
      <div className="desk-parts">
        <ClickToCall />
        <AskedList />
        <ChosenCall key={chosen} chosen={chosen} onClose={() => onChoose(undefined)} />
      </div>
    </aside>
  )
}
