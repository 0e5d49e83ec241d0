import { Subscription } from 'rxjs'
import type { ConnectionStatus, PbxClient } from '../index.js'
import type { Context } from './command.js'
import { EXIT, type ExitCode } from './exit-codes.js'
import { formatGap, formatStatus } from './format.js'

/**
 * Tries before the first login: a wrong address shows soon, and a restart is waited for. After a login there is no
 * limit.
 */
const TRIES = 3

/**
 * Stays logged in until the user leaves, over restarts and losses. Notes on stderr each of them, and the time in which
 * events may have been missed.
 *
 * @throws the client's terminal error: the PBX refused the login
 */
export function stayOnline(
  { terminal, stopped }: Pick<Context, 'terminal' | 'stopped'>,
  pbx: PbxClient,
): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    const subscriptions = new Subscription()
    const note = createStatusNotes(terminal)
    let hasLoggedIn = false
    const end = (finish: () => void) => {
      stopped.removeEventListener('abort', leave)
      subscriptions.unsubscribe()
      finish()
    }
    const leave = () => end(() => resolve(EXIT.done))
    const handle = (status: ConnectionStatus) => {
      hasLoggedIn ||= status.state === 'online'
      if (status.state === 'failed') return end(() => reject(status.error))
      if (status.state === 'waiting' && !hasLoggedIn && status.attempt >= TRIES) {
        terminal.note({ colour: 'red', text: status.reason.message })
        return end(() => resolve(EXIT.noConnection))
      }
      note(status)
    }
    // deferred, so that all three subscriptions stand before the first status ends them
    const defer = (run: () => void) => queueMicrotask(() => subscriptions.closed || run())
    subscriptions.add(pbx.status$.subscribe(status => defer(() => handle(status))))
    subscriptions.add(
      pbx.gap$.subscribe(gap => defer(() => terminal.note({ colour: 'yellow', text: formatGap(gap, Date.now()) }))),
    )
    subscriptions.add(pbx.connect())
    if (stopped.aborted) leave()
    else stopped.addEventListener('abort', leave)
  })
}

/** Notes a status, unless it says the same as the one noted before. */
function createStatusNotes(terminal: Context['terminal']): (status: ConnectionStatus) => void {
  let noted = ''
  return status => {
    const news = newsOf(status)
    if (news === '' || news === noted) return
    noted = news
    terminal.note({ colour: status.state === 'online' ? 'green' : 'yellow', text: formatStatus(status, Date.now()) })
  }
}

/** The part of a status that is worth a line, as a key for comparing; empty for a status that is not worth one. */
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
