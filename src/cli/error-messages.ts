import { InsecureUrlError, InvalidOptionsError, InvalidRequestError } from '../index.js'
import { UsageError } from './exit-codes.js'

/** The name of each field of a request on the command line. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  from: 'FROM',
  to: 'TO',
  callerId: '--caller-id',
  destination: 'DESTINATION',
  uniqueId: 'ID',
}

/**
 * An error of the SDK about options or requests, which speaks to programmers, as one that speaks to users of the
 * command line. Any other error as it is.
 */
export function toUsageError(error: unknown): unknown {
  if (error instanceof InsecureUrlError) {
    return new UsageError(
      'VIPTEL_URL is ws:// to another machine: calls and the login would cross the network unencrypted. Use wss://, or add --insecure.',
      { cause: error },
    )
  }
  if (error instanceof InvalidOptionsError) {
    const message = error.message.replace("'url'", 'VIPTEL_URL').replace(' or credentials', ', user name or password')
    return new UsageError(message, { cause: error })
  }
  if (error instanceof InvalidRequestError) {
    const { field } = error
    // a number is typed as text, and * and # are never sent from here
    const message = error.message
      .replace(`'${field}' must be a string:`, `${ARGUMENTS[field] ?? field} must be`)
      .replace(/; see dialable\(\)[^;]*/, '')
    return new UsageError(message, { cause: error })
  }
  return error
}
