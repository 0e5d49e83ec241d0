import { type MonoTypeOperatorFunction, Observable } from 'rxjs'
import { LoginRejectedError } from '../errors.js'
import { meaningOf, type PbxResponse, type ResponseMeaning } from '../protocol/responses.js'
import { type ConnectionLoss, Lost } from './loss.js'
import { classify, lossKind } from './retry.js'
import type { Signal } from './signal.js'

/** ms that the server has to close after it said that it would. */
const GRACE = 1_000

/**
 * Gives the end of an attempt its exact reason. The server tells it in a response, then says 110, then closes (document: 'Prihlasovanie'); what
 * still comes in between is passed on. At the first such notice an `ending` signal goes out; the stream then errors with its error when the
 * socket ends, or after a second if it does not.
 */
export function endings({ redact, now = Date.now }: { redact: (text: string) => string; now?: () => number }): MonoTypeOperatorFunction<Signal> {
  return source =>
    new Observable(subscriber => {
      let loggedIn = false
      let reason: { code: number; message: string; meaning: ResponseMeaning; at: number } | undefined
      let ending: Lost | LoginRejectedError | undefined

      /** What the last response says about why it ends; empty when it says nothing. */
      const explained = (): Pick<ConnectionLoss, 'kind' | 'message' | 'code'> | undefined => {
        // an old complaint explains nothing
        if (reason === undefined || now() - reason.at > GRACE) return undefined
        const { code, message, meaning } = reason
        // before the login every error answers our login, whatever its words
        const kind = lossKind(meaning) ?? (!loggedIn && code >= 400 ? 'server-error' : undefined)
        return kind && { kind, message, code }
      }
      const judge = (response: PbxResponse) => {
        const meaning = meaningOf(response)
        const { code } = response
        // a server could repeat what we sent it
        const message = redact(response.message)
        if (meaning !== 'closing' && meaning !== 'bye') reason = { code, message, meaning, at: now() }
        const verdict = classify(meaning, loggedIn)
        if (verdict === 'stay' || ending !== undefined) return
        ending = verdict === 'fatal' ? rejected(code, message) : new Lost({ kind: 'closed', message, code, ...explained() })
        const timer = setTimeout(() => subscriber.error(ending), GRACE)
        // runs at once if this response was what the subscriber has waited for
        subscriber.add(() => clearTimeout(timer))
        subscriber.next({ kind: 'ending', error: ending })
      }
      const ended = (error: unknown) => {
        if (!(error instanceof Lost) || ending instanceof LoginRejectedError) return subscriber.error(ending ?? error)
        const { kind, closeCode } = error.loss
        const loss = ending?.loss ?? (kind === 'closed' || kind === 'torn' ? { ...error.loss, ...explained() } : error.loss)
        subscriber.error(new Lost({ ...loss, ...(closeCode === undefined ? {} : { closeCode }) }, { cause: error.cause }))
      }

      subscriber.add(
        source.subscribe({
          next: signal => {
            if (signal.kind === 'logged-in') {
              if (ending !== undefined) return
              loggedIn = true
              reason = undefined
            }
            subscriber.next(signal)
            if (signal.kind === 'response') judge(signal.response)
            // the PBX works again, so an old complaint no longer explains anything
            else if (signal.kind === 'event') reason = undefined
          },
          error: ended,
          complete: () => subscriber.complete(),
        }),
      )
    })
}

function rejected(code: number, message: string): LoginRejectedError {
  return new LoginRejectedError(
    `The PBX refused the login: ${message} (${code}). It is not tried again by itself; check the user name and password, which are the API's own and not those of the web manager.`,
    { code },
  )
}
