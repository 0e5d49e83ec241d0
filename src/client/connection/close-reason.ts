import { type MonoTypeOperatorFunction, Observable } from 'rxjs'
import type { PbxResponse } from '../../protocol/responses.js'
import { LoginRejectedError } from '../errors.js'
import type { KeepAlive } from '../options.js'
import type { Signal } from './attempt-signal.js'
import { type ConnectionLoss, Lost } from './connection-loss.js'
import { isEnd, lossKind } from './retry-policy.js'
import { after, every } from './timers.js'

/** ms that the server has to close after it said that it would. */
const GRACE = 1_000

/**
 * Gives the end of an attempt its exact reason. The server tells it in a response, then says 110, then closes (document: 'Prihlasovanie'); what
 * still comes in between is passed on, and the stream errors when the socket ends, or a second after the first such notice if it does not.
 *
 * A peer that ends without a word is found out by asking: from the login on every `interval` ms for a sign of life, and the stream errors with a loss of kind
 * 'silent' when none came within `timeout` ms. Anything that passes is a sign: nobody knows whether the server answers pings, and frames prove life as well
 * as a pong does.
 *
 * @param redact a server could repeat what we sent it
 * @param ask falsy where the runtime has no way to ask: then nothing is watched
 */
export function endings(
  redact: (text: string) => string,
  now: () => number,
  keepAlive: KeepAlive | undefined,
  ask: () => boolean | undefined,
): MonoTypeOperatorFunction<Signal> {
  return source =>
    new Observable(subscriber => {
      let loggedIn = false
      let ending: Lost | undefined
      /** What the last response but 110 says about why it ends; undefined when that says nothing. */
      let reason: Pick<ConnectionLoss, 'kind' | 'message' | 'code'> | undefined
      let saidAt = 0
      /** Runs while a question is unanswered. */
      let silence: ReturnType<typeof setTimeout> | undefined

      // an old complaint explains nothing
      const explained = () => (now() - saidAt > GRACE ? undefined : reason)

      const end = (error: Lost) => {
        const { loss } = error
        const told = ending?.loss ?? (loss.kind === 'closed' || loss.kind === 'torn' ? explained() : undefined)
        subscriber.error(new Lost({ ...loss, ...told }, (ending ?? error).cause))
      }

      const judge = (response: PbxResponse) => {
        const { code } = response
        const message = redact(response.message)
        if (code !== 110) {
          // before the login every error answers our login, whatever its words
          const kind = lossKind(response) ?? (!loggedIn && code >= 400 ? 'server-error' : undefined)
          reason = kind && { kind, message, code }
          saidAt = now()
        }
        if (ending || !isEnd(response, loggedIn)) return
        // the same login again would hammer the account
        const isRefused = code === 401 && !loggedIn
        const refusal = `The PBX refused the login: ${message} (${code}). It is not tried again: check the API's user name and password, not the web manager's.`
        ending = new Lost(
          { kind: 'closed', message, code, ...explained() },
          isRefused ? new LoginRejectedError(refusal, { code }) : undefined,
        )
        // not at all if this response was what the subscriber has waited for
        after(GRACE, () => subscriber.error(ending), subscriber)
      }

      const heard = () => {
        clearTimeout(silence)
        silence = undefined
      }
      const watch = ({ interval, timeout }: KeepAlive) => {
        const fail = () => end(new Lost({ kind: 'silent', message: `The PBX did not answer within ${timeout} ms` }))
        const question = () => {
          if (!silence && ask()) silence = setTimeout(fail, timeout)
        }
        every(interval, question, subscriber)
      }

      subscriber.add(heard)
      return source.subscribe({
        next: signal => {
          heard()
          const isLogin = signal.kind === 'online'
          if (isLogin) {
            if (ending) return
            loggedIn = true
            if (keepAlive) watch(keepAlive)
          }
          // the PBX works (again), so an old complaint no longer explains anything
          if (isLogin || signal.kind === 'event') reason = undefined
          subscriber.next(signal)
          if (signal.kind === 'response') judge(signal.response)
        },
        error: end,
      })
    })
}
