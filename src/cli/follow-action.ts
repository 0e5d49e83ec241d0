import type { Observable } from 'rxjs'
import {
  ActionRejectedError,
  DeliveryUncertainError,
  InvalidRequestError,
  NotSentError,
  type PbxClient,
} from '../index.js'
import { CONNECTING, CONNECTING_HELP, type Command, type Context } from './command.js'
import { inOurWords } from './error-messages.js'
import type { ExitCode } from './exit-codes.js'

/** Options that every command which asks the PBX for something has. */
export const ACTING = { ...CONNECTING, wait: { type: 'string' } } as const satisfies Command['options']

export const ACTING_HELP = `  --wait SECONDS    how long to wait for the first sign that it was done; then it ends with 4. Default: 30
${CONNECTING_HELP}`

/** ms for the whole of connecting and logging in: whoever waits at a terminal sees more in a slow login than in none. */
const LOGIN = 20_000

/** A client to ask for one thing: that is not worth many tries. */
export function connectToAct(context: Context): PbxClient {
  const wait = context.count('wait', 1, 3_600)
  const confirmWithin = wait === undefined ? {} : { confirmWithin: wait * 1_000 }
  return context.connect({ reconnect: { maxAttempts: 2 }, actions: { sendWithin: LOGIN, ...confirmWithin } })
}

interface Following<T> {
  readonly show: (step: T) => void
  /** The PBX has begun to do it, so that nothing is unsure when the user leaves. */
  readonly underWay: (step: T) => boolean
  /** The code for how it ended, by its last step. */
  readonly ended: (last: T | undefined) => ExitCode
  /** The code when the user leaves what is under way. */
  readonly left: (last: T) => ExitCode
}

/**
 * Shows each step of an action until it has come to something, or until the user leaves. What is not under way by then ends as the client's closing
 * ends it: as not sent, or as uncertain.
 *
 * @throws what the action errors with
 */
export function follow<T>(
  { stopped, terminal, flag }: Context,
  pbx: PbxClient,
  action$: Observable<T>,
  following: Following<T>,
): Promise<ExitCode> {
  const { show, underWay, ended, left } = following
  return new Promise((resolve, reject) => {
    let last: T | undefined
    const leaveWhenUnderWay = () => {
      if (last === undefined || !underWay(last)) return false
      // resolved first: what comes after is of no interest
      resolve(left(last))
      subscription.unsubscribe()
      return true
    }
    const subscription = action$.subscribe({
      next: step => {
        last = step
        show(step)
        if (stopped.aborted) leaveWhenUnderWay()
      },
      error: error => {
        // who used the command wrongly is told so on stderr alone
        if (flag('json') && !(error instanceof InvalidRequestError)) terminal.json(told(error))
        reject(inOurWords(error))
      },
      complete: () => resolve(ended(last)),
    })
    const stop = () => {
      // nobody is in a hurry when it is only that nobody reads: the next step decides
      if (!leaveWhenUnderWay() && !terminal.closed.aborted) void pbx.close()
    }
    if (stopped.aborted) stop()
    else stopped.addEventListener('abort', stop, { once: true })
  })
}

/** An error as an object for `--json`. */
function told(error: unknown): object {
  if (error instanceof ActionRejectedError) {
    const { name, message, code, errors, attribution, safeToRepeat } = error
    return { error: name, message, code, errors, attribution, safeToRepeat }
  }
  if (error instanceof NotSentError || error instanceof DeliveryUncertainError)
    return { error: error.name, message: error.message, safeToRepeat: error.safeToRepeat }
  return { error: (error as Error).name, message: (error as Error).message }
}
