import type { Subscription } from 'rxjs'
import type { ConnectionStatus, PbxClient } from '../index.js'
import type { Context } from './command.js'
import { EXIT, type ExitCode } from './exit-codes.js'
import { gapLine, statusLine } from './format.js'

/** Tries before the first login; whoever has been logged in is not given up. A wrong address should be known soon, a restart be sat out. */
const TRIES = 3

/**
 * Stays logged in until the user has had enough, over restarts and losses, and tells of them, and of what may have been missed, on stderr.
 *
 * @throws the client's terminal error: the PBX refused the login
 */
export function stayOnline(
  { terminal, stopped }: Pick<Context, 'terminal' | 'stopped'>,
  pbx: PbxClient,
): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    let told = ''
    let loggedIn = false
    let over = false
    const watching: Subscription[] = []
    const end = (finish: () => void) => {
      over = true
      stopped.removeEventListener('abort', leave)
      for (const one of watching) one.unsubscribe()
      finish()
    }
    const leave = () => end(() => resolve(EXIT.done))
    const tell = (status: ConnectionStatus) => {
      if (status.state === 'online') loggedIn = true
      if (status.state === 'failed') return end(() => reject(status.error))
      if (status.state === 'waiting' && !loggedIn && status.attempt >= TRIES) {
        terminal.note({ colour: 'red', text: status.reason.message })
        return end(() => resolve(EXIT.noConnection))
      }
      const news = newsOf(status)
      if (news === '' || news === told) return
      told = news
      terminal.note({ colour: status.state === 'online' ? 'green' : 'yellow', text: statusLine(status, Date.now()) })
    }
    // a moment later, so that what it ends has begun
    const later = (then: () => void) => queueMicrotask(() => over || then())
    watching.push(
      pbx.status$.subscribe(status => later(() => tell(status))),
      pbx.gap$.subscribe(gap => later(() => terminal.note({ colour: 'yellow', text: gapLine(gap, Date.now()) }))),
      pbx.connect(),
    )
    if (stopped.aborted) leave()
    else stopped.addEventListener('abort', leave)
  })
}

/** What of a status is worth a line; the same again is not. */
function newsOf(status: ConnectionStatus): string {
  switch (status.state) {
    case 'connecting':
      return status.attempt === 1 ? 'connecting' : `connecting ${status.attempt}`
    case 'waiting':
      return `waiting ${status.retryAt}`
    case 'online':
      return `online ${status.session} ${status.pbx === 'reachable' ? 'unknown' : status.pbx}`
    default:
      return ''
  }
}
