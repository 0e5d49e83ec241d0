import { createRoot } from 'react-dom/client'
import { BoardProvider } from './board-context.js'
import { createBoard } from './live/board.js'
import { loadConfig } from './live/config.js'
import { Failure } from './parts/failure.js'
import { Wallboard } from './parts/wallboard.js'
import './styles/theme.css'
import './styles/layout.css'
import './styles/parts.css'

const root = createRoot(document.getElementById('root') ?? document.body)

try {
  const board = createBoard(await loadConfig())
  // logs out, rather than leave a dead connection to the PBX
  addEventListener('pagehide', () => void board.pbx.close())
  // a page that comes back from the browser's cache has a closed client
  addEventListener('pageshow', ({ persisted }) => persisted && location.reload())
  root.render(
    <BoardProvider value={board}>
      <Wallboard />
    </BoardProvider>,
  )
} catch (error) {
  root.render(<Failure detail={error instanceof Error ? error.message : String(error)} />)
}
