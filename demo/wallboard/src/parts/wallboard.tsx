import { useState } from 'react'
import { useBoard, useStore } from '../board-context.js'
import { useSettings } from '../settings.js'
import { AgentGrid } from './agent-grid.js'
import { CallList } from './call-list.js'
import { Desk } from './desk.js'
import { FigureRow } from './figure-row.js'
import { QueueGrid } from './queue-grid.js'
import { ScreenPop } from './screen-pop.js'
import { TopBar } from './top-bar.js'
import { Warnings } from './warnings.js'

export function Wallboard() {
  const { status } = useBoard()
  const { desk } = useSettings()
  const [chosen, setChosen] = useState<string>()
  const isLive = useStore(status).state === 'online'
  return (
    <div className={`board${desk ? ' with-desk' : ''}${isLive ? '' : ' not-live'}`}>
      <TopBar />
      <main>
        <Warnings />
        <FigureRow />
        <QueueGrid />
        <AgentGrid />
        <CallList chosen={chosen} onChoose={setChosen} />
        {desk && <Desk chosen={chosen} onChoose={setChosen} />}
      </main>
      <ScreenPop onChoose={setChosen} />
    </div>
  )
}
