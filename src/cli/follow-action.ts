import type { Observable } from 'rxjs'
import {
  ActionRejectedError,
  DeliveryUncertainError,
  InvalidRequestError,
  NotSentError,
  type PbxClient,
} from '../index.js'
import { CONNECTION_HELP, CONNECTION_OPTIONS, type Command, type Context } from './command.js'
import { toUsageError } from './error-messages.js'
import type { ExitCode } from './exit-codes.js'
import { messageOf } from './system-error.js'

/** Options of every command that asks the PBX for an action. */
export const ACTION_OPTIONS = { ...CONNECTION_OPTIONS, wait: { type: 'string' } } as const satisfies Command['options']

export const ACTION_HELP = `  --wait SECONDS    how long to wait for the first sign of the action; without
                    one the command ends with 4. Default: 30
${CONNECTION_HELP}`

/** ms for connecting and logging in together. A user at a terminal prefers a slow login to none. */
const LOGIN_TIMEOUT = 20_000

/** A client for one action, which is not worth many tries to connect. */
export function connectForAction(context: Context): PbxClient {
  const wait = context.count('wait', 1, 3_600)
  const confirmWithin = wait === undefined ? {} : { confirmWithin: wait * 1_000 }
  return context.connect({ reconnect: { maxAttempts: 2 }, actions: { sendWithin: LOGIN_TIMEOUT, ...confirmWithin } })
}

/** How a command presents an action. */
interface ActionView<T> {
  /** Prints a step. */
  readonly show: (step: T) => void
  /** Whether the PBX has begun the action at this step, so that leaving makes nothing uncertain. */
  readonly isUnderWay: (step: T) => boolean
  /** The exit code after the last step. */
  readonly exitAtEnd: (last: T | undefined) => ExitCode
  /** The exit code when the user leaves an action that is under way. */
  readonly exitWhenLeft: (last: T) => ExitCode
}

/**
 * Shows each step of an action until its end, or until the user leaves. An action that is not under way by then ends by
 * the closing of its client: as not sent, or as uncertain.
 *
 * @throws the error of the action
 */
export function followAction<T>(
  { stopped, terminal, flag }: Context,
  pbx: PbxClient,
  action$: Observable<T>,
  { show, isUnderWay, exitAtEnd, exitWhenLeft }: ActionView<T>,
): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    let last: T | undefined
    const leaveIfUnderWay = () => {
      if (last === undefined || !isUnderWay(last)) return false
      // resolved first, so that the end of the subscription decides nothing
      resolve(exitWhenLeft(last))
      subscription.unsubscribe()
      return true
    }
    const subscription = action$.subscribe({
      next: step => {
        last = step
        show(step)
        if (stopped.aborted) leaveIfUnderWay()
      },
      error: error => {
        // a wrong use of the command is said on stderr alone
        if (flag('json') && !(error instanceof InvalidRequestError)) terminal.json(describeError(error))
        reject(toUsageError(error))
      },
      complete: () => resolve(exitAtEnd(last)),
    })
    const stop = () => {
      // without a reader there is no hurry: the next step decides
      if (!leaveIfUnderWay() && !terminal.closed.aborted) void pbx.close()
    }
    if (stopped.aborted) stop()
    else stopped.addEventListener('abort', stop, { once: true })
  })
}

/** An error as an object for `--json`. */
function describeError(error: unknown): object {
  if (error instanceof ActionRejectedError) {
    const { name, message, code, errors, attribution, safeToRepeat } = error
    return { error: name, message, code, errors, attribution, safeToRepeat }
  }
  if (error instanceof NotSentError || error instanceof DeliveryUncertainError)
    return { error: error.name, message: error.message, safeToRepeat: error.safeToRepeat }
  return { error: error instanceof Error ? error.name : 'Error', message: messageOf(error) }
}
