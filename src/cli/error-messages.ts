import { InsecureUrlError, InvalidOptionsError, InvalidRequestError } from '../index.js'
import { UsageError } from './exit-codes.js'

const WORDS: Readonly<Record<string, string>> = {
  from: 'FROM',
  to: 'TO',
  callerId: '--caller-id',
  destination: 'DESTINATION',
  uniqueId: 'ID',
}

/** What the SDK says to programmers against options and requests, as it is said to whoever typed them; anything else as it is. */
export function inOurWords(error: unknown): unknown {
  if (error instanceof InsecureUrlError) {
    return usage(
      'VIPTEL_URL is ws:// to another machine: calls and the login would cross the network unencrypted. Use wss://, or add --insecure.',
      error,
    )
  }
  if (error instanceof InvalidOptionsError)
    return usage(
      error.message.replace("'url'", 'VIPTEL_URL').replace(' or credentials', ', user name or password'),
      error,
    )
  if (error instanceof InvalidRequestError) {
    const { field, message } = error
    // a number is typed as text, and * and # are never sent from here
    const said = message
      .replace(`'${field}' must be a string:`, `${WORDS[field] ?? field} must be`)
      .replace(/; see dialable\(\)[^;]*/, '')
    return usage(said, error)
  }
  return error
}

function usage(message: string, cause: Error): UsageError {
  return new UsageError(message, { cause })
}
