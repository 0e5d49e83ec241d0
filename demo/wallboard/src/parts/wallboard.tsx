import { useState } from 'react'
import { useBoard, useStore } from '../board-context.js'
import { useSettings } from '../settings.js'
import { AgentGrid } from './agent-grid.js'
import { CallList } from './call-list.js'
import { FigureRow } from './figure-row.js'
import { Phone } from './phone.js'
import { QueueGrid } from './queue-grid.js'
import { ScreenPop } from './screen-pop.js'
import { TopBar } from './top-bar.js'
import { Warnings } from './warnings.js'

export function Wallboard() {
  const { status } = useBoard()
  const { phone } = useSettings()
  const [chosen, setChosen] = useState<string>()
  const isLive = useStore(status).state === 'online'
  return (
    <div className={`board${phone ? ' with-phone' : ''}${isLive ? '' : ' not-live'}`}>
      <TopBar />
      <main>
        <Warnings />
        <FigureRow />
        <QueueGrid />
        <AgentGrid />
        <CallList chosen={chosen} onChoose={setChosen} />
        {phone && <Phone chosen={chosen} onChoose={setChosen} />}
      </main>
      <ScreenPop onChoose={setChosen} />
    </div>
  )
}
