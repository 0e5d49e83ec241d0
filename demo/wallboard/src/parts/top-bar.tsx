import { useCallback } from 'react'
import { useBoard } from '../board-context.js'
import { change, type Theme, useSettings } from '../settings.js'
import { clockText } from '../words/times.js'
import { useWords } from '../words/use-words.js'
import { Connection } from './connection.js'
import { Running } from './running.js'

const THEMES: readonly Theme[] = ['system', 'light', 'dark']

export function TopBar() {
  const { clock, config } = useBoard()
  const words = useWords()
  const { theme, language, phone } = useSettings()
  const time = useCallback(() => clockText(clock.read(Date.now())), [clock])
  return (
    <header className="top-bar">
      <h1>{words.title}</h1>
      {config.simulated && <span className="badge">{words.simulated(config.simulated.speed)}</span>}
      <Connection />
      <Running text={time} className="wall-clock" />
      <div className="controls">
        <button type="button" aria-pressed={phone} onClick={() => change({ phone: !phone })}>
          {words.phoneToggle}
        </button>
        <button
          type="button"
          lang={language === 'en' ? 'sk' : 'en'}
          onClick={() => change({ language: language === 'en' ? 'sk' : 'en' })}
        >
          {words.otherLanguage}
        </button>
        <select
          aria-label={words.theme.label}
          value={theme}
          onChange={event => change({ theme: event.target.value as Theme })}
        >
          {THEMES.map(name => (
            <option key={name} value={name}>
              {words.theme[name]}
            </option>
          ))}
        </select>
        <form method="post" action="/logout">
          <button type="submit">{words.logOut}</button>
        </form>
      </div>
    </header>
  )
}
