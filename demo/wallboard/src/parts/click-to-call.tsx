import { useId, useState } from 'react'
import { useBoard, useStore } from '../board-context.js'
import { change } from '../settings.js'
import { useWords } from '../words/use-words.js'
import { useExtension } from './phone.js'

export function ClickToCall() {
  const { requests, config, status } = useBoard()
  const words = useWords().phone
  const from = useExtension()
  const [to, setTo] = useState(config.number ?? '')
  const hint = useId()
  const isLive = useStore(status).state === 'online'
  return (
    <form
      className="click-to-call"
      onSubmit={event => {
        event.preventDefault()
        // every click is passed on: `requests` makes one call of a double click
        requests.call(from, to)
      }}
    >
      <label>
        {words.extension}
        <input
          value={from}
          inputMode="numeric"
          autoComplete="off"
          required
          aria-describedby={hint}
          onChange={event => change({ extension: event.target.value.trim() })}
        />
      </label>
      <p id={hint} className="hint">
        {words.extensionHint}
      </p>
      <label>
        {words.number}
        <input value={to} type="tel" autoComplete="off" required onChange={event => setTo(event.target.value)} />
      </label>
      <button type="submit" className="primary">
        {words.call}
      </button>
      <p className="hint" role="status">
        {isLive ? '' : words.offline}
      </p>
    </form>
  )
}
