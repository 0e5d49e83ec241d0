import { InsecureUrlError, InvalidOptionsError, InvalidRequestError } from '../index.js'
import { UsageError } from './exit.js'

const WORDS: Readonly<Record<string, string>> = { from: 'FROM', to: 'TO', callerId: '--caller-id', destination: 'DESTINATION', target: 'ID', uniqueId: 'ID' }

/** What the SDK says to programmers against options and requests, as it is said to whoever typed them; anything else as it is. */
export function inOurWords(error: unknown): unknown {
  if (error instanceof InsecureUrlError) {
    return usage('VIPTEL_URL is ws:// to another machine: calls and the login would cross the network unencrypted. Use wss://, or add --insecure.', error)
  }
  if (error instanceof InvalidOptionsError) return usage(error.message.replace("'url'", 'VIPTEL_URL'), error)
  if (error instanceof InvalidRequestError) {
    const { field, message } = error
    const named = message.replace(`'${field}'`, WORDS[field] ?? field)
    return usage(
      named.replace(/; dialable\(\)[^;]*?(?=[;.]?$)/, '').replace(/which the option \S+ would have to allow/, 'which are never sent from here'),
      error,
    )
  }
  return error
}

function usage(message: string, cause: Error): UsageError {
  return new UsageError(message, { cause })
}
