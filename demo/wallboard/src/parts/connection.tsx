import { useCallback } from 'react'
import { type ConnectionStatus, LoginRejectedError } from 'viptel-pbx'
import { useBoard, useStore } from '../board-context.js'
import type { Words } from '../words/en.js'
import { useWords } from '../words/use-words.js'
import { Running } from './running.js'

type Tone = 'good' | 'busy' | 'bad'

function toneOf(status: ConnectionStatus): Tone {
  if (status.state === 'online') return status.pbx === 'retrying' || status.pbx === 'unreachable' ? 'bad' : 'good'
  return status.state === 'waiting' || status.state === 'failed' ? 'bad' : 'busy'
}

function textOf(status: ConnectionStatus, { connection }: Words): string {
  if (status.state === 'online')
    return status.pbx === 'retrying'
      ? connection.retrying
      : status.pbx === 'unreachable'
        ? connection.unreachable
        : connection.online
  return connection[status.state]
}

/** The state of the connection. A screen reader reads out the state; the seconds are for the eye. */
export function Connection() {
  const board = useBoard()
  const words = useWords()
  const status = useStore(board.status)
  const retryAt = status.state === 'waiting' ? status.retryAt : 0
  const countdown = useCallback(
    () => words.connection.retryIn(Math.max(0, Math.ceil((retryAt - Date.now()) / 1_000))),
    [retryAt, words],
  )
  const error = status.state === 'failed' ? status.error : undefined
  const reason = status.state === 'waiting' ? status.reason.message : error?.message
  return (
    <section className={`connection ${toneOf(status)}`} aria-label={words.connection.label}>
      <span className="lamp" aria-hidden="true" />
      <span role="status">{textOf(status, words)}</span>
      {status.state === 'waiting' && (
        <span aria-hidden="true">
          · <Running text={countdown} />
        </span>
      )}
      {reason !== undefined && (
        <span className="reason" title={reason}>
          {reason}
        </span>
      )}
      {error instanceof LoginRejectedError && error.code === undefined ? (
        <a href="/login">{words.connection.logIn}</a>
      ) : (
        error !== undefined && (
          <button type="button" onClick={board.tryAgain}>
            {words.connection.tryAgain}
          </button>
        )
      )}
    </section>
  )
}
